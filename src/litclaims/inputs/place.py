"""Which input is which: where it stands."""

from __future__ import annotations

import functools
import glob
import os
import re

from litclaims.inputs.item import Address, Input, Member, Record

_INSIDE = "#"
"""Between a file and what stands in it."""


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
