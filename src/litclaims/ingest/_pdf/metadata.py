"""What a PDF says of itself: title, authors, date and DOI, from its first page and its information dictionary."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from litclaims.ingest._pdf.blocks import Block
from litclaims.ingest._pdf.segments import join_text

MIN_TITLE_WORDS = 3
MAX_TITLE_WORDS = 60

MAX_AUTHORS = 200

_FILE_NAME = re.compile(
    r"\S+\.(?:docx?|indd|tex|pdf|qxd|pptx?|xlsx?|rtf|odt|dvi|html?)\b|^Microsoft Word", re.IGNORECASE
)
_DOI = re.compile(r"(?<![\d.])10\.\d{4,9}/[^\s\"<>]+")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_MONTH = r"(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_PUBLISHED = re.compile(
    r"\b(?:[Pp]ublished(?:\s+online)?|PUBLISHED)\s*:?\s*(?:on\s+)?(?:"
    rf"(?:(?P<day>\d{{1,2}})\s+)?{_MONTH}\s+(?:(?P<day2>\d{{1,2}}),\s*)?(?P<year>(?:19|20)\d\d)"
    r"|(?P<iso>(?:19|20)\d\d-\d\d-\d\d))"
)
_COPYRIGHT = re.compile(r"(?:©|\([cC]\)|Copyright)\s*(?:The\s+Authors?(?:\(s\))?,?\s*)?((?:19|20)\d\d)\b")
_NAME = re.compile(r"(?:[A-Z][\w.'’-]*|(?:de|van|von|der|den|la|le|di|da|dos|del|bin|al|el)\b)(?:\s+|$)")
_SPLIT = re.compile(r"\s*(?:[;,]|\band\b|&)\s*")


def title_block(blocks: Sequence[Block], told: str, size: float) -> Block | None:
    """The block with the title: the one that the information dictionary names, else the largest text of page 1."""
    head = [block for block in blocks if block.page == blocks[0].page and block.lines][:25]
    letters = _letters(told)
    if len(letters) >= 12:
        named = next((block for block in head if _letters(block.text) == letters), None)
        if named is not None:
            return named
    fitting = [block for block in head if _may_be_title(block) and block.size > 1.15 * size]
    return max(fitting, key=lambda block: block.size, default=None)


def sensible_title(told: str) -> str | None:
    """The title of the information dictionary, None if it is a file's name or no title."""
    told = " ".join(told.split())
    words = told.split()
    if not MIN_TITLE_WORDS <= len(words) <= MAX_TITLE_WORDS or _FILE_NAME.search(told):
        return None
    return told


def _may_be_title(block: Block) -> bool:
    return block.kind in ("heading", "paragraph") and 2 <= len(block.text.split()) <= MAX_TITLE_WORDS


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def authors(blocks: Sequence[Block], title: Block | None, told: str) -> tuple[str, ...]:
    """The authors: those of the line below the title if it is one of names, else of the information dictionary."""
    if title is not None:
        after = next((block for block in blocks[blocks.index(title) + 1 :] if block.lines), None)
        if after is not None and len(after.text) < 3_000:
            names = _names(join_text(piece for line in after.lines for piece in line.pieces if not piece.shift))
            if names:
                return names
    return _names(told) if len(told) < 5_000 else ()


def _names(text: str) -> tuple[str, ...]:
    """The names in a list of nothing else."""
    parts = [part.strip(" *†‡.") for part in _SPLIT.split(text)]
    parts = [part for part in parts if part]
    if not parts or len(parts) > MAX_AUTHORS or not all(_is_name(part) for part in parts):
        return ()
    return tuple(parts)


def _is_name(text: str) -> bool:
    words = text.split()
    if not 2 <= len(words) <= 6 or any(character.isdigit() for character in text):
        return False
    return all(_NAME.fullmatch(word) for word in words) and words[-1][0].isupper()


def doi(text: str, told: Mapping[str, str]) -> str | None:
    """The DOI of the information dictionary, or the first on the first page."""
    for place in (told.get("Subject", ""), told.get("doi", ""), told.get("Keywords", ""), text):
        match = _DOI.search(place)
        if match:
            return match.group().rstrip(".,;:)]}").lower()
    return None


def date(text: str) -> str | None:
    """The date of publication on the first page, as much of it as is said; else the year of its copyright."""
    match = _PUBLISHED.search(text)
    if match is None:
        year = _COPYRIGHT.search(text)
        return year[1] if year else None
    if match["iso"]:
        return match["iso"]
    month = f"{match['year']}-{_MONTHS[match['month'].lower()]:02d}"
    day = match["day"] or match["day2"]
    return f"{month}-{int(day):02d}" if day else month
