"""One entry of a reference list, read into its fields.

Printed styles: Vancouver/AMA as the NLM describes it (Citing Medicine, 2nd edition), BMC and Springer, MDPI, APA and
Harvard, Elsevier, and web references with a date of access. What cannot be read surely stays None.
"""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple, TypedDict

from litclaims.extract.reference import cues
from litclaims.extract.reference.authors import Authors, split_authors, starts_with_authors

MAX_CHARS = 3000
"""Of a longer text only so much is read: consortium author lists stay below it."""


class Fields(TypedDict):
    """The fields of :class:`litclaims.model.Reference` that are read from the text of an entry."""

    marker: str | None
    first_author: str | None
    title: str | None
    journal: str | None
    year: int | None
    volume: str | None
    pages: str | None
    doi: str | None
    pmid: str | None
    url: str | None
    accessed: str | None
    authors: tuple[str, ...]
    issue: str | None
    pmcid: str | None
    nct: str | None


MARKER = re.compile(r"\s*(?:\[(\d{1,4})\]|\((\d{1,4})\)|(\d{1,4})[.)](?!\d)|(S\d{1,3})[.)](?=\s))\s*")
_NOTE_MARKER = re.compile(r"\s*\[(?:\^(?P<number>\d{1,4})|(?P<name>\^[^\W\d_][\w:.+-]{1,40}))\]:\s*")
_RAISED_MARKER = re.compile(r"([⁰¹²³⁴-⁹]{1,3})\s?(?=[^\W\d_])")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_BARE_MARKER = re.compile(r"(\d{1,3})\s")
_DOI = re.compile(
    r"(?:https?://(?:dx\.)?doi\.org/|doi:?\s?)?(?P<doi>10\.\d{4,9}/(?:[^\s\"<>]|<\d[^\s<>]{1,40}>){1,200})",
    re.IGNORECASE,
)
_PMID = re.compile(r"(?:\[?PubMed\s)?PMID:?\s{0,2}(?P<pmid>\d{1,9})\]?", re.IGNORECASE)
_PMCID = re.compile(r"(?:PMCID:?\s{0,2})?(?P<pmcid>PMC\d{2,9})")
_NCT = re.compile(r"\bNCT\d{8}\b")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"]{3,400}")
_AVAILABLE = re.compile(r"\b(?:available (?:from|at|online)|retrieved from|from|at|url)\s?:?\s?$", re.IGNORECASE)
_EPUB = re.compile(r"\(?\be-?pub\b[^.;)]{0,60}[.;)]?", re.IGNORECASE)
_LINKS = r"[\[(]\s?(?:{words})\s?[\])]"

_PAGES = r"(?P<pages>[A-Za-z]{0,3}\.?\d[\w.]{0,12}(?:\s?[-‐‑‒–—]\s?[A-Za-z]{0,3}\d\w{0,12})?)"
_VOLUME = r"(?P<volume>[A-Z]{0,2}\d{1,5}(?:[-–/]\d{1,4})?(?:\s(?:Suppl|Pt)\.?\s?\w{0,4})?)"
_ISSUE = r"(?:\s?\([^()]{1,30}\)|,?\s(?:no|issue)\.?\s?\d{1,4})?"
_YEAR = r"(?P<year>(?:19|20)\d\d)[a-z]?"
_PP = r"(?:pp?\.?\s?)?"
_LOCATORS = tuple(
    re.compile(rf"(?:(?<=[.,?!\s])|(?<=[^\W\d_]))\s?{pattern}")
    for pattern in (
        rf"\b{_YEAR}(?:\s[A-Z][a-z]{{2,8}}\.?(?:[-/\s][A-Za-z\d]{{1,9}}){{0,2}})?\s?;\s?{_VOLUME}?{_ISSUE}\s?(?::\s?{_PP}{_PAGES})?",
        rf"\b{_YEAR},\s?(?:vol\.?\s?)?{_VOLUME}{_ISSUE}\s?(?:[:,]\s?{_PP}{_PAGES})?",
        rf"\b{_YEAR}\.\s?{_VOLUME}{_ISSUE}\s?:\s?{_PP}{_PAGES}",
        rf"\({_YEAR}\)\s?{_VOLUME}{_ISSUE}\s?[:,]\s?{_PP}{_PAGES}",
        rf"\b(?:vol\.?\s?)?{_VOLUME}{_ISSUE}\s?,?\s?\({_YEAR}\)\s?[:,]?\s?(?:{_PP}{_PAGES})?",
        rf"\b(?:vol\.?\s?)?{_VOLUME}{_ISSUE}\s?[:,]\s?{_PP}{_PAGES}\s?,?\s?\({_YEAR}[^()]{{0,15}}\)",
        rf"\b(?:vol\.?\s?)?{_VOLUME}{_ISSUE}\s?[:,]\s?{_PP}{_PAGES}(?:,\s{_YEAR})?(?=[\s.]*$)",
        rf"\b{_YEAR}[.,;:]\s?pp?\.\s?{_PAGES}(?=[\s.]*$)",
        rf"\b{_YEAR}(?=[\s.,;]*$)",
        rf"\({_YEAR}[^()]{{0,15}}\)(?=[\s.,;]*$)",
    )
)
_TAIL = 250
"""Characters before the end of an entry within which those of the patterns begin that end with it."""

_BREAK = re.compile(r"[.?!]['\"’”»)]?\s+")
_EDITION = re.compile(r"[.,]\s(?:\d{1,2}(?:st|nd|rd|th)|revised)\sed(?:ition)?\.?$", re.IGNORECASE)
_QUOTED = re.compile(r"['\"‘“«](?P<title>.{8,400}?)[,.]?(?P<end>['\"’”»])(?P<after>[,.]\s?|\s(?=[A-Z])|$)")
_NUMERIC_DATES = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<m>\d{1,2})[/.](?P<d>\d{1,2})[/.](?P<y>\d{4})"),
)


class _Rest(NamedTuple):
    """What is left of an entry after something was read off it."""

    text: str
    value: str | None


def parse_reference(raw: str) -> Fields:
    """The fields of one entry, those that it lacks as None; any text gives an answer, prose a nearly empty one."""
    text = " ".join(raw[:MAX_CHARS].split())
    fields = no_fields()
    fields["marker"], text = _marker(text)
    fields["pmcid"], fields["nct"] = _identifier(_PMCID, text), _identifier(_NCT, text)
    for name, take in (("doi", _take_doi), ("pmid", _take_pmid), ("accessed", _take_accessed), ("url", _take_url)):
        text, fields[name] = take(text)
    authors = split_authors(_tidy(text))
    fields["first_author"], fields["year"] = authors.first, authors.year
    _read_source(authors, fields)
    return fields


def _identifier(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return None if match is None else match.group(match.lastgroup or 0).upper()


def clean_doi(doi: str) -> str:
    """A DOI as printed without punctuation that belongs to the sentence; a closing bracket stays if it was opened."""
    doi = doi.rstrip(".,;:'\"’”")
    while doi and doi[-1] in ")]}" and doi.count(doi[-1]) > doi.count({")": "(", "]": "[", "}": "{"}[doi[-1]]):
        doi = doi[:-1].rstrip(".,;:'\"’”")
    return doi


def iso_date(text: str) -> str | None:
    """The first date in a text as ISO 8601, None if there is none or its day and month cannot be told apart."""
    for pattern in _NUMERIC_DATES:
        if (match := pattern.search(text)) is not None:
            year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
            if "-" not in match.group() and month != day:
                month, day = _day_first(month, day)
            return _date(year, month, day)
    return _named_date(text)


def _day_first(first: int, second: int) -> tuple[int, int]:
    """Month and day of ``22/10/2019`` or ``10/22/2019``; an undecidable pair becomes a date that does not exist."""
    if first > 12:
        return second, first
    return (first, second) if second > 12 else (0, 0)


def _named_date(text: str) -> str | None:
    for cue in cues.load("reference")["month"]:
        name = rf"(?<!\w){cue.pattern}(?!\w)"
        for order in (
            rf"{name}\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y>\d{{4}})",
            rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?{name},?\s(?P<y>\d{{4}})",
            rf"(?P<y>\d{{4}}),?\s{name}\s(?P<d>\d{{1,2}})",
        ):
            if (match := re.search(order, text, re.IGNORECASE)) is not None:
                return _date(int(match["y"]), int(cue.value or 0), int(match["d"]))
    return None


def _date(year: int, month: int, day: int) -> str | None:
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


def no_fields() -> Fields:
    """The fields of an entry that says nothing."""
    return Fields(
        marker=None,
        first_author=None,
        title=None,
        journal=None,
        year=None,
        volume=None,
        pages=None,
        doi=None,
        pmid=None,
        url=None,
        accessed=None,
        authors=(),
        issue=None,
        pmcid=None,
        nct=None,
    )


def _marker(text: str) -> tuple[str | None, str]:
    if (raised := _RAISED_MARKER.match(text)) is not None:
        return raised[1].translate(_DIGITS), text[raised.end() :]
    if (note := _NOTE_MARKER.match(text)) is not None:
        return note["number"] or note["name"], text[note.end() :]
    match = MARKER.match(text)
    if match is None and (bare := _BARE_MARKER.match(text)) is not None:
        match = bare if starts_with_authors(text[bare.end() :]) else None
    if match is None or match.end() == len(text):
        return None, text
    return next(group for group in match.groups() if group), text[match.end() :]


def _take_doi(text: str) -> _Rest:
    found = None
    while (match := _DOI.search(text)) is not None:
        doi = clean_doi(match["doi"])
        found = found or doi
        text = text[: match.start()] + text[match.start("doi") + len(doi) :]
    return _Rest(text, found)


def _take_pmid(text: str) -> _Rest:
    match = _PMID.search(text)
    text = _PMCID.sub("", _PMID.sub("", text))
    return _Rest(_EPUB.sub("", text), match["pmid"] if match else None)


def accessed_spans(text: str) -> list[tuple[int, int, str | None]]:
    """Where an entry says when it was seen: start, end and ISO date of each place, in order.

    The date is None where day and month cannot be told apart.
    """
    found = []
    for match in cues.matcher("reference", "accessed").finditer(text):
        tail = text[match.end() : match.end() + 40]
        date = iso_date(tail)
        if date is not None or _NUMERIC_DATES[1].match(tail.lstrip()) is not None:
            year = re.search(r"\d{4}(?:-\d\d?-\d\d?|\s[A-Za-z]{3,9}\.?\s\d{1,2})?\]?[.,;]?", tail)
            found.append((match.start(), match.end() + (year.end() if year else len(tail)), date))
    return found


def _take_accessed(text: str) -> _Rest:
    """The date of access, said once or several times; it is taken off with the words before it."""
    places = accessed_spans(text)
    for start, end, _ in reversed(places):
        text = text[:start].rstrip(" ([;,") + " " + text[end:].lstrip(" )].,;")
    return _Rest(text.strip(), next((date for _, _, date in places if date is not None), None))


def _take_url(text: str) -> _Rest:
    found = None
    while (match := _URL.search(text)) is not None:
        url = clean_doi(match.group())
        found = found or url
        before = _AVAILABLE.sub("", text[: match.start()].rstrip(" (<[")).rstrip(" ([<:,")
        text = f"{before} {text[match.start() + len(url) :].lstrip('>)]')}"
    return _Rest(text, found)


def _tidy(text: str) -> str:
    """Without link texts and the full stops that were left between them."""
    words = "|".join(cue.pattern for cue in cues.load("reference")["link_text"])
    text = re.sub(_LINKS.format(words=words), "", text, flags=re.IGNORECASE)
    text = re.sub(r"\bdoi:?\s?(?=[.\s]*$)", "", text, flags=re.IGNORECASE)
    return re.sub(r"(?:\s?[.,;]){2,}\s?$", ".", " ".join(text.split())).strip()


def _read_source(authors: Authors, fields: Fields) -> None:
    """Title, journal and place of an entry without its authors."""
    rest = authors.rest.strip()
    quoted = _QUOTED.match(rest)
    if quoted is not None and _closes(quoted):
        fields["title"] = _title(quoted["title"])
        rest = rest[quoted.end() :]
    head, place = _locate(rest)
    if place is not None:
        groups = place.groupdict()
        fields["year"] = int(groups["year"]) if groups.get("year") else fields["year"]
        fields["volume"], fields["pages"] = groups.get("volume"), _clean_pages(groups.get("pages"))
    if place is not None and (
        "volume" not in place.groupdict() or (fields["volume"] is None and ";" not in place.group())
    ):
        head = _without_publisher(head)
    if fields["title"] is not None:
        fields["journal"] = _journal(head) if place is not None else _journal(rest)
        return
    fields["title"], fields["journal"] = _title_and_journal(head, authors, located=place is not None)


def _closes(match: re.Match[str]) -> bool:
    """True if the quotation marks hold the whole title: the title ends there or the closing mark is followed so."""
    return match.group()[-len(match["after"]) - 2 : len(match.group()) - len(match["after"])][:1] in ",.?!" or bool(
        match["after"].strip()
    )


def _locate(text: str) -> tuple[str, re.Match[str] | None]:
    """What stands before year, volume and pages, and these."""
    tail = max(0, len(text.rstrip(" \t\r\n.,;")) - _TAIL)
    for pattern in _LOCATORS:
        matches = list(pattern.finditer(text, tail if pattern.pattern.endswith("$)") else 0))
        if matches and (matches[-1].start() > 0 or pattern is _LOCATORS[0]):
            return text[: matches[-1].start()].rstrip(" ,;("), matches[-1]
    return text, None


def _without_publisher(head: str) -> str:
    """A book's head without ``City: Publisher``, which is no journal."""
    breaks = list(_BREAK.finditer(head))
    if breaks and re.search(r"[^\W\d_]:\s", head[breaks[-1].end() :]):
        return head[: breaks[-1].end()].rstrip()
    return head


def _title_and_journal(head: str, authors: Authors, *, located: bool) -> tuple[str | None, str | None]:
    head = head.strip()
    if not head:
        return None, None
    breaks = list(_BREAK.finditer(head))
    if not located:
        return _title(head[: breaks[0].start() + 1] if breaks and authors.first else head), None
    if not breaks or (authors.style == "initials first" and head.rfind(", ", 0, breaks[0].start()) > 0):
        return _one_segment(head, authors)
    at = _journal_start(head, breaks)
    journal = _journal(head[at:])
    return (_title(head), None) if journal is None else (_title(head[:at]), journal)


def _journal_start(head: str, breaks: list[re.Match[str]]) -> int:
    """Where the journal begins: after the last break, or further left where it is abbreviated with full stops."""
    index = len(breaks) - 1
    while index > 0:
        word = head[breaks[index - 1].end() : breaks[index].start()]
        if head[breaks[index].start()] != "." or not re.fullmatch(r"[A-Z][A-Za-z]{0,9}", word):
            break
        index -= 1
    return breaks[index].end()


def _one_segment(head: str, authors: Authors) -> tuple[str | None, str | None]:
    """A head without a break: ``Title, J. Name`` after initials-first names, else all title, or a bare journal."""
    if authors.style in ("initials first", "inverted") and ", " in head:
        title, _, journal = head.rpartition(", ")
        if len(title.split()) >= 3 and (name := _journal(journal)) is not None:
            return _title(title), name
    if authors.first is not None and len(head.split()) <= 6 and all(word[0].isupper() for word in head.split()):
        return None, _journal(head)
    return _title(head), None


def _title(text: str) -> str | None:
    text = text.strip(" ,;")
    if text.endswith((".”", ".'", ".’", '."')):
        text = text[:-2] + text[-1]
    return _EDITION.sub("", text.rstrip(" .,;")) or None


def _journal(text: str) -> str | None:
    """A journal's name, None for what is too long to be one or holds no capital."""
    text = re.sub(r"^in:?\s", "", text.strip(" ,;:"), flags=re.IGNORECASE)
    name = text[:-1] if text.endswith(".") and text.count(".") == 1 else text
    if not name or len(name.split()) > 12 or not any(character.isupper() for character in name):
        return None
    return name.rstrip(" ,;") or None


def _clean_pages(pages: str | None) -> str | None:
    return None if pages is None else pages.rstrip(".").replace(" ", "") or None
