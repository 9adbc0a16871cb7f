"""A file from its pages to its layout."""

from __future__ import annotations

import pypdfium2

from litclaims.ingest._pdf.blocks import PageColumn, blocks, usual_style
from litclaims.ingest._pdf.columns import columns
from litclaims.ingest._pdf.emit import emit
from litclaims.ingest._pdf.furniture import running
from litclaims.ingest._pdf.pages import Frame, Watch, frames, opened
from litclaims.ingest._pdf.tables import find_tables
from litclaims.ingest.outline import Layout


def layout(raw: bytes, *, source: object) -> Layout:
    """The layout of a PDF's bytes; ``InputError`` as of :func:`litclaims.ingest.pdf.read`."""
    watch = Watch(source)
    with opened(raw, source=source) as document:
        found = frames(document, watch, source=source)
        told = _told(document)
    gone = running([(frame.segments, frame.low, frame.high) for frame in found])
    head = [part.text for frame in found[:1] for part in frame.segments if id(part) in gone]
    size, _ = usual_style(part for frame in found for part in frame.segments)
    ordered: list[PageColumn] = []
    for frame in found:
        watch.page()
        ordered += _columns(frame, gone)
        watch.done(frame.page)
    return emit(blocks(ordered), told, head=head, size=size, source=source)


def _told(document: pypdfium2.PdfDocument) -> dict[str, str]:
    try:
        return {key: value.strip("\0 ") for key, value in document.get_metadata_dict(skip_empty=True).items()}
    except (pypdfium2.PdfiumError, UnicodeError):
        return {}


def _columns(frame: Frame, gone: set[int]) -> list[PageColumn]:
    """The columns of a page in reading order, its tables as items of them."""
    parts = [part for part in frame.segments if id(part) not in gone]
    if not parts:
        return []
    tables, rest = find_tables(parts, frame.rules)
    size, _ = usual_style(rest or parts)
    return [PageColumn(column, frame.page) for column in columns([*rest, *tables], size)]
