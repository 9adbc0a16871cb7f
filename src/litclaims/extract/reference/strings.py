"""Reference strings, one a line, read into plain data: what ``litclaims references --strings`` writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from litclaims.extract.reference.fields import read_entry
from litclaims.model import Reference, Span

if TYPE_CHECKING:
    from litclaims.extract.reference.lookup import Lookup

MAX_LINE = 1 << 16
"""Bytes of a line that are read; what is beyond is passed over, and told as ``cut``."""


def read_strings(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    """A record for each line of a stream, blank ones too, in order.

    A record has the line's number from 1 (``line``), its text (``raw``: UTF-8, with U+FFFD for what is none), ``cut``
    if the line was too long, and the fields of the entry: those of :class:`litclaims.extract.reference.Fields`,
    ``author``, ``container_title``, ``editor`` and ``publisher`` as printed. Missing ones are None.
    """
    for number, (line, cut) in enumerate(_lines(stream), 1):
        yield {"line": number, "cut": cut, **record(line.decode("utf-8", "replace").rstrip("\r\n"))}


def record(raw: str) -> dict[str, Any]:
    """The fields of one string as plain data; see :func:`read_strings`."""
    entry = read_entry(raw.lstrip("\ufeff"))
    fields = {**entry.fields, "authors": list(entry.fields["authors"])}
    said = {"author": entry.author, "container_title": entry.container, "editor": entry.editor}
    return {"raw": raw, **said, **fields, "publisher": entry.publisher}


def completed(record: dict[str, Any], service: Lookup) -> dict[str, Any]:
    """A record with the DOI that a look-up finds for it.

    Raises:
        litclaims.errors.ServiceError: there is no answer.
    """
    fields = {name: record[name] for name in ("first_author", "title", "journal", "year", "doi")}
    reference = Reference("", "", record["raw"], Span(0, len(record["raw"])), **fields)
    return {**record, "doi": service.complete(reference).doi}


def _lines(stream: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    while line := stream.readline(MAX_LINE):
        cut = len(line) == MAX_LINE and not line.endswith(b"\n")
        rest = line
        while cut and rest and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_LINE)
        yield line, cut
