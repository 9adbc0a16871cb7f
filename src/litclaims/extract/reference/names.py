"""The names of an entry's authors, one by one, as ``Murphy MP``."""

from __future__ import annotations

import re
import unicodedata

from litclaims.extract.reference import cues
from litclaims.extract.reference.authors import GIVEN, STYLES, printed

MAX_NAMES = 400
"""Names that are read of one entry; consortia print more, and the first ones name the work."""

_SEPARATOR = re.compile(r"[\s,;&/·•]+(?:(?:and|et|und|y|e|with)\s+)?|\s*(?:and|et|und)\s+", re.IGNORECASE)
_OTHERS = re.compile(
    r"[\s,;]*(?:\bet\.?\s?al\b\.?|\band (?:others|colleagues)\b|…|\.{3}|\[[^\]]*\]|\(eds?\.?\)|\beds?\.).*", re.I
)
_NEXT = re.compile(r"\s*(?:[;,&]|\.\s|\s(?:and|und|et)\s)")
_FIRST_LAST = re.compile(
    r"(?P<given>[A-ZÀ-ÖØ-Þ][^\W\d_]+(?:[-‐‑][^\W\d_]+)?)(?P<middle>(?:\s[A-ZÀ-ÖØ-Þ]\.?)*)\s"
    r"(?P<surname>(?:[a-z]{1,4}\s){0,3}[A-ZÀ-ÖØ-Þ][^\W\d_]+(?:[-'’‐‑][^\W\d_]+){0,2})(?=\s*(?:[,;&.]|and\s|$))"
)
_NAME_ENDS = re.compile(r"\s*(?:\.?\s*$|\.?\s*[,;&:/]|\.?\s+(?:and|et|und|y)\s)")
_ALL_CAPS = re.compile(r"(?P<surname>[A-ZÀ-ÖØ-Þ]{3,}(?:[-\s][A-ZÀ-ÖØ-Þ]{3,})?),?\s(?P<initials>[A-Z])[a-z][^\W\d_]*")


def author_names(text: str) -> tuple[str, ...]:
    """The names in a list of authors as printed, ``et al.`` left out; what is no name of a person stands as it is."""
    text = " ".join(_OTHERS.sub("", unicodedata.normalize("NFC", text)).split()).strip(" ,;:")
    if cues.matcher("reference", "organisation").search(text) is not None and "," not in text:
        return (text.rstrip("."),) if text else ()
    found: list[str] = []
    at, style = 0, 0
    while at < len(text) and len(found) < MAX_NAMES:
        gap = _SEPARATOR.match(text, at)
        at = gap.end() if gap is not None else at
        if at >= len(text):
            break
        name, at, style = _one(text, at, style)
        if any(character.isalpha() for character in name):
            found.append(name)
    return tuple(found)


def _one(text: str, at: int, style: int) -> tuple[str, int, int]:
    """The name at a place, where it ends, and which of the styles it is in; lists keep to one style."""
    patterns = [*(pattern for _, pattern in STYLES), _ALL_CAPS, GIVEN]
    for index in (style, *range(len(patterns))):
        match = patterns[index].match(text, at)
        if match is not None and _NAME_ENDS.match(text, match.end()) is not None:
            return printed(match), match.end(), index
    match = _FIRST_LAST.match(text, at)
    if match is not None:
        initials = match["given"][0] + "".join(character for character in match["middle"] if character.isupper())
        return f"{match['surname']} {initials}", match.end(), style
    end = _NEXT.search(text, at)
    stop = end.start() if end is not None and end.start() > at else len(text)
    return text[at:stop].strip(" .,;"), max(stop, at + 1), style
