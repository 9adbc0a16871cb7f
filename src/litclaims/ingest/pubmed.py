"""MEDLINE and PubMed XML: title, abstract by its labelled parts, key words and references of one article.

Element by element as the NLM describes them (MEDLINE PubMed XML Element Descriptions, nlm.nih.gov).
A set of many articles is split by :func:`articles`; each of them is a document of its own.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from litclaims.errors import InputError
from litclaims.ingest import _xml
from litclaims.ingest._jats.inline import Inline
from litclaims.ingest._xml import children, date_of, first, local, words
from litclaims.ingest.build import Builder, Run
from litclaims.ingest.outline import Layout
from litclaims.model import Reference

SUFFIXES = (".medline", ".pubmed")
"""Known by its content, whatever it is named: PubMed saves as ``.xml``."""

MEDIA_TYPE = "application/pubmed+xml"

ARTICLES = ("PubmedArticle", "PubmedBookArticle")
"""Elements that hold an article; in MEDLINE files of old ``MedlineCitation`` stands alone."""

_ROOTS = ("PubmedArticleSet", "PubmedBookArticleSet", "MedlineCitationSet", "MedlineCitation", *ARTICLES)

_LANGUAGES = {
    "chi": "zh",
    "cze": "cs",
    "dan": "da",
    "dut": "nl",
    "eng": "en",
    "fin": "fi",
    "fre": "fr",
    "ger": "de",
    "gre": "el",
    "hun": "hu",
    "ita": "it",
    "jpn": "ja",
    "kor": "ko",
    "nor": "no",
    "per": "fa",
    "pol": "pl",
    "por": "pt",
    "rus": "ru",
    "spa": "es",
    "swe": "sv",
    "tur": "tr",
    "ukr": "uk",
}
"""Codes of ISO 639-2/B, which MEDLINE writes, in ISO 639-1."""

_BRACKETED = re.compile(r"\[(.*)\]\.?", re.DOTALL)
_NO_LABEL = frozenset({"", "unlabelled", "unassigned"})


def matches(raw: bytes) -> bool:
    """True if the first element is one of MEDLINE or PubMed."""
    return _xml.root_name(raw) in _ROOTS


def articles(raw: bytes, *, source: object = "PubMed XML") -> Iterator[tuple[str, bytes]]:
    """The articles of a set one by one: the PMID of each (its place where it has none), and its XML.

    Memory does not grow with their number.

    Raises:
        InputError: it is no well-formed XML, or declares entities; what came before has been given.
    """
    stream = io.BytesIO(_xml.prepared(raw, source=source))
    names = [f"{{*}}{name}" for name in (*ARTICLES, "MedlineCitation")]
    events = etree.iterparse(stream, events=("end",), tag=names, **_xml.OPTIONS)
    number = 0
    try:
        for _, element in events:
            parent = element.getparent()
            if local(element) == "MedlineCitation" and parent is not None and local(parent) in ARTICLES:
                continue
            number += 1
            yield words(next(element.iter("{*}PMID"), None)) or str(number), etree.tostring(element, with_tail=False)
            element.clear()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError as error:
        raise _xml.broken(error, source=source) from error


def read(raw: bytes, *, source: object) -> Layout:
    """The layout of one article.

    Raises:
        InputError: it is no well-formed XML, holds no article or several, declares entities, or is too large.
    """
    root = _xml.parse(raw, source=source)
    found = [root] if local(root) in ARTICLES else list(root.iter(*(f"{{*}}{name}" for name in ARTICLES)))
    found = found or list(root.iter("{*}MedlineCitation"))
    if len(found) != 1:
        counted = f"{len(found)} articles" if found else "no article"
        raise InputError(f"holds {counted}", source=source, remedy="give each article as a file")
    return _Reader(found[0], Builder(source)).layout()


@dataclass
class _Reader:
    """Walks one article."""

    root: etree._Element
    builder: Builder
    inline: Inline = field(default_factory=lambda: Inline({}, {}))
    citation: etree._Element = field(init=False)
    article: etree._Element = field(init=False)

    def __post_init__(self) -> None:
        citation = first(self.root, "MedlineCitation", "BookDocument")
        self.citation = self.root if citation is None else citation
        article = first(self.citation, "Article")
        self.article = self.citation if article is None else article
        tree = self.root.getroottree()
        self.path = tree.getpath(self.article)
        self.outer = tree.getpath(self.citation)

    def layout(self) -> Layout:
        """The layout of the article."""
        self._title()
        self._identity()
        for element, name, path in children(self.article, self.path):
            if name == "Abstract":
                self._abstract(element, path)
        self._key_words()
        references = tuple(self._references())
        return self.builder.layout(
            authors=tuple(self._authors()),
            date=self._date(),
            doi=self._id("doi"),
            language=_language(self.article),
            references=references,
        )

    def _title(self) -> None:
        for element, name, path in children(self.article, self.path):
            if name in ("ArticleTitle", "VernacularTitle", "BookTitle") and words(element):
                self.builder.add("title", _unbracketed(self.inline.runs(element, path)))
                return

    def _identity(self) -> None:
        """Journal, PMID and DOI as a line, so that a document that cites this one can be told to do so."""
        journal = first(self.article, "Journal", "Book")
        name = words(first(journal, "ISOAbbreviation", "Title", "BookTitle")).rstrip(".")
        pmid, doi = words(first(self.citation, "PMID")), self._id("doi")
        told = [name, f"PMID: {pmid}" if pmid else "", f"doi:{doi}" if doi else ""]
        self.builder.add("paragraph", ". ".join(part for part in told if part))

    def _abstract(self, abstract: etree._Element, path: str) -> None:
        parts = [(element, inner) for element, name, inner in children(abstract, path) if name == "AbstractText"]
        if parts:
            self.builder.add("heading", "Abstract", level=1)
        for element, inner in parts:
            label = (element.get("Label") or "").strip()
            if label.casefold() not in _NO_LABEL:
                self.builder.add("heading", [Run(label, path=f"{inner}/@Label")], level=2)
            self.builder.add("paragraph", self.inline.runs(element, inner))

    def _key_words(self) -> None:
        listed: Sequence[tuple[str, str, str]] = (
            ("KeywordList", "Keyword", "Keywords"),
            ("MeshHeadingList", "DescriptorName", "MeSH terms"),
        )
        for element, name, path in children(self.citation, self.outer):
            for holder, item, told in listed:
                found = [words(term) for term in element.iter(f"{{*}}{item}")] if name == holder else []
                if any(found):
                    self.builder.add("heading", told, level=1)
                    self.builder.add("paragraph", [Run("; ".join(filter(None, found)), path=path)])

    def _id(self, kind: str) -> str | None:
        """An identifier of the article, not of a work that it cites."""
        for element in self.article.iterfind("{*}ELocationID"):
            if element.get("EIdType") == kind and element.get("ValidYN", "Y") == "Y":
                return words(element) or None
        for holder in (first(self.root, "PubmedData", "PubmedBookData"), self.article):
            listed = first(holder, "ArticleIdList")
            for element in () if listed is None else listed:
                if element.get("IdType") == kind:
                    return words(element) or None
        return None

    def _authors(self) -> Iterator[str]:
        for element in self.article.iterfind("{*}AuthorList/{*}Author"):
            given = words(first(element, "ForeName", "Initials"))
            name = words(first(element, "LastName")) or words(first(element, "CollectiveName"))
            if name:
                yield f"{given} {name}".strip()

    def _date(self) -> str | None:
        """The day of publication; the electronic one where it is told to the day."""
        issue = first(first(self.article, "Journal"), "JournalIssue")
        printed = first(issue, "PubDate") if issue is not None else first(first(self.article, "Book"), "PubDate")
        told = [date_of(first(self.article, "ArticleDate")), date_of(printed)]
        known = [iso for iso in told if iso]
        if not known and printed is not None:
            year = re.search(r"(?:19|20)\d\d", words(first(printed, "MedlineDate")))
            return year.group() if year else None
        return max(known, key=len, default=None)

    def _references(self) -> Iterator[Reference]:
        data = first(self.root, "PubmedData", "PubmedBookData")
        found = [] if data is None else list(data.iter("{*}Reference"))
        if found:
            self.builder.add("heading", "References", level=1)
        tree = self.root.getroottree()
        lists = {holder: tree.getpath(holder) for holder in dict.fromkeys(ref.getparent() for ref in found)}
        paths = {ref: path for holder in lists for ref, _, path in children(holder, lists[holder])}
        for ref in found:
            ids = {element.get("IdType"): words(element) for element in ref.iter("{*}ArticleId")}
            index = self.builder.add("paragraph", [Run(words(first(ref, "Citation")), path=paths[ref])])
            if index is not None:
                yield Reference(
                    ref_id="",
                    doc="",
                    raw=self.builder.text_of(index),
                    span=self.builder.span_of(index),
                    doi=ids.get("doi"),
                    pmid=ids.get("pubmed"),
                    pmcid=ids.get("pmc"),
                )


def _unbracketed(runs: list[Run]) -> list[Run]:
    """A title without the brackets that say it was translated."""
    if len(runs) == 1 and (match := _BRACKETED.fullmatch(runs[0].text.strip())):
        return [Run(match[1], path=runs[0].path)]
    return runs


def _language(article: etree._Element) -> str | None:
    """The language of the abstract: English wherever MEDLINE holds one that is not said to be another."""
    abstract = first(article, "Abstract")
    code = words(first(article, "Language")).casefold()
    if abstract is not None and code:
        return "en"
    return _LANGUAGES.get(code)
