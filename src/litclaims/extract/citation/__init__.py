"""Markers that point into a reference list, and what they say where they stand.

Read are ``[3,4]``, ``[5–8]``, ``(3)``, superscripts, author and year, DOIs and PMIDs in running text, and digits that a
copy of a page has left bare: glued to a full stop (``cells.12,13 Both``) or after the last word (``in humans 1``). The
last two are only trusted as far as the whole document, see :func:`document_style`, writes its markers so.
"""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Iterable, Sequence

from litclaims.extract.citation.find import MAX_RANGE, Style, find_citations
from litclaims.extract.citation.mark import CitationMark
from litclaims.extract.citation.names import plain_name
from litclaims.extract.citation.style import document_style
from litclaims.extract.reference import reference_key
from litclaims.model import Link, Reference, Span

__all__ = [
    "CitationMark",
    "Style",
    "attach",
    "blanked",
    "document_style",
    "find_citations",
    "keys",
    "known_markers",
    "linked_marks",
    "links_in",
    "marker_spans",
    "preferring",
    "resolve",
]

ADJACENT = 3
"""Marks with at most so many characters between them belong together: ``[3], [4]``."""

MAX_INSIDE = 64
"""Linked marks that one mark of the text can hold."""

_JOINT = re.compile(r"[\s,;\[\]()]*[-‐‑–—]?[\s\[(]*")
_TRAILING = frozenset({"bare", "glued", "superscript"})

_SUBJECT = "narrative"
"""The rule of a mark whose author is named in the sentence itself, as who did what follows."""


def marker_spans(marks: Iterable[CitationMark]) -> tuple[Span, ...]:
    """The places of the marks: digits in them are never figures."""
    return tuple(mark.span for mark in marks)


def attach(figure: Span, sentence: Span, marks: Sequence[CitationMark]) -> tuple[str, ...]:
    """The markers of a figure: those of the nearest mark after it in its sentence, else of the last before it.

    A mark right behind the sentence's full stop belongs to it, and not to the sentence that follows.

    Args:
        figure, sentence: spans into the same text as those of the marks.
        marks: in any order.

    Returns:
        Markers in order of the text, each once; empty if the sentence has no mark.
    """
    mine = sorted((mark for mark in marks if mark.markers and _belongs(mark, sentence)), key=lambda mark: mark.span)
    after = [mark for mark in mine if mark.span.start >= figure.end]
    before = [mark for mark in mine if mark.span.end <= figure.start]
    if before and before[-1].rule == _SUBJECT:  # "Doe et al. (2009) gave 1 million, and Roe et al. (2010) 5 million"
        next_subject = next((at for at, mark in enumerate(after) if mark.rule == _SUBJECT), len(after))
        after = after[:next_subject]
    chosen = _neighbours(after) if after else _neighbours(before[::-1])[::-1]
    return tuple(dict.fromkeys(marker for mark in chosen for marker in mark.markers))


def known_markers(references: Iterable[Reference]) -> frozenset[str]:
    """What a marker into this list can look like: its numbers, and ``Murphy 2008`` for each entry with both."""
    references = tuple(references)
    found = {entry.marker for entry in references if entry.marker is not None}
    found |= {name for entry in references if (name := _author_year(entry)) is not None}
    return frozenset(found)


def keys(markers: Iterable[str], references: Sequence[Reference]) -> tuple[str, ...]:
    """The works that markers point to, as keys that are the same in every document: ``doi:…``, ``pmid:…``, ``title:…``.

    Markers that point to nothing give nothing; a DOI or PubMed number in the text is a key of its own.
    """
    found = []
    for marker in markers:
        entry = resolve(marker, references)
        if entry is not None:
            found.append(reference_key(entry))
        elif marker.startswith(("doi:", "pmid:")):
            found.append(marker)
    return tuple(dict.fromkeys(found))


def resolve(marker: str, references: Sequence[Reference]) -> Reference | None:
    """The entry that a marker points to, None if there is none or more than one.

    A number points to the entry of that marker; where no entry has one, as in lists numbered by the word processor, to
    the entry at that place. ``Murphy 2008a`` points to the only entry of that name and year, or of several to the one
    that prints ``2008a``.
    """
    index = _index(tuple(references))
    hits = index.get(marker, ())
    if not hits and marker[-1:].isalpha() and marker[-2:-1].isdecimal():
        hits = index.get(marker[:-1], ())
        printed = [entry for entry in hits if marker.rpartition(" ")[2] in entry.raw]
        hits = printed if len(hits) > 1 else hits
    return hits[0] if len(hits) == 1 else None


@functools.lru_cache(maxsize=8)
def _index(references: tuple[Reference, ...]) -> dict[str, tuple[Reference, ...]]:
    """The entries by everything that a marker of them can be."""
    found: dict[str, list[Reference]] = {}
    numbered = any(entry.marker is not None for entry in references)
    for place, entry in enumerate(references, 1):
        names = {entry.marker if numbered else str(place), entry.key, _author_year(entry)}
        names |= {f"doi:{entry.doi.casefold()}" if entry.doi else None, f"pmid:{entry.pmid}" if entry.pmid else None}
        for name in names - {None}:
            found.setdefault(name, []).append(entry)
    return {name: tuple(entries) for name, entries in found.items()}


def linked_marks(
    links: Iterable[Link], references: Sequence[Reference], text: str, *, offset: int = 0
) -> tuple[CitationMark, ...]:
    """The marks that the format links itself, links with nothing but commas or a dash between them as one.

    Args:
        links: of the document; ``bibr`` ones give markers, of others only the place is kept: its digits are no figure.
        references: their entries; a dash between two links stands for all entries between.
        text: in which the marks are to be placed, from ``offset`` of the document on.
    """
    marks: list[CitationMark] = []
    for link in sorted(links, key=lambda link: link.span):
        start, end = link.span.start - offset, link.span.end - offset
        if start < 0 or end > len(text):
            continue
        markers = _names_of(link, references)
        joint = text[marks[-1].span.end : start] if marks else ""
        if marks and markers and marks[-1].markers and marks[-1].span.end <= start and _JOINT.fullmatch(joint):
            between = _between(marks[-1].markers[-1], markers[0], joint, references)
            joined = tuple(dict.fromkeys((*marks[-1].markers, *between, *markers)))
            marks[-1] = CitationMark(Span(marks[-1].span.start, end), joined, "link")
        else:
            marks.append(CitationMark(Span(start, end), markers, "link"))
    return tuple(marks)


def links_in(links: Sequence[Link], start: int, size: int) -> Sequence[Link]:
    """Of a document's links, in order, those that lie wholly within a stretch of its text."""
    first = bisect.bisect_left(links, start, key=lambda link: link.span.start)
    last = bisect.bisect_right(links, start + size, lo=first, key=lambda link: link.span.end)
    return links[first:last]


def blanked(text: str, spans: Iterable[Span]) -> str:
    """The text with the characters of these spans, in order, as blanks: as long as it was."""
    kept, at = [], 0
    for span in spans:
        kept += [text[at : span.start], " " * (span.end - max(at, span.start))]
        at = max(at, span.end)
    return "".join([*kept, text[at:]])


def preferring(marks: Iterable[CitationMark], linked: Sequence[CitationMark]) -> tuple[CitationMark, ...]:
    """Both together in order of the text; where a mark meets a linked one the link wins."""
    starts = [mark.span.start for mark in linked]
    kept = []
    for mark in marks:
        at = bisect.bisect_left(starts, mark.span.end)
        if not any(mark.span.overlaps(other.span) for other in linked[max(0, at - MAX_INSIDE) : at]):
            kept.append(mark)
    return tuple(sorted((*kept, *linked), key=lambda mark: mark.span))


def _names_of(link: Link, references: Sequence[Reference]) -> tuple[str, ...]:
    """The markers of a link's entries; an entry without one is named by its key, as is one that is not there."""
    if link.kind != "bibr":
        return ()
    entries = ((target, resolve(target, references)) for target in link.targets)
    return tuple(entry.marker if entry is not None and entry.marker else target for target, entry in entries)


def _between(first: str, last: str, joint: str, references: Sequence[Reference]) -> list[str]:
    """The markers between two that are joined by a dash, in order of the list."""
    if not joint.strip(" []()\u00a0") or any(sign in joint for sign in ",;"):
        return []
    order = [entry.marker or entry.key or "" for entry in references]
    if first not in order or last not in order:
        return []
    return order[order.index(first) + 1 : order.index(last)][:MAX_RANGE]


def _author_year(reference: Reference) -> str | None:
    if reference.first_author is None or reference.year is None:
        return None
    surname, _, initials = reference.first_author.rpartition(" ")
    name = surname if surname and initials.isupper() and len(initials) <= 4 else reference.first_author
    return f"{plain_name(name)} {reference.year}"


def _belongs(mark: CitationMark, sentence: Span) -> bool:
    trailing = mark.rule in _TRAILING
    if mark.rule == "link":  # behind the full stop or before it, as the article has it
        return sentence.start < mark.span.start < sentence.end + 2
    if trailing and mark.span.start <= sentence.start + 1:
        return False
    return sentence.start <= mark.span.start < sentence.end + (2 if trailing or mark.rule == "bracket" else 0)


def _neighbours(marks: Sequence[CitationMark]) -> list[CitationMark]:
    """The first mark and those that follow it directly, in the order given."""
    chosen = list(marks[:1])
    for mark in marks[1:]:
        gap = max(mark.span.start - chosen[-1].span.end, chosen[-1].span.start - mark.span.end)
        if gap > ADJACENT:
            break
        chosen.append(mark)
    return chosen
