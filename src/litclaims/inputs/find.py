"""Finds the documents under paths, patterns and addresses, and gives each a name that no other has.

Of a file only the first bytes are looked at: they tell an archive or a table from a document, and a known format from
an unknown one. Whatever is found and not read is an outcome with a reason, so that nothing is lost on the way.
"""

from __future__ import annotations

import errno
import glob
import os
import re
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from litclaims import ingest
from litclaims.errors import InputError, UnsupportedFormat
from litclaims.inputs import archive, packed, records
from litclaims.inputs.item import Address, Input, Inputs, Record
from litclaims.model import Outcome

GOLD_FOLDER = "gold"
"""Beside documents a folder of this name holds their annotations, not documents."""

RECORD, TABLE, STORE, PARTS = "run.json", "claims.parquet", "litclaims.sqlite", "parts"
"""A folder that holds the first and one of the next two was written by a run: its tables and its page are no documents.
A ledger that is kept among documents is none either, nor are its parts."""

HEAD = 8192
"""Bytes that tell a format. A PDF may begin at byte 1,024, and pages open with comments."""

_ADDRESS = re.compile(r"(https?):/{1,2}(?=[^/])", re.IGNORECASE)  # a Path keeps one slash of two


@dataclass(frozen=True, slots=True)
class _File:
    """A file that was found: its path, its name in the tables, its source."""

    path: Path
    doc: str
    source: str


def find_inputs(paths: Sequence[str | Path]) -> Inputs:
    """The documents under the given paths, each with a unique name.

    A path is a file, a folder (searched with all that is below it), a pattern (``papers/*.pdf``) or an address
    (``https://…``). Archives (``.zip``) and tables of abstracts (``.csv``, ``.jsonl``) give a document for each member
    and row. Hidden files, READMEs, folders named ``gold`` and folders that a run wrote are passed over; any other file
    that is not read is a skipped or failed outcome, and so is a missing path.

    Raises:
        InputError: there is nothing to read at all.
    """
    items: list[Input] = []
    outcomes: list[Outcome] = []
    missing: list[Outcome] = []
    for path in map(str, paths):
        try:
            for found in _under(path):
                (items if isinstance(found, Input) else outcomes).append(found)
        except OSError as error:
            reason = f"{path}: {error.strerror or error} (check the path)"
            missing.append(Outcome(Path(path).name or path, path, "failed", reason))
    if not items and not outcomes:
        raise _nothing(paths, missing)
    return _named(items, [*missing, *outcomes])


def _under(path: str) -> Iterator[Input | Outcome]:
    """What is found at a path, pattern or address.

    Raises:
        OSError: there is nothing.
    """
    if match := _ADDRESS.match(path):
        yield _at_address(f"{match.group(1).lower()}://{path[match.end() :]}")
        return
    for file in _files(path):
        if isinstance(file, Outcome):
            yield file
        else:
            yield from _in_file(file)


def _at_address(url: str) -> Input:
    bare = url.split("://", 1)[1].partition("#")[0].rstrip("/")
    return Input(Path(bare.partition("?")[0].rpartition("/")[2]), bare, url, Address(url))


def _files(path: str) -> list[_File | Outcome]:
    """The files at a path: itself, all below a folder, or what a pattern fits.

    Raises:
        OSError: there is nothing at the path, or it may not be looked at.
    """
    if not os.path.lexists(path) and glob.has_magic(path):
        return _fitting(path)
    if os.path.isdir(path):
        return list(_below(path))
    os.lstat(path)
    return [_File(Path(path), os.path.basename(path), path)]


def _fitting(pattern: str) -> list[_File | Outcome]:
    """The files that a pattern fits, named by their path from the last folder without a sign of a pattern."""
    parts = Path(pattern).parts
    fixed = next(index for index, part in enumerate(parts) if glob.has_magic(part))
    root = Path(*parts[:fixed])
    found = sorted(glob.glob(pattern, recursive=True))
    if not found:
        raise FileNotFoundError(errno.ENOENT, "no file fits this pattern")
    files = [_File(Path(each), Path(each).relative_to(root).as_posix(), each) for each in found]
    whole: list[_File | Outcome] = [file for file in files if not os.path.isdir(file.path)]
    for file in files:
        if os.path.isdir(file.path) and "**" not in parts:
            whole.extend(_prefixed(below, file.doc) for below in _below(str(file.path)))
    return whole


def _prefixed(found: _File | Outcome, folder: str) -> _File | Outcome:
    return replace(found, doc=f"{folder}/{found.doc}")


def _below(folder: str) -> Iterator[_File | Outcome]:
    """The files below a folder, named by their path from it. Links to folders are told and not followed."""
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        try:
            with os.scandir(os.path.join(folder, inside)) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            reason = f"{os.path.join(folder, inside)}: {error.strerror or error} (check that it may be read)"
            yield Outcome(inside or folder, os.path.join(folder, inside), "failed", reason)
            continue
        names = {entry.name for entry in found}
        if RECORD in names and names & {TABLE, STORE}:
            continue
        for entry in found:
            name = f"{inside}/{entry.name}" if inside else entry.name
            if _is_aside(entry) or (STORE in names and _is_of_store(entry)):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(name)
            elif _leads_to_folder(entry):
                reason = f"{entry.path}: is a link to a folder and not followed (give that folder, too)"
                yield Outcome(name, entry.path, "skipped", reason)
            else:
                yield _File(Path(entry.path), name, entry.path)


def _is_aside(entry: os.DirEntry[str]) -> bool:
    """True for what lies beside documents: hidden files, a README, a folder of gold annotations."""
    if entry.name.startswith(".") or os.path.splitext(entry.name)[0].upper() == "README":
        return True
    return entry.name == GOLD_FOLDER and entry.is_dir(follow_symlinks=False)


def _is_of_store(entry: os.DirEntry[str]) -> bool:
    return entry.name.startswith(STORE) or (entry.name == PARTS and entry.is_dir(follow_symlinks=False))


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_symlink() and entry.is_dir()
    except OSError:  # a loop of links: opening it will say so
        return False


def _in_file(file: _File) -> Iterator[Input | Outcome]:
    """The documents in a file: itself, or each member or row; the outcome of a file that holds none."""
    try:
        status = os.stat(file.path)
        if not stat.S_ISREG(status.st_mode):
            raise InputError("is no regular file", source=file.source, remedy="give a file, or the files of a folder")
        yield from _parts(Input(file.path, file.doc, file.source, size=status.st_size))
    except UnsupportedFormat as error:
        yield Outcome(file.doc, file.source, "skipped", str(error))
    except InputError as error:
        yield Outcome(file.doc, file.source, "failed", str(error))
    except OSError as error:
        reason = f"{file.source}: {error.strerror or error} (check that the file exists and may be read)"
        yield Outcome(file.doc, file.source, "failed", reason)


def _parts(item: Input) -> Iterator[Input | Outcome]:
    """The documents of a regular file.

    Raises:
        UnsupportedFormat: no reader knows it.
        InputError, OSError: it is an archive or a table that is damaged or too large; it cannot be opened.
    """
    suffix = packed.suffix(item.path)
    head = packed.head(item.path, HEAD, source=item.source)
    if archive.is_archive(item.path, head):
        yield from archive.members(item)
    elif kind := records.kind_of(head, suffix):
        yield from records.rows(item, kind)
    elif not head or suffix in ingest.readers() or ingest.matching(head):
        yield item
    elif suffix == archive.SUFFIX:
        raise InputError("is named .zip but is no archive", source=item.source, remedy="save it again")
    else:
        raise ingest.unknown(suffix, source=item.source)


def _nothing(paths: Sequence[str | Path], missing: Sequence[Outcome]) -> InputError:
    if missing:
        return InputError("there is no such file or folder", source=missing[0].source, remedy="check the path")
    named = ", ".join(str(path) for path in paths) or "no path"
    return InputError(
        "holds no document", source=named, remedy=f"put files of these formats there: {ingest.known_suffixes()}"
    )


def _named(items: Sequence[Input], outcomes: Sequence[Outcome]) -> Inputs:
    """The same inputs, one that is given twice only once, with names that no two share.

    Two of one name get the source as given, and a number where that is another's name too.
    """
    by_place: dict[object, Input] = {}
    for item in sorted(items, key=lambda item: (-len(item.doc), item.source)):
        by_place.setdefault(_place(item), item)
    placed = sorted(by_place.items(), key=lambda each: _order(each[1]))
    kept = [item for _, item in placed]
    chosen = _distinct([[item.doc, item.source, _whole(place, item)] for place, item in placed])
    failed = {(outcome.doc, outcome.source): outcome for outcome in outcomes}
    told = [[outcome.doc, outcome.source, f"{outcome.source} ({outcome.status})"] for outcome in failed.values()]
    others = _distinct(told, chosen)
    return Inputs(
        tuple(item if item.doc == doc else replace(item, doc=doc) for item, doc in zip(kept, chosen, strict=True)),
        tuple(replace(outcome, doc=doc) for outcome, doc in zip(failed.values(), others, strict=True)),
    )


def _order(item: Input) -> tuple[str, int, str]:
    """By file, then as the file goes: what is packed is read forward only."""
    start = item.part.start if isinstance(item.part, Record) else 0
    return str(item.path), start, item.doc


def _place(item: Input) -> object:
    return item.part if isinstance(item.part, Address) else (os.path.abspath(item.path), item.part)


def _whole(place: object, item: Input) -> str:
    """The whole path of an input, which its place holds but for an address."""
    return place[0] if isinstance(place, tuple) else os.path.abspath(item.path)


def _distinct(names: Sequence[Sequence[str]], taken: Sequence[str] = ()) -> list[str]:
    """One of the names of each, the first that no other has; where all are shared the last, with a number."""
    counts = Counter([name for each in names for name in dict.fromkeys(each)] + list(taken))
    given: set[str] = set(taken)
    chosen = []
    for each in names:
        name = next((name for name in each if counts[name] == 1), each[-1])
        number = 2
        while name in given:
            name, number = f"{each[-1]} ({number})", number + 1
        given.add(name)
        chosen.append(name)
    return chosen
