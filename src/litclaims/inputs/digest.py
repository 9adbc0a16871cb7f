"""Which input is which, and whether it is still the same: its place, and the hash of what reading it would take in."""

from __future__ import annotations

import functools
import glob
import hashlib
import json
import os
import re

from litclaims.errors import InputError
from litclaims.inputs import address, archive, records
from litclaims.inputs.item import Address, Input, Member, Record

_INSIDE = "#"
"""Between a file and what stands in it."""


def digest(item: Input) -> str | None:
    """SHA-256 of the bytes that reading an input takes in, of a row its title and text; None if they cannot be had.

    Times and sizes are not asked: a file may be written twice within the tick of a clock, or keep its time when it is
    copied over, and hashing costs a thousandth of reading.
    """
    try:
        return _digest(item)
    except (InputError, OSError):
        return None  # reading it will say why


def _digest(item: Input) -> str:
    if isinstance(item.part, Address):
        return hashlib.sha256(address.fetch(item.part.url)[0]).hexdigest()
    if isinstance(item.part, Member):
        return hashlib.sha256(archive.read_member(item, item.part)).hexdigest()
    if isinstance(item.part, Record) and item.part.kind == "pubmed":
        return hashlib.sha256(records.article(item, item.part)).hexdigest()
    if isinstance(item.part, Record):
        return hashlib.sha256(json.dumps(records.title_and_text(item, item.part)).encode()).hexdigest()
    with item.path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def place(item: Input) -> str:
    """Where an input stands, the same in every run on a machine: its address, or its path with what it is in it."""
    if isinstance(item.part, Address):
        return item.part.url
    path = os.path.abspath(item.path)
    inside = {Member: "name", Record: "id"}.get(type(item.part))
    return path if inside is None else f"{path}{_INSIDE}{getattr(item.part, inside)}"


def is_under(where: str, path: str) -> bool:
    """True if a place is at or below a path, fits a pattern, or is an address that was given."""
    if "://" in where or "://" in path:
        return where.partition("#")[0].rstrip("/") == path.partition("#")[0].rstrip("/")
    whole = os.path.abspath(path)
    if where == whole or where.startswith((whole + _INSIDE, whole.rstrip(os.sep) + os.sep)):
        return True
    if not glob.has_magic(path) or os.path.lexists(path):
        return False
    return _pattern(whole).fullmatch(where) is not None


@functools.lru_cache(maxsize=64)
def _pattern(path: str) -> re.Pattern[str]:
    """What a pattern of :mod:`glob` fits, with all that is below a folder or in a file that it fits."""
    made = []
    for token in re.findall(r"\*\*/|\*\*|\*|\?|\[!?\]?[^\]]*\]|.", path, re.DOTALL):
        if token in ("**/", "**"):
            made.append("(?:.*/)?" if token == "**/" else ".*")
        elif token in ("*", "?"):
            made.append("[^/]*" if token == "*" else "[^/]")
        elif len(token) > 1:
            made.append("[" + token[1:-1].replace("\\", "\\\\").replace("!", "^", token[1] == "!") + "]")
        else:
            made.append(re.escape(token))
    return re.compile("".join(made) + f"(?:[/{_INSIDE}].*)?", re.DOTALL)
