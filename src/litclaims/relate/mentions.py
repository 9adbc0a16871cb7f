"""Mentions beside one another, and the sentences that they stand in."""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from litclaims import vocab
from litclaims.model import Mention, Span

LISTED = re.compile(
    r"\s*(?:,|/|\+|&|and/or|and|or|\(|\)|,\s*(?:and|or)|in combination with|combined with)"
    r"\s*(?:the\s|an?\s|in\s|by\s|via\s)?\s*",
    re.IGNORECASE,
)
"""What stands between the members of a list."""

COORDINATED = re.compile(
    r"\s*(?:\([^()]{1,20}\)\s)?(?:\)\s(?:and/or|and|or)|and/or|and|or|in combination with|combined with|\(|\))"
    r"\s*(?:the\s|an?\s)?",
    re.IGNORECASE,
)
"""What stands between two things that go together, a list of more left out."""


class Split(Protocol):
    """A part of a document: where it begins, and the spans of its sentences, offsets into it."""

    @property
    def start(self) -> int: ...

    @property
    def sentences(self) -> Sequence[Span]: ...


@dataclass(frozen=True)
class Sentences:
    """The sentences of a document, by absolute offset; those of a part are made when they are first asked for.

    A sentence is named by its part and its place there. Names sort as the sentences stand.

    Attributes:
        parts: in order.
        dosed: the sentences in which a number of cells is given.
        cited: the sentences that carry the mark of another work.
    """

    parts: Sequence[Split]
    dosed: frozenset[tuple[int, int]] = frozenset()
    cited: frozenset[tuple[int, int]] = frozenset()

    @functools.cached_property
    def _starts(self) -> list[int]:
        return [part.start for part in self.parts]

    def part_at(self, position: int) -> int:
        """The index of the part that holds a position, or of the last before it; -1 if none."""
        return bisect_right(self._starts, position) - 1

    def at(self, position: int) -> tuple[int, int]:
        """The sentence that holds a position, or the last before it; of part -1 if there is none."""
        part = self.part_at(position)
        if part < 0:
            return -1, 0
        spans, offset = self.parts[part].sentences, position - self._starts[part]
        place = bisect_right(spans, offset, key=lambda span: span.start) - 1
        if place >= 0:
            return part, place
        return (part - 1, len(self.parts[part - 1].sentences) - 1) if part else (-1, 0)

    def after(self, sentence: tuple[int, int]) -> tuple[int, int] | None:
        """The sentence behind one; None behind the last."""
        part, place = sentence
        if place + 1 < len(self.parts[part].sentences):
            return part, place + 1
        return (part + 1, 0) if part + 1 < len(self.parts) else None

    def span(self, sentence: tuple[int, int]) -> Span:
        """Where a sentence stands in the document."""
        part, place = sentence
        span = self.parts[part].sentences[place]
        return Span(self._starts[part] + span.start, self._starts[part] + span.end)


def joined(ordered: Sequence[Mention], at: int, text: str, *, by: re.Pattern[str] = LISTED) -> list[Mention]:
    """A mention and those joined to it, of mentions in order.

    Args:
        by: what joins two of them.
    """
    first = last = at
    while first > 0 and _is_joined(ordered[first - 1], ordered[first], text, by):
        first -= 1
    while last + 1 < len(ordered) and _is_joined(ordered[last], ordered[last + 1], text, by):
        last += 1
    return list(ordered[first : last + 1])


def _is_joined(left: Mention, right: Mention, text: str, by: re.Pattern[str]) -> bool:
    gap = text[left.span.end : right.span.start]
    return not gap.strip() or by.fullmatch(gap) is not None


def distinct(mentions: Sequence[Mention]) -> list[Mention]:
    """One mention a label, in order; a label whose kind is said more precisely by another (is-a) is left out."""
    first: dict[str | None, Mention] = {}
    for mention in mentions:
        first.setdefault(mention.label, mention)
    labels = [label for label in first if label is not None]
    return [mention for label, mention in first.items() if not _is_general(mention.kind, label, labels)]


def _is_general(kind: str, label: str | None, labels: Sequence[str]) -> bool:
    if label is None or kind not in vocab.kinds():
        return False
    lexicon = vocab.load(kind)
    return any(other != label and lexicon.is_a(other, label) for other in labels)
