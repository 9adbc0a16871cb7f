"""Mentions beside one another, and the sentences that they stand in."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from litclaims import vocab
from litclaims.model import Mention, Span

LISTED = re.compile(
    r"\s*(?:,|/|\+|&|and/or|and|or|\(|\)|,\s*(?:and|or)|in combination with|combined with)"
    r"\s*(?:the\s|an?\s|in\s|by\s|via\s)?\s*",
    re.IGNORECASE,
)
"""What stands between the members of a list."""

COORDINATED = re.compile(
    r"\s*(?:\([^()]{1,20}\)\s)?(?:and/or|and|or|in combination with|combined with|\(|\))\s*(?:the\s|an?\s)?",
    re.IGNORECASE,
)
"""What stands between two things that go together, a list of more left out."""


@dataclass(frozen=True)
class Sentences:
    """The sentences of a document in order, by absolute offset, and those that hold a dose.

    Attributes:
        starts: where each begins.
        spans: the sentences.
        dosed: the indices of those in which a number of cells is given.
    """

    starts: tuple[int, ...]
    spans: tuple[Span, ...]
    dosed: frozenset[int]

    def at(self, position: int) -> int:
        """The index of the sentence that holds a position, or of the last before it; -1 if none."""
        return bisect_right(self.starts, position) - 1


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
