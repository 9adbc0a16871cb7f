"""Markers that point into a reference list, and what they say where they stand.

Read are ``[3,4]``, ``[5–8]``, ``(3)``, superscripts, author and year, DOIs and PMIDs in running text, and digits that a
copy of a page has left bare: glued to a full stop (``cells.12,13 Both``) or after the last word (``in humans 1``). The
last two are only trusted as far as the whole document, see :func:`document_style`, writes its markers so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from litclaims.extract.citation.find import CitationMark, Style, find_citations
from litclaims.extract.citation.style import document_style
from litclaims.extract.reference import reference_key
from litclaims.model import Reference, Span

__all__ = [
    "CitationMark",
    "Style",
    "attach",
    "document_style",
    "find_citations",
    "keys",
    "known_markers",
    "marker_spans",
]

ADJACENT = 3
"""Marks with at most so many characters between them belong together: ``[3], [4]``."""

_TRAILING = frozenset({"bare", "glued", "superscript"})


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
    mine = sorted((mark for mark in marks if _belongs(mark, sentence)), key=lambda mark: mark.span)
    after = [mark for mark in mine if mark.span.start >= figure.end]
    before = [mark for mark in mine if mark.span.end <= figure.start]
    chosen = _neighbours(after) if after else _neighbours(before[::-1])[::-1]
    return tuple(dict.fromkeys(marker for mark in chosen for marker in mark.markers))


def known_markers(references: Iterable[Reference]) -> frozenset[str]:
    """What a marker into this list can look like: its numbers, and ``Murphy 2008`` for each entry with both."""
    found = set()
    for reference in references:
        if reference.marker is not None:
            found.add(reference.marker)
        if (name := _author_year(reference)) is not None:
            found.add(name)
    return frozenset(found)


def keys(markers: Iterable[str], references: Sequence[Reference]) -> tuple[str, ...]:
    """The works that markers point to, as keys that are the same in every document: ``doi:…``, ``pmid:…``, ``title:…``.

    A number points to the entry of that marker; where no entry has one, as in lists numbered by the word processor, to
    the entry at that place. Markers that point to nothing give nothing.
    """
    return tuple(dict.fromkeys(key for marker in markers if (key := _key(marker, references)) is not None))


def _key(marker: str, references: Sequence[Reference]) -> str | None:
    if marker.startswith(("doi:", "pmid:")):
        return marker
    hits = [entry for entry in references if marker in (entry.marker, _author_year(entry))]
    if not hits and marker.isdecimal() and all(entry.marker is None for entry in references):
        hits = list(references[int(marker) - 1 : int(marker)]) if int(marker) > 0 else []
    return reference_key(hits[0]) if len(hits) == 1 else None


def _author_year(reference: Reference) -> str | None:
    if reference.first_author is None or reference.year is None:
        return None
    surname, _, initials = reference.first_author.rpartition(" ")
    name = surname if surname and initials.isupper() and len(initials) <= 4 else reference.first_author
    return f"{name} {reference.year}"


def _belongs(mark: CitationMark, sentence: Span) -> bool:
    trailing = mark.rule in _TRAILING
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
