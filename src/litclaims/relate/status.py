"""How a document states a figure: recommended, reported, cited, planned, hypothetical or negated.

In the manner of ConText (Harkema et al. 2009) each status has its cues, and a cue has a reach: what denies or supposes
reaches its clause only, what opens a sentence all of it, all others the sentence. Where a sentence tells nothing the
document's own way of stating figures counts: what it mostly does, else what kind of text it is.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from litclaims.model import Span
from litclaims.vocab.wordlist import alternation, rows

ORDER = ("negated", "hypothetical", "cited", "planned", "recommended", "reported")
"""The first of these with a cue in the sentence counts: what is denied or supposed is not also planned."""

OF_CLAUSE = ("negated", "hypothetical")
"""Statuses whose cues reach no further than their clause."""

VOTING = ("planned", "recommended", "reported")
"""What a document as a whole can be: a registry plans, a guideline recommends, a paper reports."""

CITED = "cited"
"""What a text takes from another."""

REPORTED = "reported"
"""What most texts do with their figures."""

OWN, STOP = "own", "stop"
"""Cues that say whose figure it is, and that end the reach of others."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue in a text: what it tells and where it stands."""

    status: str
    span: Span


@dataclass(frozen=True, slots=True)
class Stated:
    """A status, the step that gave it, and its cue if one was read."""

    status: str
    step: str
    cue: Span | None = None


@functools.cache
def _cues() -> tuple[re.Pattern[str], dict[str, str]]:
    return _matcher({row.surface: row.get("status") for row in rows("status", "status")})


@functools.cache
def _openings() -> tuple[re.Pattern[str], dict[str, str]]:
    found = {row.surface: row.get("status") for row in rows("openings", "status")}
    return re.compile(rf"\W{{0,4}}(?P<cue>{alternation(list(found))})(?!\w)", re.IGNORECASE), found


@functools.cache
def _genres() -> tuple[re.Pattern[str], dict[str, str]]:
    return _matcher({row.surface: row.get("status") for row in rows("genre", "status")})


def _matcher(found: dict[str, str]) -> tuple[re.Pattern[str], dict[str, str]]:
    return re.compile(rf"(?<!\w)(?:{alternation(list(found))})(?!\w)", re.IGNORECASE), found


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text.lower())


def cues(text: str, within: Span) -> list[Cue]:
    """The cues of a stretch of text, in order."""
    pattern, statuses = _cues()
    return [
        Cue(statuses[_folded(match.group())], Span(*match.span()))
        for match in pattern.finditer(text, within.start, within.end)
    ]


def status_of(
    text: str, *, sentence: Span, clause: Span, figure: Span, document: str | None, is_cited: bool
) -> Stated | None:
    """The status of a figure; None if neither its sentence nor the document tells.

    Args:
        sentence, clause, figure: where they stand in the text.
        document: what the document mostly does.
        is_cited: a citation marker stands at the statement, which then is another work's unless it plans, recommends
            or says that it speaks of its own.
    """
    found = cues(text, sentence)
    own = any(cue.status == OWN for cue in found)
    opening = _opening(text, sentence, figure)
    for status in ORDER:
        fitting = [cue for cue in found if cue.status == status and _reaches(cue, clause, figure, found)]
        if opening is not None and opening.status == status:
            fitting.append(opening)
        if fitting:
            nearest = min(fitting, key=lambda cue: _distance(cue.span, figure))
            said = "cited" if status == REPORTED and is_cited and not own else status
            return Stated(said, "sentence", nearest.span)
    if is_cited and not own:
        return Stated("cited", "sentence")
    return Stated(document, "document") if document else None


def _opening(text: str, sentence: Span, figure: Span) -> Cue | None:
    pattern, statuses = _openings()
    match = pattern.match(text, sentence.start, max(figure.start, sentence.start))
    return Cue(statuses[_folded(match["cue"])], Span(*match.span("cue"))) if match else None


def _reaches(cue: Cue, clause: Span, figure: Span, found: Sequence[Cue]) -> bool:
    """True for a cue that reaches its figure: what ends a clause (``except if``) stops those of the clause."""
    if cue.status not in OF_CLAUSE:
        return True
    if cue.status == "hypothetical" and any(other.status == "planned" and other.span < cue.span for other in found):
        return False  # "plans a study in which they would be given"
    first, last = min(cue.span, figure), max(cue.span, figure)
    stopped = any(other.status == STOP and first.end <= other.span.start < last.start for other in found)
    return clause.overlaps(cue.span) and not stopped


def _distance(cue: Span, figure: Span) -> int:
    return max(cue.start - figure.end, figure.start - cue.end, 0)


def document_status(texts: Sequence[str], title: str | None = None) -> str | None:
    """What a document does with its figures: what its title says, its sentences mostly do, or its kind of text does."""
    if title and (named := _genre([title])):
        return named
    total: Counter[str] = Counter()
    for text in texts:
        found = {cue.status for cue in cues(text, Span(0, len(text)))}
        total.update(status for status in VOTING if status in found)
    best = max(total, key=lambda status: (total[status], -VOTING.index(status)), default=None)
    if best is not None and total[best] >= 2:
        return best
    # one sentence in the past tense tells what a text does, one plan or piece of advice in it does not
    return _genre(texts) or (best if best == REPORTED else None)


def _genre(texts: Sequence[str]) -> str | None:
    """The status that a kind of text gives its figures, by the words that mark it; None if they do not agree."""
    pattern, statuses = _genres()
    votes: Counter[str] = Counter()
    for text in texts:
        votes.update({statuses[_folded(match.group())] for match in pattern.finditer(text)})
    if not votes:
        return None
    (best, count), *others = votes.most_common()
    return best if not others or count > others[0][1] else None
