"""Fourth pass: what each figure is a figure of, decided by the cue words around it.

A number of cells is a dose only if something says that it is given; a time is an interval, a duration or a follow-up
by the cue nearest to it. A figure that no cue decides stays unparsed, with the reason.
"""

from __future__ import annotations

import functools
import itertools
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from litclaims.extract.quantity import giving, others
from litclaims.extract.quantity.cues import (
    GIVEN,
    NOT_GIVEN,
    Context,
    Cue,
    Measured,
    distance,
    find_cues,
    nearest,
    sentence_of,
)
from litclaims.extract.quantity.intervals import Figure
from litclaims.extract.quantity.numbers import TEN_E
from litclaims.extract.quantity.units import NOT_BEHIND, Reading, find_noun, is_per_treated
from litclaims.model import Span
from litclaims.vocab import load
from litclaims.vocab.wordlist import alternation, listed

MAX_CUES = 64
"""Cues on either side of a figure that are weighed; no sentence that people wrote has as many."""

MAX_INDENT = 80
"""Characters of white space before the first figure of a block."""

_SPACED_POINT = re.compile(r"\d\s\.\s$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LOST_POWER = re.compile(r"10[3-9]|101[0-3]")
_HELD = re.compile(
    r"\s?(?:range\s|level\s)?(?:of|with|at|:|was|were|is|consists\sof|contains|range)?\s?(?:a\s|the\s|either\s)?\s?\(?"
)
"""Between a cue and the figure that it holds: ``an injection of``, ``dose:``."""

_AND_THEN = re.compile(r"\s?,?\s(?:and|then|before being|to be)\s(?:[\w-]+\s){0,4}")
_OF_AUTHOR = re.compile(r"(?:[^\W\d_]\.?\s?/\s?|\bal\.?,?\s|[A-Z][^\W\d_]{1,14},\s)$")
"""Before the year of a work, its author: ``Doe/2012``, ``Doe et al. 2012``, ``Doe, 2012``."""

_COUNTS_CELLS = re.compile(r"\s[a-z]")
"""Behind a number that counts what follows; a year in a row is followed by the next column."""

_DATED = re.compile(r"\b(?:in|since|from|until|till|by|of|years?|before|after|during|between)\s$", re.IGNORECASE)
_IS_THEN = re.compile(
    r"(?:\sof\s[\w ]{1,20})?\s(?:(?:was|were|is|are|had\sbeen)\s)?(?:then\s|each\s|typically\s|usually\s)?"
)
_SLASHED = re.compile(r"\s?/\s?(\d{1,6}(?:\.\d{1,3})?)(?!\d*\s?m[lL])")
_BLOOD_CELLS = re.compile(r"\b(?:red|white)\s(?:blood\s)?cells\b", re.IGNORECASE)
_EACH = re.compile(r"\b(?:per|each|every)\s$", re.IGNORECASE)
_CODE = re.compile(r"(?<!\w)[A-Z]{2,}[ -]$")
_SOME_OF_THEM = re.compile(r"\s(?:cases|patients|subjects|individuals|people|indications|centers|centres|animals)\b")
"""Behind a participle: what it chooses from (selected cases), which are no cells."""


_AMOUNTS = ("volume", "mass", "mass_per_mass", "mass_per_area")


def measure_all(view: str, readings: Sequence[Reading], context: Context) -> list[Measured]:
    """Each reading with its measure."""
    cues = [cue for cue in find_cues(view) if not _is_adjective(view, cue)] if readings else []
    return [_measure(view, reading, cues, context) for reading in readings]


def _of_sentence(reading: Reading, cues: list[Cue], sentences: Sequence[Span]) -> list[Cue]:
    """The cues of a figure's sentence, of a very long one the nearest :data:`MAX_CUES` on either side."""
    start = reading.figure.start
    sentence = sentence_of(start, sentences)
    first, here, last = (bisect_left(cues, place, key=_start) for place in (sentence.start, start, sentence.end))
    window = cues[max(first, here - MAX_CUES) : min(last, here + MAX_CUES)]
    return [cue for cue in window if not start <= cue.start < reading.unit_end]


def _start(cue: Cue) -> int:
    return cue.start


def _measure(view: str, reading: Reading, cues: list[Cue], context: Context) -> Measured:
    figure = reading.figure
    doubt = figure.doubt or _unlikely(view, reading, context)
    if doubt:
        return Measured(reading, reason=doubt)
    near = _of_sentence(reading, cues, context.sentences)
    if reading.dimension in ("cell", "platelet", "particle"):
        return _cells(view, reading, near, context)
    if reading.dimension in _AMOUNTS:
        return _given_amount(view, reading, near, context)
    return others.measure(view, reading, near)


def _unlikely(view: str, reading: Reading, context: Context) -> str:
    """Why a figure of cells, or an amount, cannot be meant as it reads; empty if it can."""
    figure = reading.figure
    amount = reading.dimension in (*_AMOUNTS, "cell", "platelet", "particle")
    if amount and context.broken and figure.core < MAX_INDENT and not view[: figure.core].strip():
        return "the rest of a number that a line break split"
    if reading.dimension not in ("cell", "platelet", "particle"):
        return ""
    if figure.high <= 0:
        return "no number of cells"
    if figure.scaled and _falls_at_slash(view, figure):
        return "two figures with a slash"
    if _BLOOD_CELLS.search(view, figure.end, max(figure.end, reading.unit_end)):
        return "cells of the blood"
    if _is_blood_count(view, reading):
        return _DENIED["blood"]
    if _IN_SO_MANY.search(view, max(0, figure.start - 60), figure.start):
        return "so many cells hold one of a kind"
    if _is_no_treatment(view, reading, context):
        return "microbes or germ cells"
    if _is_limit(view, reading, context):
        return "a limit below which nothing is given"
    if _SPACED_POINT.search(view, max(0, figure.core - 6), figure.core):
        return "the rest of a number with blanks around its point"
    if context.true_e and TEN_E in figure.repairs:
        return "10eN in a text that writes 1eN for powers"
    if not figure.scaled and any(number.value % 1 for number in figure.numbers):
        return "a fraction of a cell"
    if not figure.scaled and _in_years(view, figure, in_row=bool(context.table_head)):
        return "a year"
    if (
        not figure.scaled
        and "," not in view[figure.start : figure.end]
        and _CODE.search(view, max(0, figure.core - 12), figure.core)
    ):
        return "a number in a product's name"
    if not figure.scaled and _LOST_POWER.fullmatch(view[figure.core : figure.end]):
        return "a bare power with a lost superscript, or a plain number"
    return ""


def _is_blood_count(view: str, reading: Reading) -> bool:
    """True for a ``nK`` behind the cells that it counts: ``platelets 33K``; doses are not written so."""
    before = reading.source in NOT_BEHIND or (reading.source == "ellipsis" and reading.dimension == "platelet")
    return before and any(view[each.scale_start : each.end].strip() in ("k", "K") for each in reading.figure.numbers)


_IN_SO_MANY = re.compile(
    r"(?:(?<![\w.,])(?:1|one|a\ssingle)\s(?:(?!of\b|dose|injection|infusion|patient|subject)[A-Za-z+-]+\s){0,3}"
    r"(?:in|per|among|out\sof)|\bper)\s$",
    re.IGNORECASE,
)
"""Before the number of cells that something is counted in: ``1 leukemic cell in 10^4 cells``, ``copies per 10^6``."""


@functools.cache
def _other_cells() -> re.Pattern[str]:
    words = alternation(listed("other_cells"))
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)


_AFTER_OF = re.compile(r"\s(?:of|from|as)\s(?:[\w.-]+\s){0,2}?")
_GENERIC = re.compile(r"(?:\s(?:live|living|viable|motile))?(?:\s?cells?)?", re.IGNORECASE)
_NEAR_BEFORE = 100


def _is_no_treatment(view: str, reading: Reading, context: Context) -> bool:
    """True for microbes and germ cells: ``viable bacteria cells``, ``live cells of Lactobacillus``, semen."""
    figure, other = reading.figure, _other_cells()
    if reading.noun is not None and other.search(view, figure.end, reading.noun[1]):
        return True
    of = _AFTER_OF.match(view, reading.unit_end)
    if (of is not None and other.match(view, of.end())) or other.match(view, figure.end + 1):
        return True
    if reading.noun is not None and not _GENERIC.fullmatch(view, figure.end, reading.noun[1]):
        return False
    start = max(sentence_of(figure.start, context.sentences).start, figure.start - _NEAR_BEFORE)
    return other.search(view, start, figure.start) is not None


_CONDITION = re.compile(r"\b(?:if|unless|when|whose|whenever|in\scase)\b[^.;,\n]{0,60}$", re.IGNORECASE)
_DENIES = re.compile(
    r"[^.;\n]{0,60}\b(?:(?:will|can|could|should|must|may|are|is|were|was)\snot|cannot|never|ineligible|excluded)\b"
)
"""What a limit is said to deny, behind it."""


def _is_limit(view: str, reading: Reading, context: Context) -> bool:
    """True for what a product must not fall below: ``if fewer than 10^6 cells/kg``, ``less than 10^6 … will not``."""
    figure = reading.figure
    if figure.bound != "less_than":
        return False
    sentence = sentence_of(figure.start, context.sentences)
    start, end = max(sentence.start, figure.start - 80), max(reading.unit_end, sentence.end)
    return bool(_CONDITION.search(view, start, figure.start) or _DENIES.match(view, reading.unit_end, end))


def _falls_at_slash(view: str, figure: Figure) -> bool:
    """True for ``48 × 10^6/2.0 × 10^6``, two doses of which the second is smaller; arms of a list climb."""
    match = _SLASHED.match(view, figure.end)
    return match is not None and Decimal(match.group(1)) < figure.numbers[-1].mantissa


def _in_years(view: str, figure: Figure, *, in_row: bool) -> bool:
    """True for ``since 2010``, ``2008–2012``, ``Doe/2012`` and, in the row of a table, ``Doe 2012 Spain``."""
    if not all(_YEAR.fullmatch(view[number.start : number.end]) for number in figure.numbers):
        return False
    before = view[max(0, figure.core - 16) : figure.core]
    if len(figure.numbers) > 1 or _DATED.search(before) or _OF_AUTHOR.search(before):
        return True
    return in_row and _COUNTS_CELLS.match(view, figure.end) is None


def _is_adjective(view: str, cue: Cue) -> bool:
    """True for a participle that only describes: ``cultured, bone marrow-derived stem cells``, ``selected cases``."""
    if cue.surface == "well":
        return _A_WELL.search(view, max(0, cue.start - 16), cue.start) is None
    if cue.surface == "expansion":
        return _OF_A_TRIAL.match(view, cue.end) is not None
    if cue.surface == "apheresis":
        return _OF_A_UNIT.match(view, cue.end) is not None
    if cue.kind not in NOT_GIVEN or not cue.surface.endswith("ed"):
        return False
    if view[cue.start - 1 : cue.start] == "-" and _OF_A_GRAFT.match(view, cue.end):
        return True
    if _SOME_OF_THEM.match(view, cue.end):
        return True
    other = _OR_ED.match(view, cue.end)
    start = other.end() if other else cue.end + (view[cue.end : cue.end + 1] == ",")
    noun = find_noun(view, start, frozenset())
    return noun is not None and not any(character.isdigit() for character in view[cue.end : noun[1]])


_A_WELL = re.compile(r"(?:\b(?:per|each|every|an?|the|one|single|same|of|culture|plate)\s|[/\d]\s?|-)$", re.IGNORECASE)
"""Before a well that cells lie in; ``as well as`` and ``well tolerated`` are none."""

_OF_A_GRAFT = re.compile(r"\s(?:grafts?|transplants?|products?|marrow|bone\smarrow)\b")
"""Behind a participle that a marker is joined to: ``CD34-selected grafts``."""

_OF_A_TRIAL = re.compile(r"\s(?:cohorts?|arms?|groups?|parts?)\b")
"""Behind the expansion of a trial, not of cells."""

_OF_A_UNIT = re.compile(r"\s(?:units?|platelets?|concentrates?)\b")
"""Behind the apheresis by which what is given was won: ``one apheresis unit``."""

_OR_ED = re.compile(r"\s(?:or|and)\s[a-z]{3,12}ed\b")
"""Behind a participle: another one, ``selected or cultured cells``."""

_DOSE_OF = {"cell": "cell_dose", "platelet": "platelet_dose", "particle": "particle_dose"}

_DENIED = {
    "blood": "a count in blood or body fluid",
    "culture": "a density in culture",
    "assay": "a count in an assay",
    "supply": "what is supplied, not what is given",
}


def _cells(view: str, reading: Reading, cues: list[Cue], context: Context) -> Measured:
    """A number of cells: a dose if it is given."""
    measure = _DOSE_OF[reading.dimension]
    reading = _suspended(view, reading, cues, context)
    if reading.sense in _DENIED:
        return Measured(reading, reason=_DENIED[reading.sense])
    if giving.only_yields(view, reading):
        return Measured(reading, reason=giving.ONLY_YIELDS)
    whole = giving.of_what_is_given(view, reading)
    if whole is not None:
        return Measured(reading, measure, cue=whole.surface)
    sentence = sentence_of(reading.figure.start, context.sentences)
    cues = giving.unspent(view, giving.without_means(view, cues, reading), reading, sentence)
    cues = giving.with_yield(view, cues, reading, sentence)
    given = nearest(cues, GIVEN, reading) or _route_beside(view, reading, context)
    denied = nearest(cues, NOT_GIVEN, reading)
    if given is None and denied is None:
        given = _given_unsaid(view, reading, sentence)
        reading = giving.as_it_worked(view, reading, given)
    if reading.source == "arm" and denied is None:
        return Measured(reading, measure, cue="arm")
    if reading.sense == "concentration":
        if denied is not None and denied.kind == "culture":
            return Measured(reading, reason=_DENIED["culture"])
        if (
            denied is not None
            and denied.kind == "natural"
            and (given is None or nearest([denied, given], (*GIVEN, "route", "natural"), reading) is denied)
        ):
            return Measured(reading, reason=f"{denied.surface!r} stands nearer than anything that says it is given")
        counted = nearest(cues, ("assay",), reading)
        if counted is not None and (given is None or not _outweighs(view, given, counted, cues, reading)):
            return Measured(reading, reason=_DENIED["assay"])
        return Measured(reading, "concentration", cue=given.surface if given else "")
    if given is not None and (denied is None or _outweighs(view, given, denied, cues, reading)):
        return Measured(reading, measure, cue=given.surface)
    if denied is not None and (given := giving.given_next(view, reading, denied)) is not None:
        return Measured(reading, measure, cue=given.surface)
    if denied is not None:
        return Measured(reading, reason=f"{denied.surface!r} stands nearer than anything that says it is given")
    if _not_given_there(context):
        return Measured(reading, reason="it stands under what is not given")
    said_before = _sentence_before(view, reading, context)
    if reading.sense == "dose":
        if _tells_of_harvest(said_before):
            return Measured(reading, reason="what the sentence before harvests")
        return Measured(reading, measure, cue=f"per {reading.per}")
    if is_per_treated(view, max(reading.unit_end, reading.figure.tail)):
        return Measured(reading, measure, cue="per treatment")
    for text in (context.table_head, *context.headings, said_before):
        cue = next((cue for cue in find_cues(text) if cue.kind in GIVEN), None)
        if cue is not None:
            return Measured(reading, measure, cue=cue.surface)
    if context.below and (named := giving.named_by(view, reading, context.below)) is not None:
        return Measured(reading, measure, cue=named.surface)
    if (context.delivered or any(names_route(cell) for cell in context.row)) and not _heads_deny(context):
        return Measured(reading, measure, cue="a route in the row")
    return Measured(reading, reason="nothing says that these cells are given")


def _tells_of_harvest(text: str) -> bool:
    """True if a sentence speaks of a harvest and of nothing given."""
    kinds = {cue.kind for cue in find_cues(text)}
    return "harvest" in kinds and not kinds.intersection(GIVEN)


def _not_given_there(context: Context) -> bool:
    """True if the heads of a cell of a table speak of a harvest, a culture or a supply, and of nothing given."""
    kinds = {cue.kind for text in context.heads for cue in find_cues(text)}
    return not kinds.isdisjoint(("harvest", "culture", "supply")) and kinds.isdisjoint(GIVEN)


def _heads_deny(context: Context) -> bool:
    """True if what a cell stands under says that its cells are not given: ``Cells harvested``."""
    denying = set(NOT_GIVEN) - {"other_agent"}  # which may be part of a product's name
    return any(cue.kind in denying for text in context.headings for cue in find_cues(text))


def names_route(cell: str) -> bool:
    """True for the cell of a table that says how something is given: ``IM, 30 sites``."""
    found = load("route").find(cell[:MAX_INDENT])
    return bool(found) and found[0].start == 0


def is_route(line: str) -> bool:
    """True for a line that says nothing but how something is given: ``Intravenous/subcutaneous``."""
    found = load("route").find(line) if len(line) <= MAX_INDENT else []
    rest = "".join(line[left.end : right.start] for left, right in itertools.pairwise(found))
    whole = bool(found) and found[0].start == 0 and found[-1].end == len(line.rstrip(" ."))
    return whole and _BETWEEN_ROUTES.fullmatch(rest) is not None


_BETWEEN_ROUTES = re.compile(r"(?:[\s/,&+]|and|or)*", re.IGNORECASE)

_SUSPENSION = re.compile(r"\bsuspen(?:sion|ded)\b", re.IGNORECASE)
_CONCENTRATION_OF = re.compile(r"\bconcentration\s(?:of|was|is)\s(?:about\s|approximately\s)?$", re.IGNORECASE)
_MICROLITERS = Decimal(1000)
"""In a millilitre."""


def _suspended(view: str, reading: Reading, cues: list[Cue], context: Context) -> Reading:
    """Cells per microlitre of a suspension that is given, as its concentration: blood is counted so, but not given."""
    figure = reading.figure
    if reading.per != "µL" or not _CONCENTRATION_OF.search(view, max(0, figure.start - 40), figure.start):
        return reading
    sentence = sentence_of(figure.start, context.sentences)
    given = any(
        cue.kind == "given" and cue.start > figure.start and cue.surface.endswith(("ed", "given")) for cue in cues
    )
    if not given or not _SUSPENSION.search(view, sentence.start, figure.start):
        return reading
    return replace(reading, unit=f"{reading.dimension}/mL", factor=_MICROLITERS, per="mL", sense="concentration")


def _given_unsaid(view: str, reading: Reading, sentence: Span) -> Cue | None:
    """What says that cells are given where no cue of the sentence does, nor one that they are not."""
    return (
        giving.told_by_its_words(view, reading)
        or giving.had_by_subjects(view, reading, sentence)
        or giving.used_by_others(view, reading)
        or giving.worked(view, reading, sentence)
        or giving.filled_in(view, reading, sentence)
        or giving.offered(view, reading)
        or giving.of_an_arm(view, reading)
    )


ROUTE_REACH = 60
"""Characters within which a route tells that cells are given: ``5 million MSCs intra-articular``."""


def _route_beside(view: str, reading: Reading, context: Context) -> Cue | None:
    """The nearest route named beside a figure in its sentence."""
    sentence = sentence_of(reading.figure.start, context.sentences)
    start = max(sentence.start, reading.figure.start - ROUTE_REACH)
    end = min(max(sentence.end, reading.unit_end), reading.unit_end + ROUTE_REACH)
    routes = load("route").find(view[start:end])
    cues = [Cue(start + route.start, start + route.end, "route", route.label) for route in routes]
    beside = [cue for cue in cues if cue.end <= reading.figure.start or cue.start >= reading.unit_end]
    return nearest(beside, ("route",), reading)


def _sentence_before(view: str, reading: Reading, context: Context) -> str:
    """The sentence before a figure's own, else the text before the block."""
    sentence = sentence_of(reading.figure.start, context.sentences)
    index = bisect_left(context.sentences, sentence) - 1
    return view[context.sentences[index].start : context.sentences[index].end] if index >= 0 else context.before


def _outweighs(view: str, given: Cue, denied: Cue, cues: list[Cue], reading: Reading) -> bool:
    """True if the cue that says a number is given counts more than the one that says it is not.

    The nearer counts. But ``an injection of`` the figure decides alone, and a harvest or supply that is then given is a
    dose: ``were aspirated and injected``.
    """
    if any(
        _is_vessel(cue) and _IS_THEN.fullmatch(view[cue.end : given.start]) for cue in cues if cue.end <= given.start
    ):
        return False  # flasks were inoculated: a vessel is no subject
    if distance(given, reading) <= distance(denied, reading):
        return True
    if denied.kind in ("harvest", "supply") and giving.is_then_given(view, reading, cues):
        return True
    figure = reading.figure
    if given.end <= figure.start and _holds(view, given, figure):
        return True
    if denied.end <= figure.start and _is_told_of_it(view, given, reading):
        return _NEW_CLAUSE.search(view, denied.end, figure.start) is not None
    if denied.kind not in ("harvest", "supply") or denied.start < figure.start:
        return False
    return any(
        cue.kind == "given" and denied.end <= cue.start and _AND_THEN.fullmatch(view[denied.end : cue.start])
        for cue in cues
    )


def _holds(view: str, given: Cue, figure: Figure) -> bool:
    """True for ``an injection of`` a figure, and ``a dose of the product consists of`` one."""
    gap = view[given.end : figure.start]
    if _HELD.fullmatch(gap) is not None:
        return True
    return given.kind == "dose" and (_CONSISTS.fullmatch(gap) or _HELD_BEFORE_OR.fullmatch(gap)) is not None


_CONSISTS = re.compile(r"\sof\s[\w®™-]{2,24}\s(?:consists\sof|contains|comprises|holds)\s(?:a\s)?")
_HELD_BEFORE_OR = re.compile(r"\sof\s(?=[\d~<>≥≤])[^,;:()\n]{1,40}\sor\s")
"""Between a dose and the second figure that it holds: ``doses of 2 × 10^5 CFU-GM or``."""

_TOLD_OF_IT = re.compile(r"\s(?:(?:may|can|must|should|will|shall|could)\s(?:then\s)?be|was|were|is|are)\s(?:then\s)?")
_NEW_CLAUSE = re.compile(r"[,;]\s|\b(?:and|but|then)\s")


def _is_told_of_it(view: str, given: Cue, reading: Reading) -> bool:
    """True for the verb of which a figure is the subject: ``5 million cells may be given``."""
    return given.kind == "given" and _TOLD_OF_IT.fullmatch(view[reading.unit_end : given.start]) is not None


def _is_vessel(cue: Cue) -> bool:
    """True for what yields or holds cells: a flask, a biopsy."""
    return cue.kind == "culture" or (cue.kind == "harvest" and not cue.surface.endswith("ed"))


def _given_amount(view: str, reading: Reading, cues: list[Cue], context: Context) -> Measured:
    """A volume or mass: of a dose if it is given, or if it is what the product is suspended in."""
    measure = "volume" if reading.dimension == "volume" else "mass_dose"
    if measure == "mass_dose" and _EACH.search(view, max(0, reading.figure.start - 10), reading.figure.start):
        return Measured(reading)  # 3 mL for each 100 g of kidney weight
    if measure == "volume" and giving.is_source(view, reading):
        return Measured(reading)
    given, denied = nearest(cues, GIVEN, reading), nearest(cues, NOT_GIVEN, reading)
    if denied is not None and (given is None or not _outweighs(view, given, denied, cues, reading)):
        return Measured(reading)
    if given is None and measure == "volume" and _said_above(context):
        given = nearest(cues, ("volume",), reading)
    return Measured(reading) if given is None else Measured(reading, measure, cue=given.surface)


def _said_above(context: Context) -> bool:
    """True if what the block stands under, or the block before it, speaks of giving."""
    return any(cue.kind in GIVEN for text in (*context.headings, context.before) for cue in find_cues(text))
