"""Documents in: one module a format, each with ``SUFFIXES``, ``MEDIA_TYPE`` and ``lay_out(text) -> Layout``.

The readers are found by a scan of this folder: a new format is a new module and nothing else.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import pkgutil
import stat
from pathlib import Path
from types import ModuleType

from litclaims.errors import InputError, UnsupportedFormat
from litclaims.model import Document

MAX_BYTES = 64 * 1024 * 1024
"""A larger file is refused: the longest protocols and reviews are below 5 MB of text."""


@functools.cache
def readers() -> dict[str, ModuleType]:
    """The module that reads each suffix (lower case, with the dot)."""
    found: dict[str, ModuleType] = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        for suffix in getattr(module, "SUFFIXES", ()):
            found[suffix] = module
    return found


def read(path: Path, *, doc: str | None = None, source: str | None = None) -> Document:
    """The document in a file.

    Args:
        path: the file.
        doc: its name in the tables, default the file's name.
        source: where it came from, default the path.

    Raises:
        UnsupportedFormat: no reader knows the suffix.
        InputError: the path is no regular file, or the file is too large, not UTF-8 or no text.
        OSError: the file cannot be opened; such an error may pass on a second try.
    """
    reader = readers().get(path.suffix.lower())
    if reader is None:
        known = ", ".join(sorted(readers()))
        raise UnsupportedFormat(
            f"the format {path.suffix or '(no suffix)'} is not known", source=path, remedy=f"use one of {known}"
        )
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise InputError("is no regular file", source=path, remedy="give a file, or the files of a folder")
    size = status.st_size
    if size > MAX_BYTES:
        raise InputError(f"is {size} bytes long, the limit is {MAX_BYTES}", source=path, remedy="split it")
    raw = path.read_bytes()
    return make(decode(raw, source=path), raw=raw, reader=reader, doc=doc or path.name, source=source or str(path))


def from_text(text: str, *, doc: str, suffix: str = ".txt") -> Document:
    """The document of a text in memory, laid out as a file of that suffix would be."""
    return make(text, raw=text.encode("utf-8", "surrogatepass"), reader=readers()[suffix], doc=doc, source=doc)


def make(text: str, *, raw: bytes, reader: ModuleType, doc: str, source: str) -> Document:
    """A document from its text and the reader that lays it out."""
    layout = reader.lay_out(text)
    return Document(
        doc=doc,
        source=source,
        media_type=reader.MEDIA_TYPE,
        text=text,
        sha256=hashlib.sha256(raw).hexdigest(),
        blocks=layout.blocks,
        title=layout.title,
    )


def decode(raw: bytes, *, source: object) -> str:
    """The text of a UTF-8 file; a byte order mark is left out, line ends stay as they are.

    Raises:
        InputError: the bytes are not UTF-8, or hold a NUL and so are no text.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"is not UTF-8: byte {raw[error.start]:#04x} at {error.start}",
            source=source,
            remedy="save it as UTF-8, e.g. iconv -f LATIN1 -t UTF-8",
        ) from error
    if "\0" in text:
        raise InputError("holds a NUL character and is no text", source=source, remedy="give the text of the document")
    return text
