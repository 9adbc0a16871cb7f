"""What reading an input takes in, taken once: its bytes, or the title and text of a row, with their hash.

The hash is of just what is then read, so that a file which is written meanwhile is known by what was read of it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import stat
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from litclaims import ingest
from litclaims.errors import InputError, LitclaimsError
from litclaims.inputs import address, archive, packed, records
from litclaims.inputs.item import Address, Input, Member, Record


@dataclass(frozen=True, slots=True)
class Taken:
    """What an input holds.

    Attributes:
        sha256: as of :func:`digest`; None if it cannot be said for sure what was read.
        raw: the bytes of a document, unpacked; None for a row, or where there is a fault.
        packed: True if ``raw`` was unpacked from the bytes that ``sha256`` is of.
        suffix: of the name that the bytes have, with the dot.
        row: the title and the text of a row of a table.
        fault: why what was found cannot be read, whatever is tried.
    """

    sha256: str | None
    raw: bytes | None = None
    suffix: str = ""
    packed: bool = False
    row: tuple[str, str] | None = None
    fault: LitclaimsError | None = None


def take(item: Input) -> Taken:
    """What reading an input takes in.

    Raises:
        UnsupportedFormat, InputError: it is damaged in a way that hides which bytes it holds.
        TimeoutError, OSError: it cannot be had, which may pass.
    """
    if isinstance(item.part, Address):
        raw, suffix = address.fetch(item.part.url)
        return Taken(_hashed(raw), raw, suffix)
    if isinstance(item.part, Member):
        raw = archive.read_member(item, item.part)
        return Taken(_hashed(raw), raw, Path(item.part.name).suffix)
    if isinstance(item.part, Record):
        return _record(item, item.part)
    suffix = item.path.suffix
    if suffix.lower() == packed.SUFFIX and packed.is_packed(item.path):
        with _opened(item) as file:
            return _unpacked(file, item)
    handle, size = _open(item)
    try:
        if size <= ingest.MAX_BYTES:
            raw = _all_of(handle, size)
            return Taken(_hashed(raw), raw, suffix)
        told = f"is {size} bytes long, the limit is {ingest.MAX_BYTES}"
        with os.fdopen(handle, "rb", buffering=0, closefd=False) as file:
            return Taken(_hashed_file(file), fault=InputError(told, source=item.source, remedy="split it"))
    finally:
        os.close(handle)


def digest(item: Input) -> str | None:
    """SHA-256 of the bytes that reading an input takes in, of a row its title and text; None if they cannot be had.

    Times and sizes are not asked: a file may be written twice within the tick of a clock, or keep its time when it is
    copied over, and hashing costs a thousandth of reading.
    """
    try:
        if item.part is not None:
            return take(item).sha256
        with _opened(item) as file:
            return _hashed_file(file)
    except (InputError, OSError):
        return None  # reading it will say why


def _record(item: Input, record: Record) -> Taken:
    if record.kind == "pubmed":
        raw = records.article(item, record)
        return Taken(_hashed(raw), raw, ".xml")
    if record.kind in records.EXPORTS:
        raw = records.entry(item, record)
        return Taken(_hashed(raw), raw, records.EXPORTS[record.kind][0].SUFFIXES[0])
    try:
        row = records.title_and_text(item, record)
    except InputError as error:
        return Taken(_hashed(packed.piece(item.path, record.start, record.end, source=item.source)), fault=error)
    return Taken(_hashed(json.dumps(row).encode()), row=row)


def _open(item: Input) -> tuple[int, int]:
    """The file of an input, open for reading, and its size."""
    handle = os.open(item.path, packed.FLAGS)
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)
        raise InputError("is no regular file", source=item.path, remedy="give a file, or the files of a folder")
    return handle, status.st_size


def _opened(item: Input) -> BinaryIO:
    """The file of an input, open for reading."""
    return os.fdopen(_open(item)[0], "rb", buffering=0)


def _all_of(handle: int, size: int) -> bytes:
    """The bytes of an open file, which may have grown since its size was told."""
    begin = os.read(handle, size + 1)
    if len(begin) == size:
        return begin
    with os.fdopen(handle, "rb", closefd=False) as file:
        return begin + file.read()


def _unpacked(file: BinaryIO, item: Input) -> Taken:
    """A packed file: the hash is of its bytes as they are, which are read twice, and it counts if both are one."""
    before = _hashed_file(file)
    suffix = packed.suffix(item.path)
    file.seek(0)
    try:
        with gzip.GzipFile(fileobj=file) as unpacked:
            raw = unpacked.read(ingest.MAX_BYTES + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        return Taken(before, fault=packed.damaged(error, item.source))
    file.seek(0)
    sha256 = before if _hashed_file(file) == before else None
    if len(raw) > ingest.MAX_BYTES:
        told = f"is longer than {ingest.MAX_BYTES} bytes unpacked"
        return Taken(sha256, fault=InputError(told, source=item.source, remedy="split it before packing"))
    return Taken(sha256, raw, suffix, packed=True)


def _hashed(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _hashed_file(file: BinaryIO) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()
