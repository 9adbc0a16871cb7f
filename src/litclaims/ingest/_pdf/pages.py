"""The pages of a file, one at a time: their segments, rules and what the file says of itself."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from litclaims.errors import InputError
from litclaims.ingest._pdf.glyphs import PageText, Piece, TooManyCharacters, page_text, turned, upright_box
from litclaims.ingest._pdf.rules import Rule, rules
from litclaims.ingest._pdf.segments import Segment, segment

MAX_PAGES = 5_000
"""A longer file is refused before its first page is read: no protocol or review is as long."""

MAX_CHARACTERS = 3_000_000
"""A file of more is refused: some 800 pages of a journal, which take 600 MB with the place of each word."""

MAX_SECONDS = 300.0
MAX_PAGE_SECONDS = 8.0
"""A file, and a page, that take longer are given up. Looked at after each page: what goes on within pdfium cannot be
stopped from here. A full page takes 0.05 s."""

MAX_LINKS = 5_000

MAX_UNKNOWN = 0.25
"""A file in which more of the characters have no letter cannot be read: its fonts do not say what they show."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The text of a page that runs in one direction: its segments in the frame in which they are upright.

    Attributes:
        page: counted from 1.
        low, high: bottom and top of the page in that frame.
    """

    page: int
    turn: int
    low: float
    high: float
    segments: tuple[Segment, ...]
    rules: tuple[Rule, ...]


@contextmanager
def opened(raw: bytes, *, source: object) -> Iterator[pypdfium2.PdfDocument]:
    """The document of a file's bytes.

    Raises:
        InputError: it is encrypted, broken, cut off, without a page, or of too many.
    """
    if b"%%EOF" not in raw.rstrip(b"\0\r\n\t ")[-4096:]:
        raise InputError("is cut off: the end of the PDF is missing", source=source, remedy="download or save it again")
    try:
        document = pypdfium2.PdfDocument(raw)
    except (pypdfium2.PdfiumError, ValueError, OSError) as error:
        raise _unopened(error, raw, source) from None
    with closing(document):
        count = len(document)
        if count < 1:
            raise InputError("has no page", source=source, remedy="save it again")
        if count > MAX_PAGES:
            raise InputError(f"has {count} pages, the limit is {MAX_PAGES}", source=source, remedy="split it")
        yield document


def _unopened(error: Exception, raw: bytes, source: object) -> InputError:
    code = getattr(error, "err_code", None)  # that of an earlier file where pdfium sets none
    if code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY) and b"/Encrypt" in raw:
        told = (
            "is encrypted and needs its password" if code == pdfium.FPDF_ERR_PASSWORD else "is encrypted, unknown how"
        )
        return InputError(told, source=source, remedy="save it without a password")
    if code == pdfium.FPDF_ERR_SUCCESS or b"/Count 0" in raw:
        return InputError("has no page that can be read", source=source, remedy="open and save it again")
    return InputError("is a broken PDF", source=source, remedy="open and save it again, or download it again")


class Watch:
    """The processor's time that a file takes; ``page`` is called when a page is begun, ``done`` when it is done."""

    def __init__(self, source: object) -> None:
        self._source = source
        self._started = self._clock = time.process_time()

    def page(self) -> None:
        """Begin a page."""
        self._clock = time.process_time()

    def done(self, page: int) -> None:
        """End a page.

        Raises:
            InputError: it, or the file so far, took longer than :data:`MAX_PAGE_SECONDS` or :data:`MAX_SECONDS`.
        """
        now = time.process_time()
        if now - self._started > MAX_SECONDS:
            told, remedy = f"took more than {MAX_SECONDS:g} s by page {page}", "split it"
        elif now - self._clock > MAX_PAGE_SECONDS:
            told, remedy = f"page {page} took more than {MAX_PAGE_SECONDS:g} s", "leave that page out"
        else:
            return
        raise InputError(told, source=self._source, remedy=remedy)


def frames(document: pypdfium2.PdfDocument, watch: Watch, *, source: object) -> list[Frame]:
    """The text of all pages, a frame for each direction of text.

    Raises:
        InputError: a page is broken, or the text is too long, takes too long, is missing, or cannot be read.
    """
    found: list[Frame] = []
    characters = unknown = 0
    for index in range(len(document)):
        watch.page()
        text, made = _page(document, index, source)
        found += made
        characters += text.characters
        unknown += text.unknown
        if characters > MAX_CHARACTERS:
            raise InputError(
                f"holds more than {MAX_CHARACTERS} characters by page {index + 1}", source=source, remedy="split it"
            )
        watch.done(index + 1)
    if not any(frame.segments for frame in found) and unknown <= MAX_UNKNOWN * characters:
        raise InputError("holds no text", source=source, remedy="run OCR first, e.g. ocrmypdf")
    if unknown > MAX_UNKNOWN * characters:
        raise InputError(
            f"does not say which letters {unknown} of its {characters} characters are",
            source=source,
            remedy="run OCR first, e.g. ocrmypdf --force-ocr",
        )
    return found


def _page(document: pypdfium2.PdfDocument, index: int, source: object) -> tuple[PageText, list[Frame]]:
    try:
        with closing(document[index]) as page:
            text = page_text(page)
            _mark_links(document, page, text.pieces)
            return text, [_frame(page, index + 1, text, turn) for turn in text.turns]
    except TooManyCharacters as error:
        raise InputError(
            f"has {error.count} characters on page {index + 1}", source=source, remedy="leave that page out"
        ) from None
    except (pypdfium2.PdfiumError, ValueError, OSError, OverflowError) as error:
        raise InputError(
            f"page {index + 1} is broken ({error})", source=source, remedy="open and save it again"
        ) from None


def _frame(page: pypdfium2.PdfPage, number: int, text: PageText, turn: int) -> Frame:
    _, y1 = turned(0, 0, turn)
    _, y2 = turned(text.width, text.height, turn)
    parts = segment([piece for piece in text.pieces if piece.turn == turn])
    return Frame(number, turn, min(y1, y2), max(y1, y2), tuple(parts), tuple(rules(page, turn=turn)))


def _mark_links(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, pieces: tuple[Piece, ...]) -> None:
    """Mark the pieces that the file links to another place of itself."""
    boxes = list(_links(document, page))
    if not boxes:
        return
    for piece in pieces:
        x0, low, x1, high = upright_box((piece.x0, piece.low, piece.x1, piece.high), -piece.turn % 4)
        x, y = (x0 + x1) / 2, (low + high) / 2
        piece.linked = len(piece.text) <= 12 and any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for box in boxes)


def _links(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage) -> Iterator[tuple[float, float, float, float]]:
    left, bottom, _, _ = page.get_bbox()
    position, link, rect = ctypes.c_int(0), pdfium.FPDF_LINK(), pdfium.FS_RECTF()
    for _ in range(MAX_LINKS):
        if not pdfium.FPDFLink_Enumerate(page.raw, position, link):
            return
        target = pdfium.FPDFLink_GetDest(document.raw, link)
        if not target:
            action = pdfium.FPDFLink_GetAction(link)
            target = action and pdfium.FPDFAction_GetDest(document.raw, action)
        if target and pdfium.FPDFLink_GetAnnotRect(link, rect):
            yield rect.left - left, rect.bottom - bottom, rect.right - left, rect.top - bottom
