"""PDF: characters with their size and place, put together to columns, paragraphs, tables and lists.

Superscripts are told by their size and baseline, so that ``10`` with a raised ``6`` is a power, and a raised mark
behind a word is none. Running headers, footers and page numbers are left out. Every word keeps its page and box.
"""

from __future__ import annotations

from litclaims.errors import InputError
from litclaims.ingest.outline import Layout

SUFFIXES = (".pdf",)
MEDIA_TYPE = "application/pdf"
ISOLATED = True

_HEADER = b"%PDF-"
_HEADER_WITHIN = 1024
"""Readers accept a header so far into the file."""


def matches(raw: bytes) -> bool:
    """True if the bytes open as a PDF: with its header, on a line after whatever a mail program left before it."""
    at = raw.find(_HEADER, 0, _HEADER_WITHIN)
    before = raw[:at].lstrip(b"\xef\xbb\xbf\0\t\r\n\f ")
    return at >= 0 and (not before or (before[-1:] in b"\r\n" and b"<" not in before))


def read(raw: bytes, *, source: object) -> Layout:
    """The layout of a file's bytes.

    Raises:
        InputError: the file is encrypted, broken or cut off, holds no text (a scan), or is too large or too slow.
    """
    # late: pdfium starts when it is imported
    from litclaims.ingest._pdf import document

    try:
        return document.layout(raw, source=source)
    except RecursionError:
        raise InputError("is nested too deep", source=source, remedy="open and save it again") from None
