"""What a figure is per: ``per session``, ``/kg``, ``each knee``, a label (``First session: …``), ``a total of …``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from litclaims import vocab
from litclaims.extract.quantity import Finding
from litclaims.model import Span
from litclaims.relate.scope import Scope, is_listed

_FEW = r"(?:two|three|four|five|six|seven|eight|nine|ten|\d{1,2})"

_PER = re.compile(
    r"(?:\bper\b|/|\bfor\s(?:each|every)\b|\b(?:in|into)\s(?:each|every|either|one)\b|\bat\s(?:the\s)?(?:first|second|third|fourth|last|each|every)\b|\beach\b|\bevery\b)\s{0,2}"
    rf"(?:of\s(?:(?:the|these|those|his|her|their|your)\s)?(?:both\s|{_FEW}\s)?)?",
    re.IGNORECASE,
)
_OF = re.compile(
    r"(?:of|contain(?:ing|ed|s)|with|consisting of|is|was|holds|held)\s(?:either\s|about\s|approximately\s)?$",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s*(?:\([^()]{1,20}\)\s*)?")
_EACH_AFTER = re.compile(r"(?:\scells)?\seach(?=\s?(?:[,.;()]|$)|\son\b)", re.IGNORECASE)
_IN_ALL = re.compile(r"(?:\scells)?\sin\sall(?=\s?(?:[,.;)]|$))", re.IGNORECASE)
_EACH = re.compile(r"\beach\s(?:of|with|containing|holding)\s(?:about\s|approximately\s)?$", re.IGNORECASE)
_TOTAL_BEFORE = re.compile(
    r"\b(?:(?:a|in)\s)?total(?:\s(?:cell\s)?(?:dose|number|amount))?(?:\s(?:of|was|is|:)|,)?\s{0,2}$|\btotal(?:ling|ing)?\s{0,2}$|\bcumulative\s(?:doses?\s)?(?:of\s)?$|\b(?:total|cumulative)\s(?:cell\s)?dose\s(?:exceed(?:s|ed|ing)|reache[sd])\s$",
    re.IGNORECASE,
)
_SUM_BEFORE = re.compile(
    r"(?:(?:\A|[.;:!?]\s|\n)in\sall,?\s(?:you|we|they|he|she|it|this|that)\s(?:\w{1,12}\s){0,2}|\badds?\s(?:up\sto\s)?"
    r"|\btotal\s(?:cell\s)?(?:number|amount|dose)\sof\s(?:(?!per\b)[\w+-]{1,20}\s){1,5}(?:was|is|were|are)\s)$",
    re.IGNORECASE,
)
_TOTAL_AFTER = re.compile(r"\s{0,2}(?:\(?in\stotal\b|total\b|\(total\)|altogether\b)", re.IGNORECASE)
_TOTAL_CELLS = re.compile(
    r"(?:\s\([^()]{1,20}\))?\s{0,2}total\s(?:(?!nucleated\b|mononuclear\b|white\b|blood\b|marrow\b)[\w+-]{1,20}\s){0,4}cells\b",
    re.IGNORECASE,
)
_TOTAL_HEAD = re.compile(r"\btotal\s(?:cells|(?:cell\s)?dose)\b|\(total\)", re.IGNORECASE)
_LABEL = re.compile(
    r"^(?:[-*•]\s)?(?:first|second|third|fourth|fifth|each|every|initial|next|last|1st|2nd|3rd|\d)?\s?(?P<noun>[a-z]+)\s?(?:\d{1,2})?(?:\s?\([^)]{0,40}\))?\s?:",
    re.IGNORECASE,
)
_ONE = re.compile(r"^(?:[-*•]\s)?(?:one|per|each|every|single)\s(?P<noun>[a-z]{1,20})\s?:", re.IGNORECASE)
_RECEIVER = re.compile(
    r"\beach\s(?P<noun>patient|subject|participant|knee|joint|disc|animal|recipient|injection|infusion|session)\b",
    re.IGNORECASE,
)

_PER_BEFORE = re.compile(
    r"\b(?:dose|doses|dosage|number|amount|cells|maximum|minimum)(?:\s(?!per\b)[a-z]{1,12})?\s(?:per|in\s(?:a|one|any)(?:\ssingle)?)"
    r"\s(?P<noun>[a-z]+(?:\s[a-z]+)?)\s?(?:was|is|were|are|of|:|must|may|shall|should|will|can)\s(?:about\s|a\s)?$",
    re.IGNORECASE,
)
_CAME_TO = re.compile(
    r"\bper\s(?P<noun>[a-z]+)\s(?:this|that|it)\s(?:came|comes|amounts|amounted|worked|works)\s(?:out\s)?(?:to|at)\s$",
    re.IGNORECASE,
)
_HOLDS = re.compile(
    r"\b(?:each|every|one|a\ssingle)\s(?P<noun>[a-z]+)\s(?:will\s)?(?:consists?\sof|contains?|holds?|comprises?|includes?)"
    r"\s(?:about\s|approximately\s|some\s)?$",
    re.IGNORECASE,
)
_DAILY = re.compile(r"\b(?P<noun>(?:daily|weekly)\sdose)\s(?:of\s)?(?:[\w-]{1,30}\s){0,4}\(?$", re.IGNORECASE)
_DOSES_OF = re.compile(
    rf"\b{_FEW}\s(?:[a-z]{{2,20}}\s)?(?P<noun>doses|administrations|applications|instillations)\s(?:of|at)\s"
    r"(?:about\s|approximately\s)?$",
    re.IGNORECASE,
)
_DOSE_OF_ONE = re.compile(
    r"\b(?P<noun>injection|infusion)\s(?:doses?|dosage)\s?(?:of\s|was\s|is\s|[:=(]\s?)(?:about\s|approximately\s)?$",
    re.IGNORECASE,
)
_A_TIME = re.compile(
    r"(?:\s(?!once\b|twice\b|thrice\b|times\b)[\w+-]{1,20}){0,2}?\sa\s(?P<noun>day|shot|visit|session)\b", re.IGNORECASE
)
_RANGE_OF = re.compile(
    r"[^()]{0,24}\(\s?(?:range|ranging|median|mean|IQR|from)[\s,:]{0,3}(?:of\s|from\s)?", re.IGNORECASE
)

_OTHER_FIGURE = re.compile(r"\([^()]{0,40}\d[^()]*$|\bi\.e\.|\bor\s\d|=\s?\d|,\sthat\sis\b|\b(?:making|makes|half)\b")
"""Behind these the figure that follows has the denominator: ``15 million at five sites (3 million per site)``."""

_EXPLAINED = re.compile(
    r"(?:[^()]{0,80}\([^()]{0,40}\)){0,6}[^()]{0,80}\([^()]{0,80}\Z|.{0,200}?(?:\bi\.e\.|,\sthat\sis\b)", re.DOTALL
)
"""What parts a figure from one that explains it and has a denominator of its own."""

_REQUEST = re.compile(r"\s(?:request|preference|protocol|group|arm)\b", re.IGNORECASE)
"""``per patient request`` is no basis."""

RECEIVER, TREATMENTS = "patient", ("injection", "infusion", "session")
"""Labels of the basis vocabulary: who gets a dose, and what it is given in."""

_SEVERAL = re.compile(rf"(?:{_FEW}|other|second|third|fourth|few)\s", re.IGNORECASE)

TIMES = ("hour", "day", "week", "month", "year")
"""Labels of the basis vocabulary that are times."""

REACH = 60
"""Characters after the unit in which its ``per …`` is looked for."""


@dataclass(frozen=True, slots=True)
class Basis:
    """A basis with where it was read."""

    label: str
    span: Span
    step: str


def find_basis(view: str, finding: Finding, scope: Scope, before: Sequence[Finding] = ()) -> Basis | None:
    """The basis of a figure, None if it is not said. The unit's own denominator counts first.

    Args:
        view: of the part.
        scope: of the figure.
        before: the figures before it, in order: a range in brackets behind a mean takes its basis, and the members of a
            list that of the first.
    """
    if finding.per in ("kg", "m2") or " of " in finding.per:
        return Basis(finding.per, Span(finding.unit_end - 1, finding.unit_end), "clause")
    found = total(view, finding) or _per(view, finding.unit_end, scope.clause.end) or _dose_per(view, finding)
    if found is None and scope.tail is not None and not _is_explained(view[finding.unit_end : scope.tail.start]):
        found = _per(view, scope.tail.start, scope.tail.end)
    last = before[-1] if before else None
    if found is None and last is not None and _RANGE_OF.fullmatch(view[last.unit_end : finding.start]):
        found = _per(view, last.unit_end, finding.start) or total(view, last)
    return (
        found
        or _each(view, finding, scope.sentence)
        or _holder(view, finding)
        or _a_time(view, finding)
        or _of_list(view, before, finding)
        or _label(view, finding, scope.sentence)
    )


def basis_of_head(text: str) -> str | None:
    """What the figures under the head of a column are per: ``Cells per injection``, ``Total cells``."""
    for match in _PER.finditer(text):
        found = _basis_at(text, match.end())
        if found is None or (match.group().startswith("/") and found[1] > match.end()):  # the mice of "BALB/c mice"
            continue
        if found[0] not in MEASURES:
            return found[0]
    return "total" if _TOTAL_HEAD.search(text) else None


MEASURES = ("kg", "m2", "mL", "g", "uL", "L", "cm2", "mm2", "mg", "pound")
"""Labels of the basis vocabulary that are of the unit of a figure."""


def _of_list(view: str, before: Sequence[Finding], finding: Finding) -> Basis | None:
    """The basis before the first member of the list that a figure ends: ``an injection of 6, 12 or 18 million``."""
    last = finding
    for each in before[::-1]:
        if not is_listed(view, each, last):
            return None
        if found := _holder(view, each) or _dose_per(view, each):
            return found
        last = each
    return None


def _is_explained(between: str) -> bool:
    """True if the list behind a figure only says it in other words; brackets closed before it are asides."""
    return _EXPLAINED.match(between) is not None


def _a_time(view: str, finding: Finding) -> Basis | None:
    """``2 million cells a day``."""
    match = _A_TIME.match(view, finding.unit_end)
    if match is None:
        return None
    found = vocab.load("basis").find(match.group("noun"))
    return Basis(found[0].label, Span(*match.span("noun")), "clause") if found else None


def _basis_at(view: str, position: int) -> tuple[str, int, int] | None:
    """The basis word that begins within two words of a position."""
    found = vocab.load("basis").find(view[position : position + 40])
    first = found[0] if found else None
    between = view[position : position + first.start] if first else ""
    # "per 3 mL" tells in how much liquid the cells were, not what the dose is per
    if first is None or len(between.split()) > 1 or any(character.isdigit() for character in between):
        return None
    if _REQUEST.match(view, position + first.end):
        return None
    if first.label in TIMES and _SEVERAL.match(between):  # "every three months" tells when, not how many at once
        return None
    return first.label, position + first.start, position + first.end


def _per(view: str, start: int, end: int) -> Basis | None:
    """A basis said after a figure that ends at ``start``; of ``per patient, per injection`` the treatment."""
    first: Basis | None = None
    for match in _PER.finditer(view, start, max(min(end, start + REACH), start)):
        between = view[start : match.start()]
        if ". " in between or "; " in between or _OTHER_FIGURE.search(between):
            break
        if match.group().startswith("/") and any(character.isdigit() for character in between):
            continue  # the denominator of another figure: "IL-2 720,000 IU/kg"
        found = _basis_at(view, match.end())
        if found is None:
            continue
        basis = Basis(found[0], Span(found[1], found[2]), "clause")
        if basis.label != RECEIVER:
            return first if first and basis.label not in TREATMENTS else basis
        first = first or basis
    return first


def _dose_per(view: str, finding: Finding) -> Basis | None:
    """``the mean dose per patient was 25 million``, ``three doses of 25 million``, ``a daily dose of 25 million``."""
    before = view[max(0, finding.start - 80) : finding.start]
    patterns = (_PER_BEFORE, _CAME_TO, _HOLDS, _DAILY, _DOSES_OF, _DOSE_OF_ONE)
    match = next((found for pattern in patterns if (found := pattern.search(before)) is not None), None)
    if match is None:
        return None
    found = vocab.load("basis").find(match.group("noun"))
    if not found:
        return None
    start = finding.start - len(before) + match.start("noun")
    return Basis(found[0].label, Span(start, start + len(match.group("noun"))), "clause")


def total(view: str, finding: Finding) -> Basis | None:
    """The basis of a figure that is said to be all there is: ``a total of 25 million``, ``25 million in all``."""
    before = view[max(0, finding.start - 40) : finding.start]
    match = _TOTAL_BEFORE.search(before) or _SUM_BEFORE.search(view[max(0, finding.start - 80) : finding.start])
    if match is not None:
        return Basis("total", Span(finding.start - (match.end() - match.start()), finding.start), "clause")
    end = finding.unit_end
    after = _TOTAL_AFTER.match(view, end) or _IN_ALL.match(view, end) or _TOTAL_CELLS.match(view, finding.end)
    return Basis("total", Span(after.start(), after.end()), "clause") if after else None


def _each(view: str, finding: Finding, sentence: Span) -> Basis | None:
    """``two infusions, each of 75 million``; ``two infusions, 75 million each``: what each of the treatments before
    holds."""
    match = _EACH.search(view, sentence.start, finding.start)
    if match is None and _EACH_AFTER.match(view, finding.unit_end) is None:
        return None
    end = finding.start if match is None else match.start()
    start = max(sentence.start, end - REACH)
    found = [hit for hit in vocab.load("basis").find(view[start:end]) if hit.label in TREATMENTS]
    if not found:
        return None
    return Basis(found[-1].label, Span(start + found[-1].start, start + found[-1].end), "sentence")


def _holder(view: str, finding: Finding) -> Basis | None:
    """``an injection of 75 million``: the figure is what one injection holds."""
    before = view[max(0, finding.start - 40) : finding.start]
    match = _OF.search(before)
    if match is None:
        return None
    found = [hit for hit in vocab.load("basis").find(before[: match.start()]) if hit.label in TREATMENTS]
    if not found or not _ASIDE.fullmatch(before, found[-1].end, match.start()):
        return None
    start = finding.start - len(before) + found[-1].start
    return Basis(found[-1].label, Span(start, start + len(found[-1].surface)), "clause")


def _label(view: str, finding: Finding, sentence: Span) -> Basis | None:
    """``First session: 50 million``; ``Each patient will receive``."""
    if not finding.is_cells:
        return None
    for pattern in (_LABEL, _ONE, _RECEIVER):
        text = view[sentence.start : finding.start]
        match = pattern.search(text)
        if match is None:
            continue
        found = vocab.load("basis").find(match.group("noun"))
        if found and (pattern is not _LABEL or found[0].label in TREATMENTS):  # "Dose: 5 million" is per nothing
            start = sentence.start + match.start("noun")
            return Basis(found[0].label, Span(start, start + len(match.group("noun"))), "item")
    return None
