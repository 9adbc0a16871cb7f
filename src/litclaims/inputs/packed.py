"""Files that are packed alone (``.gz``): their bytes, read forward or from a place on."""

from __future__ import annotations

import functools
import gzip
import os
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from litclaims.errors import InputError

SUFFIX = ".gz"
_MAGIC = b"\x1f\x8b"

FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""To open a file for reading, without waiting for somebody to write where it is a pipe."""

_reading = threading.Lock()


def suffix(path: Path) -> str:
    """The suffix of the document in a file, in lower case: of ``a.txt.gz`` it is ``.txt``."""
    last = path.suffix.lower()
    return Path(path.stem).suffix.lower() if last == SUFFIX else last


def is_packed(path: Path) -> bool:
    """True if a file's first bytes are those of gzip.

    Raises:
        OSError: it cannot be opened.
    """
    with path.open("rb") as file:
        return file.read(2) == _MAGIC


@contextmanager
def unpacked(path: Path, *, source: object) -> Iterator[BinaryIO]:
    """The file, open for reading, unpacked on the way if it is packed.

    Raises:
        InputError: what is packed is damaged.
        OSError: it cannot be opened.
    """
    try:
        with gzip.open(path) if is_packed(path) else path.open("rb") as file:
            yield file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise damaged(error, source) from error


def head(path: Path, size: int, *, source: object) -> bytes:
    """The first bytes of the (unpacked) file.

    Raises:
        InputError, OSError: as of :func:`unpacked`.
    """
    handle = os.open(path, FLAGS)
    try:
        begin = os.read(handle, size)
    finally:
        os.close(handle)
    if not begin.startswith(_MAGIC):
        return begin
    with unpacked(path, source=source) as file:
        return file.read(size)


def piece(path: Path, start: int, end: int, *, source: object) -> bytes:
    """The bytes ``start <= i < end`` of the (unpacked) file.

    The file is kept open between calls: pieces of a packed one that are read in order cost one pass over it, not one
    each.

    Raises:
        InputError, OSError: as of :func:`unpacked`.
    """
    status = os.stat(path)
    try:
        with _reading:
            file = _kept(path, status.st_mtime_ns, status.st_size, status.st_ino)
            file.seek(start)
            return file.read(end - start)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise damaged(error, source) from error


@functools.lru_cache(maxsize=1)
def _kept(path: Path, changed: int, size: int, number: int) -> BinaryIO:
    return gzip.open(path) if is_packed(path) else path.open("rb", buffering=0)


def close() -> None:
    """Close what is kept open."""
    _kept.cache_clear()


def damaged(error: Exception, source: object) -> InputError:
    """The error of a gzip file that cannot be unpacked."""
    return InputError(f"is a damaged gzip file: {error}", source=source, remedy="pack or download it again")
