"""Figures of a table whose unit stands in a header: ``Dose (×10⁶ cells/kg)`` over ``2``.

The header's unit is written behind the cell's numbers and the whole is read as running text would be, so that one
grammar reads both. A unit phrase is whatever the grammar reads as a unit behind a number: no list says so.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from litclaims.extract.quantity.cues import GIVEN, find_cues
from litclaims.extract.quantity.intervals import BEFORE_BRACKET, Figure, find_figures
from litclaims.extract.quantity.units import (
    CELLS,
    NOT_BEHIND,
    SMALLEST_BARE,
    Reading,
    mentions_cells,
    named_units,
    not_treated,
    read_units,
)
from litclaims.vocab import load

REPAIR = "unit read from the table's header"
"""What a figure that was read so names among its repairs."""

MAX_CELL, MAX_HEADER = 60, 200
"""Characters of a cell of figures, and of a header: longer ones are running text."""

_BARE = re.compile(
    r"[\s(<>≤≥~±]{0,4}\d[\d\s.,·()<>≤≥~±*×x^⁰¹²³⁴-⁹–-]*(?:(?:to|or|and|vs\.?|versus|\()[\s\d.,()–±-]+){0,4}"
)
"""Numbers with what joins them; letters only in the words of a range or a list."""

_ARMS = re.compile(r"\d[\d.,]{0,8}(?:\s/\s\d[\d.,]{0,8}){2,7}")
"""Three or more figures with slashes and blanks between them: ``20 / 100 / 200``; two may be a share of others."""

_OWN_PER = re.compile(r"\s?(?:/\s?|per\s)kg\s{0,2}\Z")
"""What a cell says itself that its figure is per, under a head that does not."""

_MARKS = re.compile(r"(?:[\s*†‡§¶#ᵃ-ᶿ,]|(?<!10)[⁰¹²³⁴-⁹])+\Z")
_BRACKET = re.compile(r"[(\[]([^()\[\]\n]{1,60}(?:\(\d{1,2}\)[^()\[\]\n]{0,20})?)[)\]]")
_POWER_BEHIND = re.compile(
    r"(?P<unit>[^\d\s][^\n]{1,30}?)\s?[x×X*·]\s?(?P<power>10\s?(?:[⁰¹²³⁴-⁹]{1,2}|\^\d{1,2}|\(\d{1,2}\)))"
)
_POWER = re.compile(r"(?:[x×X*·]\s?)?(?=10\s?(?:[⁰¹²³⁴-⁹^]|\*\*|\(\d|e\d))")
_LONE_POWER = re.compile(r"10\s?(?:[⁰¹²³⁴-⁹]{1,2}|\^\s?\d{1,2}|\*\*\d{1,2}|\(\d{1,2}\))")
_TEN = re.compile(r"(?<![\d.])10\s?[⁰¹²³⁴-⁹^(*]|\d[eE]\+?\d")
_ONE, _MANY = "1 ", "10,000 "
_MILLIONS = "1 million "

_TOLD = re.compile(r"\s\((?:[a-z][a-z -]{2,20}|[nN]\s?=\s?\d{1,5})\)\Z")
"""What a head tells behind its unit in brackets: ``(total)``, ``(median)``, ``(n = 7)``."""

_BODY = re.compile(r"(?<=kg)\s(?:of\s)?(?:BW|b\.?w\.?|body\s?-?weight)\Z", re.IGNORECASE)
"""Whose kilograms a unit is of."""

_CELL_DOSE = re.compile(r"\bcells?[\s-](?:dos(?:es?|ages?)|numbers?|mass)\b", re.IGNORECASE)
_NUMBER_OF = re.compile(r"\b(?:numbers?|no\.|total)(?!\w)", re.IGNORECASE)
"""What a head counts its cells with, if it does not say that they are given."""

_PLURALS = {"cell": "cells", "platelet": "platelets", "particle": "particles"}
_OTHER_PER = re.compile(r"/(?!\s?(?:kg|kilo|m2|m²|m\^2))|%|\bper\s(?!kg|kilo|m2|m²|m\^2)", re.IGNORECASE)

_PER_BODY = re.compile(r"(?:/\s?|\bper\s)(?:kg|kilo|kilogram|m2|m²|m\^2)\b", re.IGNORECASE)
_STATED_IN = re.compile(
    r"\b(?:doses?|numbers?|figures|values)\s(?:[a-z]{1,16}\s){0,5}?(?:(?:are|is)\s|in\s|as\s)(?:(?:given|shown|stated|expressed|in|as|the|number|of)\s){0,5}"
    r"(?P<unit>[^.;:,\d(]{0,20}(?:CD\d{1,2}\+?)?[^.;:,\d()]{0,30}?(?:/\s?|\sper\s)(?:kg|kilogram|m2|m²))(?!\w)",
    re.IGNORECASE,
)
"""What the text before a table says of all its doses: ``All doses are CD3+ cells per kg``."""

MAX_LEAD = 1_000
"""Characters before a table that may say what its doses are told in."""

NO_PER = "the table says per kg or m², and may mean it of this figure"


@dataclass(frozen=True, slots=True)
class Composed:
    """A cell with the unit of its header behind it.

    Attributes:
        text: what the grammar reads.
        length: how many of its characters are the cell's own.
    """

    text: str
    length: int


def compose(
    view: str, headers: Sequence[str], nouns: frozenset[str], *, lead: Callable[[], str] = str, counted: str = ""
) -> Composed | None:
    """A cell of bare figures with the unit of the nearest header that gives one; None if it needs or finds none.

    Args:
        view: the cell's view.
        headers: the cell's headers and labels, the nearest first, as views.
        nouns: further cell words, singular.
        lead: gives the text before the table, which may say what all its doses are.
        counted: what :func:`counted` reads from its headers, for figures that need no power.
    """
    bare = _MARKS.sub("", view)
    per = _OWN_PER.search(bare)
    bare = bare[: per.start()] if per else bare
    if len(view) > MAX_CELL or not bare or not (_BARE.fullmatch(bare) or _ARMS.fullmatch(bare)):
        return None
    phrases = dict.fromkeys(phrase for header in headers if (phrase := unit_phrase(header, nouns)))
    figures = find_figures(bare) if not phrases else []
    if figures and all(figure.scaled for figure in figures):
        phrases = dict.fromkeys(unit_of_all(lead(), nouns))
    if not phrases and counted and figures and all(_is_many(figure) for figure in figures):
        phrases = {counted: None}
    if len(phrases) != 1:  # a unit in the row and another in the column: which one is meant?
        return None
    phrase = next(iter(phrases))
    if phrase.startswith("×") and _TEN.search(bare):  # 2 × 10⁶ below (×10⁶): said twice, or multiplied?
        return None
    if per is not None:
        if "/" in phrase or " per " in phrase or not mentions_cells(phrase, nouns):  # per kg, under a head of its own?
            return None
        phrase = f"{phrase}{per.group().rstrip()}"
    return Composed(f"{bare} {phrase}", len(bare))


@functools.lru_cache(maxsize=4096)  # a header governs many cells
def unit_phrase(header: str, nouns: frozenset[str] = frozenset()) -> str:
    """The unit that a header gives for the figures below it, as it is written behind a number; empty if none.

    It stands in brackets, behind a comma, or is all that the header says. Where only its power is told, the cell word
    of the header counts: ``Cells injected (×10⁶)``.
    """
    if len(header) > MAX_HEADER:
        return ""
    bracketed = [match.group(1) for match in _BRACKET.finditer(header)]
    behind = reversed(header.split(",")[1:])  # CD34+ cells infused, × 10⁶/kg, median
    for candidate in (*reversed(bracketed), *behind, header):
        phrase = _in_order(_BODY.sub("", _TOLD.sub("", candidate.strip())))
        if _is_unit(phrase, nouns) or _is_rate(phrase, nouns):
            return phrase
        if mentions_cells(header, nouns):
            for scale in (phrase.removesuffix("s"), phrase):  # (×10⁶), (millions)
                if _is_scale(scale) and _is_unit(f"{scale} cells", nouns):
                    return f"{scale} cells"
    return ""


def counted(headers: Sequence[str], nouns: frozenset[str] = frozenset()) -> str:
    """What headers without a unit in brackets say that figures of thousands below them count; empty if they differ.

    ``Final cell dose`` and ``Total cells`` count cells, ``T cells infused/kg`` counts them per kg.
    """
    phrases = dict.fromkeys(phrase for header in headers if (phrase := _counted_by(header, nouns)))
    return next(iter(phrases)) if len(phrases) == 1 else ""


@functools.lru_cache(maxsize=4096)
def _counted_by(header: str, nouns: frozenset[str]) -> str:
    """What one header says that the figures below it count."""
    if len(header) > MAX_HEADER or _OTHER_PER.search(header):
        return ""
    units = {unit for _, unit in named_units(header, nouns)} | ({"cell"} if _CELL_DOSE.search(header) else set())
    if len(units) != 1:
        return ""
    if not (_NUMBER_OF.search(header) or any(cue.kind in GIVEN for cue in find_cues(header))):
        return ""
    per = _PER_BODY.search(header)
    return f"{_PLURALS[units.pop()]} {per.group() if per else ''}".rstrip()


def _in_order(phrase: str) -> str:
    """A unit phrase with its power first and a sign before that: ``10⁶/kg``, ``cells/kg × 10⁶``."""
    behind = _POWER_BEHIND.fullmatch(phrase)
    if behind is not None:
        return f"× {behind.group('power')} {behind.group('unit')}"
    return _POWER.sub("× ", phrase, count=1) if _POWER.match(phrase) else phrase


def _is_scale(phrase: str) -> bool:
    """True if a phrase is a power or a multiplier, and no unit by itself."""
    figures = find_figures(_ONE + phrase)
    return len(figures) == 1 and figures[0].scaled and figures[0].end == len(_ONE + phrase)


def _behind(number: str, phrase: str, nouns: frozenset[str]) -> Reading | None:
    """The reading of a phrase behind a number; None if it is no unit to its last character."""
    if not phrase or phrase[0].isdigit():
        return None
    text = number + phrase
    figures = find_figures(text)
    if len(figures) != 1 or figures[0].start != 0:
        return None
    reading = read_units(text, figures, nouns=nouns)[0]
    whole = reading.unit_end == len(text) or (reading.dimension in CELLS and _is_treated(text[reading.unit_end :]))
    return reading if reading.unit and whole else None


_TREATED = re.compile(r"\s?(?:/|\bper\s|\beach\s)\s?")


def _is_treated(rest: str) -> bool:
    """True for what a dose is per: ``/knee``, `` per injection``; cells in a well are none."""
    match = _TREATED.match(rest)
    found = load("basis").find(rest[match.end() :]) if match else []
    return (
        bool(found)
        and (found[0].start, found[0].end) == (0, len(rest) - match.end())
        and found[0].label not in not_treated()
    )


def _is_unit(phrase: str, nouns: frozenset[str]) -> bool:
    """True if the phrase behind a number is a unit to its last character."""
    reading = _behind(_ONE, phrase, nouns)
    return reading is not None and reading.dimension not in ("count", "money")


def _is_rate(phrase: str, nouns: frozenset[str]) -> bool:
    """True for what is counted per something, without a scale: ``CD3+ cells per kg``."""
    if "/" not in phrase and " per " not in phrase:
        return False
    readings = (_behind(number, phrase, nouns) for number in (_MANY, _MILLIONS))  # a marker counts behind a scale
    return any(reading is not None and reading.dimension in CELLS for reading in readings)


def unit_of_all(lead: str, nouns: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The unit that the text before a table gives for its doses, none or one."""
    phrase = _stated(lead)
    return (phrase,) if _is_rate(phrase, nouns) else ()


@functools.lru_cache(maxsize=64)  # asked for each cell of a table
def _stated(lead: str) -> str:
    """What the text before a table says its doses are told in per weight, as it stands there."""
    stated = _STATED_IN.search(lead[-MAX_LEAD:])
    return stated.group("unit").strip() if stated else ""


@functools.lru_cache(maxsize=4096)
def names_dose(head: str) -> bool:
    """True for a head that speaks of a dose, in no unit of its own and of no other agent."""
    kinds = {cue.kind for cue in find_cues(head)}
    return "dose" in kinds and "other_agent" not in kinds and "(" not in head


@functools.lru_cache(maxsize=4096)
def names_kind(head: str) -> bool:
    """True for a head that says what cells are meant and counts none: ``Source of MSCs``."""
    return mentions_cells(head) and not find_cues(head) and _NUMBER_OF.search(head) is None


def speaks_of_weight(head: str) -> bool:
    """True for a head that says per kg or m²."""
    return _PER_BODY.search(head) is not None


def without_lost_per(findings: Sequence, headers: Sequence[str], lead: Callable[[], str]) -> list:
    """The findings of a cell, plain numbers of cells left open where its table speaks of them per kg."""
    plain = [finding.is_cells and finding.measure and not finding.per for finding in findings]
    said = any(plain) and any(_PER_BODY.search(header) for header in headers if len(header) <= MAX_HEADER)
    if not any(plain) or not (said or _stated(lead())):
        return list(findings)
    return [
        replace(finding, measure="", reason=NO_PER) if is_plain else finding
        for finding, is_plain in zip(findings, plain, strict=True)
    ]


_ENDS = re.compile(
    r"\s{0,3}(?:$|[(\[,;:|)+*†‡§¶]|\n|per\s(?:injection|infusion|patient|dose)\b|in\sa\stotal\b)|\s{1,3}(?:\d|[A-Z][a-z]|(?:I[AMPTV]|[HP][AV]|N[ADRS])\b)"
)
"""What may stand behind a power that names no cells itself, under a head that does: the next column, but no unit."""

MAX_APART = 40
"""Characters between figures that one head can mean: of two that stand farther apart one may be of another column."""


def filled(view: str, readings: Sequence[Reading], phrase: str, nouns: frozenset[str]) -> list[Reading]:
    """The readings of a table's text, powers that name no unit with the one that its head gives.

    Args:
        phrase: the unit as :func:`counted` gives it; empty if the head gives none.
    """
    unit = _behind(_MILLIONS, phrase, nouns) if phrase else None
    if unit is None or unit.dimension not in CELLS or (not unit.per and speaks_of_weight(view)):
        return list(readings)
    open_ones = [one for one in readings if _needs_unit(view, one)]
    if any(after.figure.start - one.figure.end > MAX_APART for one, after in itertools.pairwise(open_ones)):
        return list(readings)
    return [
        replace(unit, figure=one.figure, unit_end=one.figure.end, source="before", noun=None)
        if one in open_ones
        else one
        for one in readings
    ]


def _is_many(figure: Figure) -> bool:
    return min(side for side in (figure.low, figure.high) if side is not None) >= SMALLEST_BARE


def _needs_unit(view: str, reading: Reading) -> bool:
    """True for a power or a multiplied number that nothing follows which it may count."""
    figure = reading.figure
    bare = not reading.unit or reading.source in NOT_BEHIND
    if figure.rule == BEFORE_BRACKET and view[: figure.start].strip():
        return False  # 30 (0.8–20) × 10^6 in a row: the number may be of the column before
    return (
        bare
        and figure.scaled
        and not figure.doubt
        and figure.high >= SMALLEST_BARE
        and bool(_ENDS.match(view, figure.tail))
    )


def is_lone_power(figure: str) -> bool:
    """True for a power without a factor, as it stands in a header: ``10⁶`` of ``Dose (10⁶ cells)``."""
    return _LONE_POWER.fullmatch(figure.strip()) is not None


def back_in_cell(findings: Sequence, composed: Composed) -> list:
    """The findings of a composed text as findings of the cell: spans end where the cell does, the repair is named."""
    return [
        replace(
            finding,
            end=min(finding.end, composed.length),
            unit_end=min(finding.unit_end, composed.length),
            noun=None,
            repairs=(*finding.repairs, REPAIR),
        )
        for finding in findings
        if finding.start < composed.length
    ]
