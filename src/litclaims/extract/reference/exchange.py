"""Reference lists in the formats that programs exchange: BibTeX (bibtexparser 2) and RIS (rispy).

Both give the entries as they are in the file, with the span of each in its text: nothing of them is guessed.
"""

from __future__ import annotations

import html
import itertools
import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

from litclaims.extract.reference.parse import clean_doi, iso_date
from litclaims.model import Reference, Span

MAX_CHARS = 20_000_000
"""A longer text is no reference list that a person keeps; what is beyond is not read."""

_SILENT = logging.NullHandler()
_ENTRY = re.compile(r"^[ \t]*@\s*(?!comment|preamble|string)[A-Za-z]+\s*\{", re.IGNORECASE | re.MULTILINE)
_RIS_TAG = re.compile(r"^\ufeff?(?P<tag>[A-Z][A-Z0-9])  ?-[ \t]?(?P<value>.*)$")
_RIS_BEGIN = re.compile(r"^\ufeff?TY  ?-", re.MULTILINE)
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_PMCID = re.compile(r"PMC\d{2,9}", re.IGNORECASE)
_NCT = re.compile(r"NCT\d{8}")
_COMMAND = re.compile(r"\\(?:textit|textbf|emph|textsuperscript|textsubscript|mbox|url|textrm)\s*(?=\{)")


def parse_bibtex(text: str, *, doc: str = "") -> tuple[Reference, ...]:
    """The entries of a BibTeX file in order. An entry that cannot be read is left out; cite keys are ``key``.

    LaTeX accents become letters. ``title`` is the work's own, ``journal`` the journal, or the book it is a part of.
    """
    text = text[:MAX_CHARS]
    starts = [match.start() for match in _ENTRY.finditer(text)]
    found = (_bibtex_entry(text, start, end, doc) for start, end in _stretches(text, starts))
    return tuple(entry for entry in found if entry is not None)


def parse_ris(text: str, *, doc: str = "") -> tuple[Reference, ...]:
    """The entries of a RIS file in order; one that lacks its end is read as far as it goes."""
    text = text[:MAX_CHARS]
    starts = [match.start() for match in _RIS_BEGIN.finditer(text)]
    found = (_ris_entry(text, start, end, doc) for start, end in _stretches(text, starts))
    return tuple(entry for entry in found if entry is not None)


def _stretches(text: str, starts: list[int]) -> Iterator[tuple[int, int]]:
    for start, end in itertools.pairwise([*starts, len(text)]):
        yield start, start + len(text[start:end].rstrip())


def _bibtex_entry(text: str, start: int, end: int, doc: str) -> Reference | None:
    import bibtexparser
    from bibtexparser.middlewares import LatexDecodingMiddleware

    logging.getLogger("bibtexparser").addHandler(_SILENT)  # an entry that is left out is no message to a person
    library = bibtexparser.parse_string(text[start:end], append_middleware=[LatexDecodingMiddleware()])
    if not library.entries:
        return None
    entry = library.entries[0]
    said = {field.key.casefold(): _plain(str(field.value)) for field in entry.fields}
    plain = bibtexparser.parse_string(text[start:end]).entries[0]
    braced = next((str(field.value) for field in plain.fields if field.key.casefold() == "author"), "")
    return _reference(
        doc,
        text[start:end],
        Span(start, end),
        {
            "key": entry.key,
            "names": _bibtex_names(said.get("author", ""), braced),
            "title": said.get("title"),
            "journal": said.get("journal") or said.get("journaltitle") or said.get("booktitle"),
            "year": said.get("year") or said.get("date"),
            "volume": said.get("volume"),
            "issue": said.get("number") or said.get("issue"),
            "pages": said.get("pages"),
            "doi": said.get("doi") or said.get("url"),
            "pmid": said.get("pmid"),
            "pmcid": said.get("pmcid") or said.get("pmc"),
            "url": said.get("url"),
            "accessed": said.get("urldate") or said.get("note"),
        },
    )


def _bibtex_names(decoded: str, braced: str) -> list[str]:
    """The names of an author field; one that is wholly in braces, an organisation, keeps them."""
    names, written = (re.split(r"\s+and\s+", value) if value else [] for value in (decoded, braced))
    if len(names) != len(written):
        return names
    whole = [one.startswith("{") and one.find("}") == len(one) - 1 for one in written]
    return [f"{{{name}}}" if kept else name for name, kept in zip(names, whole, strict=True)]


def _ris_entry(text: str, start: int, end: int, doc: str) -> Reference | None:
    import rispy

    try:
        listed = rispy.loads(_closed(text[start:end]), skip_unknown_tags=True)
    except (OSError, ValueError, KeyError, IndexError, rispy.parser.ParseError):
        return None
    if not listed:
        return None
    said = listed[0]
    pages = [said.get("start_page"), said.get("end_page")]
    return _reference(
        doc,
        text[start:end],
        Span(start, end),
        {
            "key": said.get("id") or said.get("reference_id"),
            "names": said.get("authors") or said.get("first_authors") or [],
            "title": said.get("title") or said.get("primary_title"),
            "journal": next((said[name] for name in _JOURNALS if said.get(name)), None),
            "year": said.get("year") or said.get("publication_year") or said.get("date"),
            "volume": said.get("volume"),
            "issue": said.get("number"),
            "pages": "-".join(page for page in pages if page) or None,
            "doi": said.get("doi") or next(iter(said.get("urls") or ()), None),
            "pmid": said.get("accession_number"),
            "pmcid": said.get("custom2"),
            "url": next(iter(said.get("urls") or ()), None),
            "accessed": said.get("access_date"),
        },
    )


_JOURNALS = ("journal_name", "secondary_title", "alternate_title3", "alternate_title1", "alternate_title2")


def _closed(text: str) -> str:
    """An entry of known tags alone, with its end: a line of another shape goes on with the line before it."""
    lines: list[str] = []
    for line in text.lstrip("\ufeff").splitlines():
        match = _RIS_TAG.match(line)
        if match is not None and match["tag"] != "ER":
            lines.append(f"{match['tag']}  - {match['value'].strip()}")
        elif match is None and line.strip() and lines:
            lines[-1] += f" {line.strip()}"
    return "\n".join([*lines, "ER  - ", ""])


def _reference(doc: str, raw: str, span: Span, said: Mapping[str, Any]) -> Reference | None:
    """A reference of what an entry says, None if it says neither title, names nor identifier."""
    authors = tuple(name for name in map(_name, said["names"]) if name)
    doi = _DOI.search(said["doi"] or "")
    year = _YEAR.search(said["year"] or "")
    if not (said["title"] or authors or doi):
        return None
    return Reference(
        ref_id=f"{doc}#ref-{said['key'] or span.start}",
        doc=doc,
        raw=" ".join(raw.split()),
        span=span,
        first_author=authors[0] if authors else None,
        title=(said["title"] or "").rstrip(" .") or None,
        journal=said["journal"] or None,
        year=int(year.group()) if year else None,
        volume=said["volume"] or None,
        pages=re.sub(r"\s*(?:-{2,}|[‐‑‒–—])\s*", "-", said["pages"] or "").removesuffix("-") or None,
        doi=clean_doi(doi.group()) if doi else None,
        pmid=said["pmid"] if (said["pmid"] or "").isdecimal() else None,
        url=None if (said["url"] or "").startswith("https://doi.org/") else said["url"] or None,
        accessed=iso_date((said["accessed"] or "").replace("/", "-").rstrip("-")) if said["accessed"] else None,
        key=said["key"] or None,
        authors=authors,
        issue=said["issue"] or None,
        pmcid=match.group().upper() if (match := _PMCID.search(said["pmcid"] or "")) else None,
        nct=match.group() if (match := _NCT.search(raw)) else None,
    )


def _name(name: str) -> str:
    """``Murphy MP`` of ``Murphy, M. P.`` or ``Mary P. Murphy``; a name in braces or of one part stays as it is."""
    if name.startswith("{"):
        return _plain(name)
    name = _plain(name)
    surname, comma, given = name.partition(",")
    if not comma:
        given, _, surname = name.rpartition(" ")
    initials = "".join(part[0] for part in re.split(r"[\s.,-]+", given) if part[:1].isupper())
    return f"{surname.strip()} {initials}".strip() if surname.strip() else ""


def _plain(value: str) -> str:
    """A value without LaTeX commands, braces and entities."""
    return " ".join(html.unescape(_COMMAND.sub("", value)).replace("{", "").replace("}", "").replace("~", " ").split())
