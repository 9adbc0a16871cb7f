"""Who wrote an entry, and where its list of authors ends.

Three ways to print a name are read: ``Murphy MP`` (Vancouver, AMA, Springer), ``Murphy, M. P.`` (APA, Harvard, MDPI)
and ``M.P. Murphy`` (Elsevier, IEEE). Names are consumed one by one, so a list of any length takes linear time.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from litclaims.extract.reference import cues

_WORD = r"[A-ZÀ-ÖØ-ÞĀ-ſ][^\W\d_]*(?:[-'’‐‑][^\W\d_]+){0,3}"
_SURNAME = rf"(?:[a-z]{{1,4}}\s){{0,3}}(?:[dlO]['’])?{_WORD}(?:\s{_WORD}){{0,2}}"
_INITIALS = r"[A-ZÀ-ÖØ-Þ]{1,4}(?:-[A-Z])?(?![^\W\d_])"
_DOTTED = r"[A-ZÀ-ÖØ-Þ]\.?(?:[\s-]{0,2}[A-ZÀ-ÖØ-Þ]\.?){0,3}(?![^\W\d_])"
_TIGHT = r"[A-ZÀ-ÖØ-Þ]\.(?:-?[A-ZÀ-ÖØ-Þ]\.){0,3}"
_ALL_DOTTED = r"[A-ZÀ-ÖØ-Þ]\.(?:[\s-]?[A-ZÀ-ÖØ-Þ]\.){0,3}"
_SUFFIX = r"(?:,?\s(?:Jr|Sr|II|III|2nd|3rd)\b\.?)?"

STYLES = (  # how a list prints its names, surname and initials as groups
    ("vancouver", re.compile(rf"(?P<surname>{_SURNAME})\s(?P<initials>{_INITIALS}){_SUFFIX}")),
    ("inverted", re.compile(rf"(?P<surname>{_SURNAME}),\s?(?P<initials>{_DOTTED}){_SUFFIX}")),
    ("inverted", re.compile(rf"(?P<surname>{_SURNAME}),\s?(?P<initials>{_TIGHT}){_SUFFIX}")),
    ("initials first", re.compile(rf"(?P<initials>{_ALL_DOTTED})\s?(?P<surname>{_SURNAME}){_SUFFIX}")),
)
GIVEN = re.compile(
    rf"(?P<surname>{_SURNAME}),\s(?P<initials>[A-Z])[^\W\d_]{{2,}}(?P<middle>(?:\s[A-Z]\.?){{0,3}})(?![^\W\d_])"
)
_OTHER_ORDERS = (STYLES[-1][1], GIVEN)
_LAST = re.compile(rf"[A-Z][^\W\d_]+\s(?:[A-Z]\.?\s){{0,2}}{_SURNAME}")
_BETWEEN = re.compile(r"\s?(?:[,;]\s?(?:(?P<last>and|&|et)\s)?|(?P<final>and|&|et)\s)")
_OTHERS = re.compile(r"[,;]?\s?(?:et al\b\.?|and others\b|…|\.{3})")
_END = re.compile(r"[.:,;]?\s*(?=\()|[.:,;]\s+|[.:,;]$|\s?$")
_YEAR = re.compile(r"\(?\b(?P<year>(?:19|20)\d\d)[a-z]?\b(?:,\s[^()]{1,30})?\)?[.,:;]?\s*")


class Authors(NamedTuple):
    """The first author as ``Murphy MP``, the year where it follows the names, and the rest of the entry."""

    first: str | None
    year: int | None
    rest: str
    style: str


def split_authors(text: str) -> Authors:
    """The authors at the start of an entry taken off it; ``first`` is None where the entry opens with no names."""
    for style, name in STYLES:
        if (found := _names(text, name)) is not None:
            first, end = found
            return _with_year(first, text[end:], style)
    if (found := _names(text, GIVEN)) is not None:
        return _with_year(found[0], text[found[1] :], "inverted")
    return _organisation(text)


def starts_with_authors(text: str) -> bool:
    """True if a line opens with the names of persons."""
    return split_authors(text).style not in ("none", "organisation")


def _names(text: str, name: re.Pattern[str]) -> tuple[str, int] | None:
    """First author and the end of the names, None if the text is no list of such names."""
    first = match = name.match(text)
    if match is None or (match["surname"].isupper() and len(match["initials"]) > 3 and "." not in match["initials"]):
        return None
    at = match.end()
    while (gap := _BETWEEN.match(text, at)) is not None and (match := _next_name(text, gap, name)) is not None:
        at = match.end()
    end = _past(text, at, closed=text[at - 1] == ".")
    return None if end is None else (printed(first), end)


def _next_name(text: str, gap: re.Match[str], name: re.Pattern[str]) -> re.Match[str] | None:
    """The next name of a list; after the first, names may be printed the other way round."""
    orders = (name, *_OTHER_ORDERS, _LAST) if gap["last"] or gap["final"] else (name, *_OTHER_ORDERS)
    return next((match for order in orders if (match := order.match(text, gap.end())) is not None), None)


def _past(text: str, at: int, *, closed: bool = False) -> int | None:
    """Where the rest of the entry begins, None if what follows the names does not end a list of names.

    ``closed`` says that a full stop was taken with the last initial.
    """
    others = _OTHERS.match(text, at)
    if others is not None:
        at = others.end()
        closed = True
    end = _END.match(text, at)
    if end is not None:
        return end.end()
    space = re.compile(r"\s+").match(text, at)
    return space.end() if closed and space is not None else None


def printed(match: re.Match[str]) -> str:
    """A name that a pattern of :data:`STYLES` matched, as ``Murphy MP``."""
    said = match["initials"] + (match.groupdict().get("middle") or "")
    initials = "".join(character for character in said if character.isalpha())
    return f"{match['surname']} {initials}"


def _with_year(first: str, rest: str, style: str) -> Authors:
    year = _YEAR.match(rest)
    if year is None or (";" in year.group() and not year.group().startswith("(")):
        return Authors(first, None, rest, style)
    return Authors(first, int(year["year"]), rest[year.end() :], style)


def _organisation(text: str) -> Authors:
    """An organisation as author: a short first segment with a word such as ``society``, and more after it."""
    name, dot, rest = text.partition(". ")
    known = cues.matcher("reference", "organisation").search(name)
    if not dot or known is None or len(name.split()) > 8 or not rest.strip():
        return Authors(None, None, text, "none")
    year = re.search(r"\s?\(((?:19|20)\d\d)\)$", name)
    if year is not None:
        return Authors(name[: year.start()], int(year[1]), rest, "organisation")
    return _with_year(name, rest, "organisation")
