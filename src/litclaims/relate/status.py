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
from litclaims.relate.governs import says
from litclaims.vocab.wordlist import alternation, listed, rows, words_of

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

SET, DENIED, OURS, BY = "set", "denied", "ours", "by"
"""Cues that set a figure, in a plan as planned and elsewhere as recommended, that deny what the sentence before them
states, that cite the authors' own earlier work, and that cite whose name follows."""

AIM = "aim"
"""Cues that say what was aimed at, which is planned unless the sentence tells what was done."""

ADVISED = "recommended"
"""What a guideline, a label or a clinic does with its figures."""

PLANNED = "planned"
"""What a registry does with its figures."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue in a text: what it tells and where it stands."""

    status: str
    span: Span


@dataclass(frozen=True, slots=True)
class Stated:
    """A status, the step that gave it, and its cue if one was read; whether a work that is cited is by the authors."""

    status: str
    step: str
    cue: Span | None = None
    is_ours: bool = False


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
    text: str,
    *,
    sentence: Span,
    clause: Span,
    figure: Span,
    document: str | None,
    is_cited: bool,
    is_background: bool = False,
) -> Stated | None:
    """The status of a figure; None if neither its sentence nor the document tells.

    Args:
        sentence, clause, figure: where they stand in the text.
        document: what the document mostly does.
        is_cited: a citation marker stands at the statement, which then is another work's unless it plans, recommends
            or says that it speaks of its own.
        is_background: it stands in a section on what others did. What a guideline or a plan reports there, or of a
            work that it has not named yet, is another's.
    """
    named = cues(text, sentence)
    done = any(cue.status == REPORTED for cue in named)
    found = [_as_in(text, cue, document) for cue in named if cue.status != AIM or not done]
    own = any(cue.status == OWN for cue in found)
    opening = _opening(text, sentence, figure, found, document)
    for status in ORDER:
        fitting = [cue for cue in found if cue.status == status and _reaches(text, cue, clause, figure, found)]
        if opening is not None and opening.status == status:
            fitting.append(opening)
        if fitting:
            if status not in OF_CLAUSE and (denial := _denied_behind(text, sentence)):
                return Stated("negated", "after", denial.span)
            nearest = min(fitting, key=lambda cue: _distance(cue.span, figure))
            told = is_background or _is_of_a_work(text, sentence)
            others = is_cited or (document in (ADVISED, PLANNED) and told)
            said = CITED if status == REPORTED and others and not own else status
            ours = any(cue.status == OURS and cue.span == nearest.span for cue in named)
            return Stated(said, "sentence", nearest.span, ours)
    if denial := _denied_behind(text, sentence):
        return Stated("negated", "after", denial.span)
    if is_cited and not own:
        return Stated("cited", "sentence")
    return Stated(document, "document") if document else None


_CLAUSE = re.compile(r"[;:]\s")
_NUMBER = re.compile(r"\s{0,2}(?:\d{1,2}(?:\.\d{1,2}){0,3}[.)]?\s)?")


def _opening(text: str, sentence: Span, figure: Span, found: Sequence[Cue], document: str | None) -> Cue | None:
    """The cue that opens the sentence, or what follows a semicolon in it, behind the number of an item."""
    pattern, statuses = _openings()
    end = max(figure.start, sentence.start)
    starts = [sentence.start, *(each.end() for each in _CLAUSE.finditer(text, sentence.start, end))]
    for start in (starts[-1], starts[0]):
        match = pattern.match(text, _NUMBER.match(text, start, end).end(), end)
        if match is not None:
            cue = Cue(statuses[_folded(match["cue"])], Span(*match.span("cue")))
            if cue.status == "hypothetical" and document == ADVISED and not _is_open(text, sentence):
                return Cue(ADVISED, cue.span)  # "If the pain stays, repeat it" is a rule, not a supposition
            return None if cue.status == "hypothetical" and _goes_on(text, cue, found) else cue
    return None


def _is_open(text: str, sentence: Span) -> bool:
    """True for a sentence on what could or might be."""
    return says("foreseen", "doubt", sentence, text)


def _goes_on(text: str, opening: Cue, found: Sequence[Cue]) -> bool:
    """True if what is foreseen comes if nothing goes wrong: ``If none is harmed, the next six will receive``."""
    comma = text.find(",", opening.span.end)
    later = [cue for cue in found if cue.span.start > comma >= 0]
    if not later or later[0].status != PLANNED or words_of("foreseen", "open").search(text, comma, later[0].span.start):
        return False
    return words_of("foreseen", "none").search(text, opening.span.end, comma) is not None


_NAME = re.compile(r"\s[A-Z][a-z]{2,}")


def _as_in(text: str, cue: Cue, document: str | None) -> Cue:
    """A cue as a document of its kind means it."""
    if cue.status == OURS or (cue.status == BY and _NAME.match(text, cue.span.end)):
        return Cue(CITED, cue.span)
    if cue.status == AIM:
        return Cue(ADVISED if document == ADVISED else PLANNED, cue.span)
    if cue.status != SET:
        return cue
    return Cue(PLANNED if document == PLANNED else ADVISED, cue.span)


def _denied_behind(text: str, sentence: Span) -> Cue | None:
    """The cue that denies, in the sentence behind, what a sentence states: ``We do not give such numbers``."""
    end = min(len(text), sentence.end + BEHIND)
    stop = text.find(". ", sentence.end, end)
    within = Span(sentence.end, end if stop < 0 else stop)
    return next((cue for cue in cues(text, within) if cue.status == DENIED), None)


BEHIND = 80
"""Characters behind a sentence in which it is denied."""


@functools.cache
def _works() -> re.Pattern[str]:
    words = alternation(listed("works", "work"))
    some = r"(?<!\bis\s)(?<!\bwas\s)(?:an?|one|two|three|several|some|most)\s(?:[\w-]+\s){0,3}"
    return re.compile(rf"(?:\b{some}|\bthe\s(?-i:[A-Z][A-Z\d-]{{2,19}})\s)(?:{words})(?!\w)", re.IGNORECASE)


def _is_of_a_work(text: str, sentence: Span) -> bool:
    """True for a sentence that speaks of a work that no reader knows of yet (``in a trial``) or by its short name."""
    return _works().search(text, sentence.start, sentence.end) is not None


def is_background(text: str, heading: Span) -> bool:
    """True for the heading of a section on what others did."""
    return says("works", "section", heading, text)


@functools.cache
def _work_heads() -> frozenset[str]:
    return frozenset(listed("works", "head"))


def lists_works(head: str) -> bool:
    """True for the head of a column that names works: each row of its table is another's."""
    return _folded(head.strip()) in _work_heads()


def lists_plans(text: str, caption: Span) -> bool:
    """True for the caption of a table of trials that go on."""
    return says("works", "plan", caption, text)


def goes_on_with_work(text: str, stretch: Span) -> bool:
    """True for a stretch that tells more of a work named before it: ``They also found``, ``in the same trial``."""
    return says("works", "again", stretch, text)


def is_own(text: str, sentence: Span) -> bool:
    """True for a sentence that says that it speaks of its own work."""
    return any(cue.status == OWN for cue in cues(text, sentence))


_PAGE = re.compile(
    r"\((?:https?://)?(?:www\.)?(?:[a-z\d-]{1,40}\.){1,4}(?:com|org|net|gov|edu|info|io|uk|de|eu)(?:/[^\s()]{0,120})?\)"
)


def names_page(text: str, sentence: Span) -> bool:
    """True for a sentence that names the page it has something from: ``(example.org)``."""
    return _PAGE.search(text, sentence.start, sentence.end) is not None


def _reaches(text: str, cue: Cue, clause: Span, figure: Span, found: Sequence[Cue]) -> bool:
    """True for a cue that reaches its figure: what ends a clause (``except if``) stops those of the clause."""
    if cue.status not in OF_CLAUSE:
        return True
    if cue.status == "hypothetical" and any(other.status == "planned" and other.span < cue.span for other in found):
        return False  # "plans a study in which they would be given"
    if cue.status == "hypothetical" and _is_left(text, cue, figure, found):
        return False
    if words_of("contrast", "contrast").fullmatch(text, cue.span.start, cue.span.end) and cue.span.start >= figure.end:
        return False  # "10 million rather than more" denies what follows
    first, last = min(cue.span, figure), max(cue.span, figure)
    stopped = any(other.status == STOP and first.end <= other.span.start < last.start for other in found)
    return clause.overlaps(cue.span) and not stopped


def _is_left(text: str, cue: Cue, figure: Span, found: Sequence[Cue]) -> bool:
    """True if the sentence tells what was so behind what was supposed: ``as few could be grown, the dose was``."""
    comma = text.find(",", cue.span.end, max(figure.start, cue.span.end))
    return comma >= 0 and any(each.status == REPORTED and comma < each.span.start < figure.start for each in found)


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
    if (best in (None, REPORTED) or total[best] < 2) and _marks("reader", texts) > 1:
        return ADVISED  # it speaks to who reads it: what it tells of others' work is not what it does
    if best in (None, REPORTED) and _marks("registry", texts):
        return PLANNED
    if best is not None and total[best] >= 2:
        return best
    # one sentence in the past tense tells what a text does, one plan or piece of advice in it does not
    return _genre(texts) or (best if best == REPORTED else None)


def _marks(role: str, texts: Sequence[str]) -> int:
    """How many texts hold a word that marks a kind of document, by whom it speaks to or how it is laid out."""
    return sum(words_of("address", role).search(text) is not None for text in texts)


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
