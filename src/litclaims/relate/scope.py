"""What governs a figure, from near to far: its clause, its sentence, its item, the headings, the text before."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from litclaims.extract.quantity import Finding
from litclaims.model import Mention, Span

_SEPARATORS = (
    re.compile(r"(?<!\w)\+|;|\s–\s|\s-\s|\n"),
    re.compile(
        r",\s*(?:and|or|followed by|then|while|whereas)\s|(?<!\b[A-Za-z])\.\s|\s(?:followed by|whereas|while)\s"
    ),
    re.compile(r"\sand\s|\sor\s|,"),
)
"""What parts two figures of a sentence, the strongest first."""

_LABEL = re.compile(r"\s(?=[A-Z][A-Za-z-]{1,14}:)")
"""What parts a figure from the label of the next: ``IV: 5 million IM: 10 million``."""

LIST_GAP = 25
"""Figures with so few characters between them are a list and share what follows it."""


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a figure among those like it in its sentence, counted from 0, and how many they are."""

    index: int
    of: int


@dataclass(frozen=True, slots=True)
class Scope:
    """The stretches of a part that govern a figure.

    Attributes:
        clause: its own, between the separators that part it from the figures beside it.
        sentence: the whole sentence.
        lead: the sentence before its first figure.
        tail: what follows the list that the figure stands in, up to the next figure or the end of the sentence; None if
            it stands in no list.
        place: the figure's place among those like it, None if it stands alone.
        shared: its clause with those of the members of its list before it; None before :func:`scopes` fills it.
    """

    clause: Span
    sentence: Span
    lead: Span
    tail: Span | None
    place: Place | None = None
    shared: Span | None = None


def scopes(view: str, findings: Sequence[Finding], sentences: Sequence[Span]) -> list[Scope]:
    """The scope of each finding of a part. Only figures like it (doses beside doses) part its sentence."""
    found = []
    for finding in findings:
        sentence = _sentence(finding, sentences)
        peers = [
            other for other in findings if _is_peer(finding, other) and sentence.start <= other.start < sentence.end
        ]
        found.append(_scope(view, finding, peers, sentence))
    return _with_lists(view, findings, found)


def _with_lists(view: str, findings: Sequence[Finding], found: Sequence[Scope]) -> list[Scope]:
    """The scopes, in order, with what the members of a list share."""
    filled: list[Scope] = []
    for index, scope in enumerate(found):
        start = scope.clause.start
        if index and filled[-1].shared is not None and is_listed(view, findings[index - 1], findings[index]):
            start = filled[-1].shared.start
        filled.append(replace(scope, shared=Span(start, scope.clause.end)))
    return filled


def _sentence(finding: Finding, sentences: Sequence[Span]) -> Span:
    last = sentences[0]
    for sentence in sentences:
        if sentence.start > finding.start:
            break
        last = sentence
    # a figure may begin before the sentence that the splitter saw, in "between" or at a bracket
    return Span(min(last.start, finding.start), max(last.end, finding.unit_end))


def _is_peer(finding: Finding, other: Finding) -> bool:
    if finding.is_cells:
        return other.is_cells
    return other.measure == finding.measure


def _scope(view: str, finding: Finding, peers: Sequence[Finding], sentence: Span) -> Scope:
    index = peers.index(finding)
    start = sentence.start if index == 0 else _part(view, peers[index - 1], finding)
    end = sentence.end if index == len(peers) - 1 else max(_part(view, finding, peers[index + 1]), finding.unit_end)
    last = _last_of_list(view, peers, index)
    tail = None
    if last > index or last == len(peers) - 1 > 0:
        close = sentence.end if last == len(peers) - 1 else _part(view, peers[last], peers[last + 1])
        tail = Span(peers[last].end, max(close, peers[last].end))
    elif index + 1 < len(peers):
        tail = _behind_brackets(view, peers, index, sentence)
    lead = Span(sentence.start, max(sentence.start, peers[0].start))
    place = Place(index, len(peers)) if len(peers) > 1 else None
    return Scope(Span(min(start, finding.start), max(end, finding.unit_end)), sentence, lead, tail, place)


def _behind_brackets(view: str, peers: Sequence[Finding], index: int, sentence: Span) -> Span | None:
    """What goes on with a figure behind brackets that hold the figures after it: ``5 million (20 million in all) into
    the knee``. None if the brackets do not hold them all, or hold none."""
    gap = view[peers[index].unit_end : peers[index + 1].start]
    opened = gap.rfind("(")
    if opened < 0 or gap.find(")", opened) >= 0:
        return None
    closed = view.find(")", peers[-1].unit_end, sentence.end)
    if closed < 0 or _BRACKETS.search(view, peers[index + 1].start, closed):
        return None
    return Span(closed + 1, sentence.end)


_OUT = re.compile(r"[^()]*\)(?:[^()]*\([^()]*\))*[^()]*")
"""What leads out of brackets: a figure within them is in no list with one outside."""


def _last_of_list(view: str, peers: Sequence[Finding], index: int) -> int:
    """The index of the last figure of the list that a figure stands in: those after it with little between them."""
    while index + 1 < len(peers):
        gap = view[peers[index].unit_end : peers[index + 1].start]
        if len(gap) > LIST_GAP or _SEPARATORS[0].search(gap) or _OUT.fullmatch(gap):
            break
        index += 1
    return index


_JOINT = re.compile(r"(?:\s?\([^()\d]{1,20}\))?\s?(?:,|,?\s?(?:or|and|versus|vs\.?))\s", re.IGNORECASE)


def is_listed(view: str, left: Finding, right: Finding) -> bool:
    """True for two figures with nothing but a joint between: ``5, 10 or 20 million``."""
    return _JOINT.fullmatch(view, left.unit_end, right.start) is not None


def _part(view: str, left: Finding, right: Finding) -> int:
    """Where the clause of one figure ends and that of the next begins."""
    gap = _between_brackets(view[left.unit_end : right.start])
    for separator in (_SEPARATORS[0], _LABEL, *_SEPARATORS[1:]):
        matches = list(separator.finditer(gap))
        if matches:
            is_sharp = separator in (_SEPARATORS[0], _LABEL)
            return left.unit_end + (matches[0].end() if is_sharp else matches[-1].start())
    if (closed := view.find(")", left.unit_end, right.start)) >= 0 and view[right.start - 1] == "(":
        return closed + 1  # what stands between two brackets is told more of by the second
    return right.start


_BRACKETS = re.compile(r"[()]")


def _between_brackets(gap: str) -> str:
    """What lies between two figures, with blanks for what stands in a bracket with one of them: it explains that."""
    closed = opened = None
    depth = 0
    for match in _BRACKETS.finditer(gap):
        depth += 1 if match.group() == "(" else -1
        if depth < 0:
            closed, opened, depth = match.start(), None, 0
        elif depth == 1 and match.group() == "(":
            opened = match.start()
    first = 0 if closed is None else closed
    last = opened if depth and opened is not None else len(gap)
    return " " * first + gap[first:last] + " " * (len(gap) - last)


def within(mentions: Sequence[Mention], span: Span | None, *, offset: int = 0) -> list[Mention]:
    """The mentions, given in order, that lie inside a span of a part that begins at an offset."""
    if span is None:
        return []
    start, end = span.start + offset, span.end + offset
    first, last = bisect_left(mentions, start, key=start_of), bisect_left(mentions, end, key=start_of)
    return [mention for mention in mentions[first:last] if mention.span.end <= end]


def start_of(mention: Mention) -> int:
    """Where a mention begins: the order in which they are searched."""
    return mention.span.start
