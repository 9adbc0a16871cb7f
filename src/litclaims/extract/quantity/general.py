"""Spans of quantities in general science text: counts and measurements with their units and the words that bound them.

What counts is what the MeasEval guidelines say: a value with its unit, its tolerance and the contiguous words of a
bound or an approximation (``at least 5 h``, ``∼30 K``, ``from 3 to 9 mm``); a range or a list is one span; of a count
the number alone (``three`` cores). Labels (``Fig. 3``, ``phase 2``), references, formulas, names (``Apollo 11``) and
years of publications are none. Numbers and their joining are those of the grammar that reads the doses
(:mod:`~litclaims.extract.quantity.intervals`); here only units and the choice of what is a quantity are added.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from litclaims.extract.quantity.intervals import Figure, bound_rows, find_figures
from litclaims.extract.quantity.science_units import phrase_pattern, unit_pattern
from litclaims.model import Span
from litclaims.segment.view import view
from litclaims.vocab.wordlist import Row, alternation, rows

NEAR = 40
"""Characters before a term within which the word that governs it stands."""

MAX_GAP = 12
"""Characters between two terms of one range or list."""

MAX_BOUNDS = 3
"""Bounds that may pile up before a figure: ``up to at least ∼3 m``."""

_NUMBERS_ONLY = re.compile(r"[\[(]\s?\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){0,40}\s?[\])]")
"""Brackets around nothing but numbers: references, or the number of an equation."""

_SIGN = re.compile(r"(?<![\w)\]%])[-+±]\s?$")
_TOLERANCE = re.compile(r"\s{0,2}(?:±|\+/-)\s{0,2}\d{1,12}(?:\.\d{1,12})?")
_RATIO = re.compile(r"[:/]")
_PRODUCT = re.compile(r"\s?×\s?")
_SCALED_BRACKET = re.compile(r"\)\s?×\s?")
_LIST = re.compile(r"\s?,\s?(?:and\s|or\s)?|\s(?:and|or)\s(?:the\s)?", re.IGNORECASE)
_AND = re.compile(r"\s{1,2}and\s{1,2}")
_BETWEEN = re.compile(r"\bbetween\s{1,2}$", re.IGNORECASE)
_YEARS = re.compile(r"(?:1[6-9]|20)\d\d(?:\D{1,6}(?:1[6-9]|20)\d\d)*")
_WORD_BEFORE = re.compile(r"([^\W\d_][^\W_]*(?:[-.'][^\W_]+)*)\.?\s{0,2}$")
_WORD_AFTER = re.compile(r"\s{1,2}([^\W\d_][\w'/-]*)")
_PAIRED = re.compile(r"(?:[^.;]|\.(?!\s)){0,160}?\brespectively\b|\s?vs\b")
_VERSUS = re.compile(r"\bvs\.?\s$")
_IN_FORMULA = re.compile(r"[\w)\]}][-–]?$|[\w)\]}][(\[]$|\{$")
_IN_CODE = re.compile(r"[^\W\d_][\w]*[-–](?:\w{1,9}[-–])?$")
_GOES_ON = re.compile(r"\s?=|\.\d|/\w|-[^\W\d_]")
"""What follows makes it something else: the name of a value (``0 = none``), a code (``2.3.1``), ``two-thirds``."""

_SHARE_OF = re.compile(r"\s?\(\d{1,3}(?:\.\d{1,3})?\s?%")
_PARTICIPLE = re.compile(r"[a-z]{2,}(?:ed|ing)")


@dataclass(frozen=True, slots=True)
class _Term:
    """A figure, or several joined, with the unit.

    Attributes:
        start, end: its characters: sign and what bounds it included, as far as they were read.
        core: where the first numeral begins.
        value_end: where the last numeral ends.
        unit: as written, empty if none stands there.
        words: True if it is spelt out (``three``).
        bounded: True if a bound was read with it.
        high: the upper end of the last figure.
        form: ``figure``, ``ratio``, ``product``, ``spread``, ``range``, ``list`` or ``date``.
    """

    start: int
    end: int
    core: int
    value_end: int
    unit: str
    words: bool
    bounded: bool
    high: Decimal
    form: str = "figure"


def quantity_spans(text: str) -> tuple[Span, ...]:
    """The spans of the quantities of a text, in order, none overlapping another. Time is linear in its length."""
    seen = view(text)
    dates = [_widened(seen, date) for date in _dates(seen)]
    terms = _joined(seen, _joined(seen, _terms(seen), _tight), _loose)
    terms = [_widened(seen, term) for term in _quantities(seen, terms)]
    phrases = [Span(match.start(), match.end()) for match in phrase_pattern().finditer(seen)]
    return _apart([*(Span(term.start, term.end) for term in (*dates, *terms)), *phrases])


def _apart(spans: list[Span]) -> tuple[Span, ...]:
    """The spans in order; of those that overlap the longer."""
    result: list[Span] = []
    for span in sorted(spans):
        if not result or result[-1].end <= span.start:
            result.append(span)
        elif len(span) > len(result[-1]):
            result[-1] = span
    return tuple(result)


def _words(role: str) -> list[Row]:
    return [row for row in rows("science_words", "role") if row.get("role") == role]


@functools.cache
def _set(role: str) -> frozenset[str]:
    return frozenset(row.surface.lower() for row in _words(role))


# Reading terms


@functools.cache
def _glued_unit() -> re.Pattern[str]:
    """A unit stuck to its number. The number grammar takes letters there that it does not know for a code."""
    return re.compile(rf"(?<=\d)(?=[A-Za-zµ]){unit_pattern()}")


@functools.cache
def _unit_after() -> re.Pattern[str]:
    return re.compile(rf"(?:\s{{0,2}}|-)(?P<unit>{unit_pattern()})")


def _terms(seen: str) -> list[_Term]:
    """Figures with the unit that follows each; what lies within a unit (``m-2``) is no figure."""
    masked = _glued_unit().sub(lambda match: " " * len(match.group()), seen)
    terms: list[_Term] = []
    reached = 0
    for figure in find_figures(masked):
        if figure.core >= reached:
            terms.append(_term(seen, figure, reached))
            reached = terms[-1].end
    return terms


def _term(seen: str, figure: Figure, reached: int) -> _Term:
    last = figure.numbers[-1]
    value_end = max(last.end, figure.end)
    if figure.spread is not None and len(figure.numbers) == 1:
        tolerance = _TOLERANCE.match(seen, last.end)  # a spread in per cent is kept out of the figure's numbers
        value_end = tolerance.end() if tolerance else value_end
    start = figure.core if seen[figure.start].isalpha() else max(reached, figure.start)
    sign = _SIGN.search(seen, max(reached, figure.core - 3), figure.core)
    if sign is not None:
        start = min(start, sign.start())
    unit = _unit_after().match(seen, value_end)
    end, symbol = (value_end, "") if unit is None else (unit.end(), unit.group("unit"))
    bounded = figure.bound not in ("exact", "range") or figure.spread is not None
    words = last.kind == "words"
    return _Term(start, end, figure.core, value_end, symbol, words, bounded, figure.high)


@functools.cache
def _date() -> re.Pattern[str]:
    month = alternation([row.surface for row in _words("month")])
    day = r"\d{1,2}(?:st|nd|rd|th)?"
    year = r"(?:1[6-9]|20)\d\d"
    return re.compile(
        rf"(?<![\w.-])(?:{day}\s{{1,2}}(?:{month})\.?(?:,?\s{{1,2}}{year})?|(?:{month})\.?\s{{1,2}}{day},?\s{{1,2}}{year}"
        rf"|(?:{month})\.?\s{{1,2}}(?:{year}|{day}))(?![\w])(?:\sUTC?\b)?"
    )


def _dates(seen: str) -> list[_Term]:
    """Calendar dates: a month with a day, a year, or both."""
    zero = Decimal(0)
    return [
        _Term(match.start(), match.end(), match.start(), match.end(), "date", False, False, zero, "date")
        for match in _date().finditer(seen)
    ]


# Joining terms


def _joined(seen: str, terms: list[_Term], how: Callable[[str, _Term, _Term], str]) -> list[_Term]:
    """Neighbours that make one quantity, each such row made one term."""
    result: list[_Term] = []
    for term in terms:
        if result and (form := how(seen, result[-1], term)):
            term = _both(seen, result.pop(), term, form)
        result.append(term)
    return result


def _both(seen: str, left: _Term, right: _Term, form: str) -> _Term:
    start = left.start - 1 if seen[left.end : left.end + 1] == ")" else left.start
    bounded = left.bounded or right.bounded
    return replace(right, start=start, core=left.core, unit=right.unit or left.unit, bounded=bounded, form=form)


def _tight(seen: str, left: _Term, right: _Term) -> str:
    """How two terms make one value, empty if they do not: ratio, clock time, product of sides, tolerance."""
    gap = seen[left.end : right.start]
    if len(gap) > MAX_GAP:
        return ""
    if not gap.strip():
        return "spread" if seen[right.start] == "±" and left.unit else ""
    if _RATIO.fullmatch(gap) and not (left.unit or left.words or right.words):
        return "ratio"
    if _SCALED_BRACKET.fullmatch(gap) and seen[max(0, left.start - 1)] == "(":
        return "product"
    return "product" if _PRODUCT.fullmatch(gap) else ""


@functools.cache
def _to() -> re.Pattern[str]:
    surfaces = [row.surface for row in _words("to")]
    words = alternation([surface for surface in surfaces if surface.isalpha()])
    signs = alternation([surface for surface in surfaces if not surface.isalpha()])
    return re.compile(rf"\s{{1,2}}(?:{words})\s{{1,2}}|\s?(?:{signs})\s?", re.IGNORECASE)


def _loose(seen: str, left: _Term, right: _Term) -> str:
    """How two values make one quantity, empty if they do not: a range or a list."""
    gap = seen[left.end : right.start]
    if not gap.strip() or len(gap) > MAX_GAP:
        return ""
    if _to().fullmatch(gap) and left.unit in ("", right.unit):
        return "range"
    if _AND.fullmatch(gap) and _BETWEEN.search(seen, max(0, left.start - MAX_GAP), left.start):
        return "range"
    return "list" if _LIST.fullmatch(gap) and _listed(seen, left, right) else ""


def _listed(seen: str, left: _Term, right: _Term) -> bool:
    """True if two terms make one list: rising values of one unit that nothing pairs with other things one by one."""
    if left.words or right.words or left.unit not in ("", right.unit):
        return False
    if _PAIRED.match(seen, right.end) or _VERSUS.search(seen, max(0, left.start - 5), left.start):
        return False
    return left.high < right.high or not left.unit


# Choosing quantities


def _quantities(seen: str, terms: list[_Term]) -> list[_Term]:
    """The terms that are quantities; what follows a label in a list is a label, too (``Figs. 1 and 3``)."""
    blocked = _blocked(seen)
    kept: list[_Term] = []
    label_end = -1
    for term in terms:
        gap = seen[label_end : term.start] if 0 <= term.start - label_end <= MAX_GAP else ""
        carried = label_end >= 0 and bool(_LIST.fullmatch(gap) or _to().fullmatch(gap))
        if _labelled(seen, term) or (carried and not term.unit[1:]):
            label_end = term.end
        elif not blocked[term.core] and _is_quantity(seen, term):
            kept.append(term)
    return kept


def _blocked(seen: str) -> bytearray:
    """For each character whether it lies within brackets that hold only numbers."""
    inside = bytearray(len(seen) + 1)
    for match in _NUMBERS_ONLY.finditer(seen):
        inside[match.start() : match.end()] = b"\x01" * len(match.group())
    return inside


def _labelled(seen: str, term: _Term) -> bool:
    """True after a word that numbers things. With a unit it is a label only where both are stuck together (``3A``)."""
    if term.bounded or (term.unit and (len(term.unit) > 1 or seen[term.value_end : term.value_end + 1] == " ")):
        return False
    return _word_before(seen, term.start).lower() in _set("label")


def _is_quantity(seen: str, term: _Term) -> bool:
    if _coded(seen, term) or (not term.unit and _GOES_ON.match(seen, term.end)):
        return False
    if term.unit or term.bounded:
        return True
    surface = seen[term.core : term.value_end]
    if term.words:
        return _counted(seen, term)
    if _YEARS.fullmatch(surface):
        return _dated(seen, term)
    if surface[0] == "0" and surface[1:2].isdigit():
        return False
    if "." in surface or term.form in ("ratio", "product") or seen[max(0, term.start - 2) : term.start].strip() == "=":
        return True
    return _bound(seen, term) is not None or _counted(seen, term)


def _coded(seen: str, term: _Term) -> bool:
    """True for a number within a formula or code: ``Ca(OH)2``, ``f(2, x)``, ``{111}``, ``hSOX2-23``."""
    if seen[term.start] in "~<>≤≥(≈":
        return False
    before = seen[max(0, term.start - 24) : term.start]
    return bool(_IN_FORMULA.search(before) or _IN_CODE.search(before))


def _word_before(seen: str, position: int) -> str:
    match = _WORD_BEFORE.search(seen[max(0, position - NEAR) : position])
    return match.group(1) if match else ""


def _word_after(seen: str, position: int) -> str:
    match = _WORD_AFTER.match(seen, position, position + NEAR)
    return match.group(1) if match else ""


def _dated(seen: str, term: _Term) -> bool:
    """True for years that date something, not a publication."""
    spelt_range = term.form == "range" or " to " in seen[term.core : term.value_end]
    return spelt_range or term.start < term.core or _word_before(seen, term.start).lower() in _set("dating")


def _counted(seen: str, term: _Term) -> bool:
    """True if a bare whole number counts what follows, or is the value of what stands before."""
    after, before = _word_after(seen, term.value_end), _word_before(seen, term.start)
    countable = bool(after) and after.lower() not in _set("closed")
    if term.words:
        return countable or _bound(seen, term) is not None
    if before.lower() in _set("value") or _SHARE_OF.match(seen, term.value_end):
        return True
    if before.lower() in _set("closed") or _PARTICIPLE.fullmatch(before):
        return countable
    if before:
        return countable and before.islower() and after.islower() and after.endswith("s")
    return countable and after.islower()


# The words of bounds


@functools.cache
def _bounds(unit: bool, several: bool) -> re.Pattern[str]:
    """What bounds a term: comparisons any, words of extent (``within``) one with a unit, ``from`` one of two values."""
    roles = ("comparison", "sign", *(("span",) if unit else ()), *(("range_word",) if several else ()))
    surfaces = [row.surface for role in roles for row in _words(role)]
    surfaces += [row.surface for row in bound_rows() if row.get("place") == "before"]
    words = alternation([surface for surface in surfaces if surface[0].isalpha()])
    signs = alternation([surface for surface in surfaces if not surface[0].isalpha()])
    return re.compile(rf"(?:(?<![\w-])(?i:{words})(?:\sa)?\s{{1,2}}|(?:{signs})\s?)$")


def _bound(seen: str, term: _Term) -> re.Match[str] | None:
    bounds = _bounds(bool(term.unit), term.form in ("range", "list") or seen[term.core : term.value_end].count(" ") > 0)
    return bounds.search(seen, max(0, term.start - NEAR), term.start)


def _widened(seen: str, term: _Term) -> _Term:
    """The term with the words of bounds and approximation that stand before it."""
    for _ in range(MAX_BOUNDS):
        bound = _bound(seen, term)
        if bound is None:
            break
        term = replace(term, start=bound.start())
    return term
