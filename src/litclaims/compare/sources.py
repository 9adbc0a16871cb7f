"""Cited works over all documents: the entries of their reference lists merged, each with the documents that cite it.

Two entries are one work if they share a DOI, a PubMed or PubMed Central number, or author, year, volume and first page;
else if their titles are alike (rapidfuzz's ratio) and author and year do not differ. Entries with different DOIs are
never one. Titles are compared within a year and only with those of the same author or the same beginning, so that the
work grows with the number of entries and not with its square.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from litclaims.model import Reference

ALIKE = 92.0
"""Ratio, of 100, from which two titles in words are the same: a few letters, or a word of a long title."""

MIN_TITLE = 4
"""Words of a title that names a work without its author; shorter ones (``Editorial``) are many works' titles."""

MAX_BLOCK = 60
"""Entries of one author and year, or of one year and beginning, that are compared with each other."""

MAX_WORDS = 12
"""Words of a title that are shown in a key."""

_NOT_WORD = re.compile(r"[\W_]+")
_FIRST_PAGE = re.compile(r"[a-z]*\d+")


@dataclass(frozen=True, slots=True)
class Source:
    """A cited work.

    Attributes:
        source_id: ``doi:…``, ``pmid:…`` or ``title:words-of-the-title-2008``; the same in every run over these entries.
        cited_by: the documents that list it, in order of their names.
        ref_ids: its entries.
        doc: the document of the corpus that is this work, None if it is not among them.
    """

    source_id: str
    title: str | None
    first_author: str | None
    journal: str | None
    year: int | None
    doi: str | None
    pmid: str | None
    cited_by: tuple[str, ...]
    ref_ids: tuple[str, ...]
    doc: str | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """All cited works, those that most documents cite first; ``of`` leads from an entry's ``ref_id`` to its source."""

    listed: tuple[Source, ...] = ()
    of: Mapping[str, Source] = field(default_factory=dict)
    named: Mapping[str, Source] = field(default_factory=dict)

    def key(self, reference: Reference) -> str | None:
        """The key of the work that an entry is, None for an entry that was not merged."""
        source = self.of.get(reference.ref_id)
        return None if source is None else source.source_id

    def key_of(self, identifier: str) -> str:
        """The key of a work from ``doi:…`` or ``pmid:…``: that itself where no list has it."""
        source = self.named.get(identifier.lower())
        return identifier.lower() if source is None else source.source_id

    def keys_of(self, doc: str) -> frozenset[str]:
        """The keys of the works that a document of the corpus is."""
        return frozenset(source.source_id for source in self.listed if source.doc == doc)


@dataclass(frozen=True, slots=True)
class Work:
    """A document of the corpus as others may cite it: its title and its own identifiers (``doi:…``, ``pmid:…``)."""

    doc: str
    title: str | None = None
    identifiers: Collection[str] = ()


def merge_sources(references: Iterable[Reference], works: Iterable[Work] = ()) -> Sources:
    """The works that these entries cite, and which of them are documents of the corpus."""
    entries = sorted(references, key=lambda entry: (entry.doc, entry.ref_id))
    groups = _Groups(entries)
    for names in (_identifiers, _places):
        groups.join_shared(names)
    groups.join_alike()
    sources = _apart([_source(group) for group in groups.lists()])
    sources = _in_corpus(sources, works, entries)
    sources.sort(key=lambda source: (-len(source.cited_by), source.source_id))
    of = {ref_id: source for source in sources for ref_id in source.ref_ids}
    named = {name: of[entry.ref_id] for entry in entries for name in _identifiers(entry)}
    return Sources(tuple(sources), of, named)


def title_words(title: str | None) -> str:
    """A title as words: without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", title or "").casefold()
    return _NOT_WORD.sub(" ", "".join(each for each in plain if not unicodedata.combining(each))).strip()


class _Groups:
    """Entries in groups that grow together (disjoint sets)."""

    def __init__(self, entries: list[Reference]) -> None:
        self.entries = entries
        self.parent = list(range(len(entries)))
        self.dois = [{entry.doi.casefold()} if entry.doi else set() for entry in entries]
        self.titles = [title_words(entry.title) for entry in entries]

    def root(self, index: int) -> int:
        """The entry that stands for the group of an entry."""
        while self.parent[index] != index:
            self.parent[index] = self.parent[self.parent[index]]
            index = self.parent[index]
        return index

    def join(self, one: int, other: int) -> None:
        """Make two groups one, unless both have DOIs and share none."""
        one, other = sorted((self.root(one), self.root(other)))
        if one == other or (self.dois[one] and self.dois[other] and not self.dois[one] & self.dois[other]):
            return
        self.parent[other] = one
        self.dois[one] |= self.dois[other]

    def join_shared(self, names: Callable[[Reference], Iterable[str]]) -> None:
        """Make entries one that share one of their names."""
        first: dict[str, int] = {}
        for index, entry in enumerate(self.entries):
            for name in names(entry):
                self.join(first.setdefault(name, index), index)

    def join_alike(self) -> None:
        """Make entries one whose titles are alike."""
        blocks: dict[tuple, list[int]] = {}
        for index, entry in enumerate(self.entries):
            for block in _blocks(entry, self.titles[index]):
                blocks.setdefault(block, []).append(index)
        for block in blocks.values():
            roots = list(dict.fromkeys(self.root(index) for index in block))[:MAX_BLOCK]
            for place, one in enumerate(roots):
                for other in roots[place + 1 :]:
                    if self.root(one) != self.root(other) and self._alike(one, other):
                        self.join(one, other)

    def _alike(self, one: int, other: int) -> bool:
        ours, theirs = self.entries[one], self.entries[other]
        names = {_surname(entry) for entry in (ours, theirs)} - {""}
        same_author = len(names) == 1 and None not in (ours.first_author, theirs.first_author)
        if len(names) > 1 or (not same_author and min(self.titles[i].count(" ") for i in (one, other)) < MIN_TITLE - 1):
            return False
        return fuzz.ratio(self.titles[one], self.titles[other], score_cutoff=ALIKE) > 0

    def lists(self) -> list[list[Reference]]:
        """The groups, each in order of its entries."""
        found: dict[int, list[Reference]] = {}
        for index, entry in enumerate(self.entries):
            found.setdefault(self.root(index), []).append(entry)
        return list(found.values())


def _identifiers(entry: Reference) -> Iterator[str]:
    for kind in ("doi", "pmid", "pmcid"):
        value = getattr(entry, kind)
        if value:
            yield f"{kind}:{value.casefold()}"


def _places(entry: Reference) -> Iterator[str]:
    page = _FIRST_PAGE.match((entry.pages or "").casefold())
    if entry.year and entry.volume and page and _surname(entry):
        yield f"{_surname(entry)}|{entry.year}|{entry.volume.casefold()}|{page.group()}"


def _blocks(entry: Reference, title: str) -> Iterator[tuple]:
    """Entries that share none of these are not compared; two letters of two words are the beginning of a title."""
    if not title:
        return
    if _surname(entry):
        yield "author", entry.year, _surname(entry)
    yield "title", entry.year, *(word[:2] for word in title.split()[:2])


def _surname(entry: Reference) -> str:
    surname, _, initials = (entry.first_author or "").rpartition(" ")
    return title_words(surname if surname and initials.isupper() and len(initials) <= 4 else entry.first_author)


def _source(group: list[Reference]) -> Source:
    def first(name: str):
        return next((value for entry in group if (value := getattr(entry, name)) is not None), None)

    doi, pmid = first("doi"), first("pmid")
    return Source(
        source_id=_source_id(group[0], doi, pmid, first("title"), first("year")),
        title=first("title"),
        first_author=first("first_author"),
        journal=first("journal"),
        year=first("year"),
        doi=doi,
        pmid=pmid,
        cited_by=tuple(dict.fromkeys(entry.doc for entry in group)),
        ref_ids=tuple(entry.ref_id for entry in group),
    )


def _source_id(entry: Reference, doi: str | None, pmid: str | None, title: str | None, year: int | None) -> str:
    if doi is not None:
        return f"doi:{doi.casefold()}"
    if pmid is not None:
        return f"pmid:{pmid}"
    place = next(_places(entry), None)
    words = title_words(title) or title_words(place) or title_words(entry.raw)
    told = "-".join(words.split()[:MAX_WORDS])
    return f"title:{told}" if year is None else f"title:{told}-{year}"


def _apart(sources: list[Source]) -> list[Source]:
    """The sources, those whose shown words are the same numbered."""
    seen: Counter[str] = Counter()
    found = []
    for source in sources:
        seen[source.source_id] += 1
        number = seen[source.source_id]
        name = source.source_id if number == 1 else f"{source.source_id}-{number}"
        found.append(dataclasses.replace(source, source_id=name))
    return found


def _in_corpus(sources: list[Source], works: Iterable[Work], entries: list[Reference]) -> list[Source]:
    """The sources, those that are a document of the corpus named so: by identifier, else by a title of some words."""
    by_identifier: dict[str, str] = {}
    by_beginning: dict[str, list[tuple[str, str]]] = {}
    for work in sorted(works, key=lambda work: work.doc):
        for name in work.identifiers:
            by_identifier.setdefault(name.lower(), work.doc)
        title = title_words(work.title)
        if title.count(" ") >= MIN_TITLE - 1:
            by_beginning.setdefault(title[:2], []).append((title, work.doc))
    named: dict[str, list[str]] = {}
    for entry in entries:
        named.setdefault(entry.ref_id, []).extend(_identifiers(entry))
    return [_placed(source, named, by_identifier, by_beginning) for source in sources]


def _placed(
    source: Source,
    named: Mapping[str, list[str]],
    by_identifier: Mapping[str, str],
    by_beginning: Mapping[str, list[tuple[str, str]]],
) -> Source:
    names = (name for ref_id in source.ref_ids for name in named[ref_id])
    doc = next((by_identifier[name] for name in names if name in by_identifier), None)
    title = title_words(source.title)
    if doc is None and title.count(" ") >= MIN_TITLE - 1:
        alike = (one for one in by_beginning.get(title[:2], ()) if fuzz.ratio(title, one[0], score_cutoff=ALIKE) > 0)
        doc = next((doc for _, doc in alike), None)
    return source if doc is None else dataclasses.replace(source, doc=doc)
