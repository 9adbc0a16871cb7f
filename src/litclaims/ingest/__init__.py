"""Documents in: one module a format.

A reader module has ``SUFFIXES``, ``MEDIA_TYPE`` and ``read(raw, *, source) -> Layout``, which raises nothing but
:class:`litclaims.errors.LitclaimsError`; and, where the format can be told by its content, ``matches(raw) -> bool``,
which looks at the first bytes and never fails. One that parses with native code or heavy libraries says
``ISOLATED = True`` and is run in a process of its own (:mod:`litclaims.ingest.isolate`). Readers are found by a scan of
this folder: a new format is a new module and nothing else. :mod:`litclaims.ingest.build` puts a layout together from
runs of text.
"""

from __future__ import annotations

import dataclasses
import functools
import gc
import hashlib
import importlib
import pkgutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from litclaims.errors import InputError, UnsupportedFormat
from litclaims.ingest import isolate
from litclaims.ingest.build import MAX_CHARACTERS
from litclaims.ingest.outline import Layout
from litclaims.model import Document

MAX_BYTES = 64 * 1024 * 1024
"""A larger file is refused: the longest protocols and reviews are below 5 MB of text."""


SECONDS = 10.0
"""That a reader in a process of its own may take over a document, unless a run says otherwise."""


@functools.cache
def modules() -> tuple[ModuleType, ...]:
    """The reader modules, in order of their names."""
    found = (importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    return tuple(module for module in found if hasattr(module, "SUFFIXES"))


@functools.cache
def readers() -> dict[str, ModuleType]:
    """The module that reads each suffix (lower case, with the dot)."""
    return {suffix: module for module in modules() for suffix in module.SUFFIXES}


def reader_of(raw: bytes, suffix: str, *, source: object) -> ModuleType:
    """The module that reads a file: the one whose ``matches(raw)`` says so, else that of the suffix.

    A format that is known by its content counts before the suffix: a page saved as ``.txt`` or ``.pdf`` is a page.

    Raises:
        UnsupportedFormat: the content is of no known format, nor is the suffix.
        InputError: the suffix is that of a format that is known by its content, and the content is not of it.
    """
    named = readers().get(suffix.lower())
    if fitting := matching(raw):
        return named if named in fitting else fitting[0]
    if named is None:
        raise unknown(suffix, source=source)
    if hasattr(named, "matches") and raw.strip():
        raise InputError(f"is named {suffix} but is none", source=source, remedy="save it again in that format")
    return named


def matching(raw: bytes) -> list[ModuleType]:
    """The modules of the formats that the first bytes are of."""
    return [module for module in _told_by_content() if module.matches(raw)]


@functools.cache
def _told_by_content() -> tuple[ModuleType, ...]:
    return tuple(module for module in modules() if hasattr(module, "matches"))


def unknown(suffix: str, *, source: object) -> UnsupportedFormat:
    """The error of a file whose suffix and content no reader knows."""
    return UnsupportedFormat(
        f"the format {suffix or '(no suffix)'} is not known", source=source, remedy=f"use one of {known_suffixes()}"
    )


def known_suffixes() -> str:
    """The suffixes that can be read, for a message."""
    return ", ".join(sorted(readers()))


def read(path: Path, *, doc: str | None = None, source: str | None = None, seconds: float = SECONDS) -> Document:
    """The document in a file.

    Args:
        path: the file.
        doc: its name in the tables, default the file's name.
        source: where it came from, default the path.
        seconds: of the processor that a reader in a process of its own may take.

    Raises:
        UnsupportedFormat: no reader knows the content or the suffix.
        InputError: the path is no regular file, or the file is empty, too large, broken or not what its name says.
        OSError: the file cannot be opened; such an error may pass on a second try.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise InputError("is no regular file", source=path, remedy="give a file, or the files of a folder")
    size = status.st_size
    if size > MAX_BYTES:
        raise InputError(f"is {size} bytes long, the limit is {MAX_BYTES}", source=path, remedy="split it")
    named = {"doc": doc or path.name, "source": source or str(path)}
    return from_bytes(path.read_bytes(), suffix=path.suffix, seconds=seconds, **named)


def from_bytes(raw: bytes, *, suffix: str, doc: str, source: str, seconds: float = SECONDS) -> Document:
    """The document in the bytes of a file that is named with a suffix.

    Raises:
        UnsupportedFormat, InputError: as of :func:`read`.
    """
    if not raw.strip():
        raise InputError("is empty", source=source, remedy="give a file with a text")
    reader = reader_of(raw, suffix, source=source)
    if getattr(reader, "ISOLATED", False):
        layout = isolate.read(reader.__name__, raw, source=source, seconds=seconds)
    else:
        with _uncollected():
            layout = reader.read(raw, source=source)
    if len(layout.text) > MAX_CHARACTERS:
        raise InputError(f"holds more than {MAX_CHARACTERS} characters", source=source, remedy="split it")
    return _document(layout, raw=raw, reader=reader, doc=doc, source=source)


def from_text(text: str, *, doc: str, suffix: str = ".txt") -> Document:
    """The document of a text in memory, laid out as a file of that suffix (``.txt`` or ``.md``) would be."""
    reader = readers()[suffix]
    raw = text.encode("utf-8", "surrogatepass")
    with _uncollected():
        layout = reader.lay_out(text)
    return _document(layout, raw=raw, reader=reader, doc=doc, source=doc)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cycles: a layout is a million small objects and no cycle, and the search half the time."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def _document(layout: Layout, *, raw: bytes, reader: ModuleType, doc: str, source: str) -> Document:
    said = {field.name: getattr(layout, field.name) for field in dataclasses.fields(layout)}
    digest = hashlib.sha256(raw).hexdigest()
    return Document(doc=doc, source=source, media_type=reader.MEDIA_TYPE, sha256=digest, **said)
