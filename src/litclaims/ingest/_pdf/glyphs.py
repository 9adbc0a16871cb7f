"""The characters of a page as pdfium gives them, put together to pieces: letters of one word, style and baseline."""

from __future__ import annotations

import ctypes
import functools
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium

MAX_PAGE_CHARACTERS = 200_000
"""A page with more is no page of text; a full page of a journal has some 8,000."""

BLANK_GAP = 0.16
"""A gap of this share of the font size between two letters is a space that the file does not hold; 0.25 is usual."""

HYPHEN = "\u00ad"
"""Marks, in a piece, the hyphen at the end of a line."""

_BLANK = frozenset((*range(0x09, 0x0E), 0x20, *range(0x2000, 0x200B), 0x205F, 0x3000))
_DROPPED = frozenset((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
_HYPHENS = frozenset((0x02, 0xFFFE, 0xAD))
_NO_BREAK = 0x202F

_REPLACED = {
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st",
    _NO_BREAK: "\u00a0",
}  # fmt: skip

_SYMBOL = {
    0x2B: "+", 0x2D: "−", 0x3C: "<", 0x3E: ">", 0x61: "α", 0x62: "β", 0x67: "γ", 0x6D: "µ", 0x7E: "~", 0xA3: "≤",
    0xA7: "•", 0xA8: "•", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "•", 0xBB: "≈", 0xD7: "·", 0xD8: "•", 0xFC: "•",
}  # fmt: skip
"""Characters of the Symbol and Wingdings fonts, which files without a proper map give as U+F000 and the code."""

_BOLD = re.compile(rb"bold|black|heavy|demi", re.IGNORECASE)
_ITALIC = re.compile(rb"italic|oblique|slanted", re.IGNORECASE)
_MEDIUM = 600


@dataclass(frozen=True, slots=True)
class Style:
    """How letters look: their size in points (after all scaling), weight and slant."""

    size: float
    bold: bool = False
    italic: bool = False


@dataclass(slots=True)
class Piece:
    """Letters of one style that touch each other on one baseline.

    The coordinates are in points in a frame in which the text is upright: as on the page, turned by ``turn`` quarters.

    Attributes:
        x0, x1: left end of the first letter, right end of the last.
        y: baseline.
        low, high: bottom and top of the letters.
        blank: True if white space is before it.
        shift: 1 for raised letters, -1 for lowered ones, 0 on the line.
        linked: True if the file links it to another place of the document.
    """

    text: str
    style: Style
    x0: float
    x1: float
    y: float
    low: float
    high: float
    blank: bool
    turn: int = 0
    shift: int = 0
    linked: bool = False

    @property
    def size(self) -> float:
        return self.style.size


@dataclass(frozen=True, slots=True)
class PageText:
    """The pieces of a page, by the quarter turn that makes them upright, and what the page could not tell.

    Attributes:
        width, height: of the page in points, before its rotation.
        characters, unknown: how many characters there are, and how many of them the file gives no letter for.
    """

    width: float
    height: float
    pieces: tuple[Piece, ...]
    characters: int
    unknown: int

    @property
    def turns(self) -> tuple[int, ...]:
        """The quarter turns in use, that of most of the text first."""
        counts = Counter[int]()
        for piece in self.pieces:
            counts[piece.turn] += len(piece.text)
        return tuple(turn for turn, _ in counts.most_common())


def turned(x: float, y: float, turn: int) -> tuple[float, float]:
    """A point of the page in the frame in which text that runs at ``turn`` quarters (anticlockwise) is upright."""
    return ((x, y), (y, -x), (-x, -y), (-y, x))[turn]


def upright_box(box: tuple[float, float, float, float], turn: int) -> tuple[float, float, float, float]:
    """A box (left, bottom, right, top) in that frame; ``-turn`` modulo 4 leads back."""
    (xa, ya), (xb, yb) = turned(box[0], box[1], turn), turned(box[2], box[3], turn)
    return min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb)


class TooManyCharacters(Exception):
    """A page holds more characters than :data:`MAX_PAGE_CHARACTERS`."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


def page_text(page: pypdfium2.PdfPage) -> PageText:
    """The pieces of a page, in the order of the file.

    Raises:
        TooManyCharacters: the page is none for a reader.
        pypdfium2.PdfiumError: pdfium cannot read it.
    """
    left, bottom, right, top = page.get_bbox()
    text = page.get_textpage()
    try:
        count = text.count_chars()
        if count > MAX_PAGE_CHARACTERS:
            raise TooManyCharacters(count)
        reader = _Reader(text, left, bottom, right - left, top - bottom)
        reader.read(count)
        return PageText(right - left, top - bottom, tuple(reader.pieces), reader.characters, reader.unknown)
    finally:
        text.close()


@functools.cache
def _fast(name: str, result: type, *arguments: type) -> Callable:
    """A function of pdfium that is called for each character, bound without the checks of the generated binding.

    A call takes 0.25 µs instead of 1 µs, and a page has thousands of characters.
    """
    address = ctypes.cast(getattr(pdfium, name), ctypes.c_void_p).value
    return ctypes.CFUNCTYPE(result, *arguments)(address)


@dataclass(slots=True)
class _Look:
    """What all characters of a text object share; ``turn`` is None for slanted text (a watermark)."""

    style: Style
    turn: int | None


@dataclass(slots=True)
class _Reader:
    page: pypdfium2.PdfTextPage
    left: float
    bottom: float
    width: float
    height: float
    pieces: list[Piece] = field(default_factory=list)
    characters: int = 0
    unknown: int = 0
    _looks: dict[int | None, _Look] = field(default_factory=dict)
    _styles: dict[Style, Style] = field(default_factory=dict)

    def read(self, count: int) -> None:
        """Put the characters together."""
        blank, last = True, None
        for code, look, x, y, box, generated in self._characters(count):
            if code in _BLANK:
                # a space that pdfium made up counts only where there is room for one
                blank = blank or not generated or last is None or x - last.x1 > 0.1 * last.size
                continue
            letter = self._letter(code)
            if letter and look is not None and look.turn is not None:
                last = self._add(letter, look, x, y, box, last, blank)
                blank = False

    def _characters(self, count: int) -> Iterator[tuple]:
        handle = ctypes.cast(self.page.raw, ctypes.c_void_p).value
        pointer, whole = ctypes.c_void_p, ctypes.c_int
        code_of = _fast("FPDFText_GetUnicode", ctypes.c_uint, pointer, whole)
        object_of = _fast("FPDFText_GetTextObject", pointer, pointer, whole)
        origin_of = _fast("FPDFText_GetCharOrigin", whole, pointer, whole, pointer, pointer)
        box_of = _fast("FPDFText_GetLooseCharBox", whole, pointer, whole, pointer)
        x, y, box = ctypes.c_double(), ctypes.c_double(), pdfium.FS_RECTF()
        at_x, at_y, at_box = ctypes.addressof(x), ctypes.addressof(y), ctypes.addressof(box)
        looks = self._looks
        for index in range(count):
            code = code_of(handle, index)
            thing = object_of(handle, index)
            look = looks.get(thing)
            if look is None and thing is not None:
                look = looks[thing] = self._look(index)
            origin_of(handle, index, at_x, at_y)
            box_of(handle, index, at_box)
            yield code, look, x.value, y.value, (box.left, box.bottom, box.right, box.top), thing is None

    def _letter(self, code: int) -> str:
        """The text of a character, empty for one to leave out."""
        if code in _DROPPED:
            return ""
        self.characters += 1
        if code in _HYPHENS:
            return HYPHEN
        if 0xF000 <= code <= 0xF0FF:
            known = _SYMBOL.get(code - 0xF000)
            self.unknown += known is None
            return known or ""
        if code < 0x20 or 0x7F <= code < 0xA0 or code in (0xFFFD, 0xFFFF) or 0xD800 <= code < 0xF900 or code > 0x10FFFF:
            self.unknown += 1
            return ""
        return _REPLACED.get(code) or chr(code)

    def _look(self, index: int) -> _Look:
        handle, matrix, flags = self.page.raw, pdfium.FS_MATRIX(), ctypes.c_int()
        pdfium.FPDFText_GetMatrix(handle, index, matrix)
        size = pdfium.FPDFText_GetFontSize(handle, index) * math.hypot(matrix.c, matrix.d)
        name = ctypes.create_string_buffer(128)
        pdfium.FPDFText_GetFontInfo(handle, index, name, 128, flags)
        bold = bool(_BOLD.search(name.value)) or pdfium.FPDFText_GetFontWeight(handle, index) >= _MEDIUM
        style = Style(round(size, 1), bold, bool(_ITALIC.search(name.value)))
        return _Look(self._styles.setdefault(style, style), _quarter(matrix.a, matrix.b))

    def _add(self, letter: str, look: _Look, x: float, y: float, box: tuple, last: Piece | None, blank: bool) -> Piece:
        """Add a letter to the last piece or as a new one; letters outside the page are left out."""
        x, y = x - self.left, y - self.bottom
        if not (-5 <= x <= self.width + 5 and -5 <= y <= self.height + 5) or not look.style.size > 0:
            return last
        x0, low, x1, high = box[0] - self.left, box[1] - self.bottom, box[2] - self.left, box[3] - self.bottom
        turn = look.turn
        if turn:
            x, y = turned(x, y, turn)
            x0, low, x1, high = upright_box((x0, low, x1, high), turn)
        size = look.style.size
        if last is not None and last.turn == turn and abs(y - last.y) < 0.05 * size:
            gap = x0 - last.x1
            if not blank and last.style is look.style and -0.4 * size < gap < BLANK_GAP * size:
                last.text += letter
                last.x1 = max(last.x1, x1)
                last.low, last.high = min(last.low, low), max(last.high, high)
                return last
            blank = blank or gap > BLANK_GAP * size
        piece = Piece(letter, look.style, x0, x1, y, low, high, blank, turn)
        self.pieces.append(piece)
        return piece


def _quarter(a: float, b: float) -> int | None:
    """The quarter turn of a line of text with that direction, None if it runs aslant."""
    length = math.hypot(a, b)
    if not length:
        return None
    for turn, (x, y) in enumerate(((1, 0), (0, 1), (-1, 0), (0, -1))):
        if a * x + b * y > 0.996 * length:  # within 5 degrees
            return turn
    return None
