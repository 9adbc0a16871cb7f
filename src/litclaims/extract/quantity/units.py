"""Third pass: what a figure counts or measures, and what that is per.

A cell word may stand some words after the figure (``27.68 million autologous hypoxic cultured bone marrow-derived
mesenchymal stem cells``), before it (``hAPCs: 3×10^5``), or in the figure before (``141x10^6 cells … 188x10^6``).
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from litclaims.extract.quantity.intervals import Figure, bound_after, not_exceeded
from litclaims.vocab import load
from litclaims.vocab.measurement import by_surface, surfaces
from litclaims.vocab.wordlist import alternation, listed, rows

MAX_WORDS = 12
"""Between a figure and its cell word; the longest seen in protocols has nine."""

ELLIPSIS = 140
"""Characters within which a figure may take the unit of the one before it."""

CELLS = ("cell", "platelet", "particle")
"""The dimensions of what a dose counts."""

SMALLEST_DOSE = 1000
"""A plain number of cells below this is no dose; with a power or multiplier any number can be one."""

SMALLEST_BARE = 10_000
"""A figure without any unit is taken for cells only from here up; smaller powers stand for many other things."""

LONGEST_TIME = 365_250
"""Days, a thousand years: what is longer is no figure of a treatment."""

LONGEST_SENTENCE = 300
"""Characters before a figure in which the cell word of its sentence is sought."""

LONGEST_GAP = 60
"""Characters between two figures of which the first takes the unit of the second."""

_WORD = re.compile(r"[^\W_](?:[\w'+-]|(?<=\d)\([+−-]\)|\.(?!kg\b))*|\S")
_CURRENCY = re.compile(r"(?:[$€£¥₩]|US\$|USD|EUR|GBP)\s?$")
_ALIAS = re.compile(
    r"\s{0,2}\(\s{0,2}(?:[~≈=]\s?)?(?:\d[^()\n]{0,30}(?:\(\d{1,2}\)[^()\n]{0,12})?|M|[a-z]+ million)\s?\)"
)
"""The same figure said again in brackets: ``20 million (2 x 10^7) cells``."""

_SOURCE_PREFIX = re.compile(r"^(?:[a-z]{1,4}(?=[A-Z]{2}|Treg)|(?:[A-Z][a-z]|[A-Z]{2})(?=[A-Z]{3}))")
"""Human, source or species before an abbreviation: hMSC, bmMSC, AdMSC, BMMNC."""

_FOLD = re.compile(r"[\s-]?fold\b")

_LABEL = re.compile(r"\s{0,2}\([^()\d\n]{0,20}\d{0,2}\)")
"""A label behind a figure: ``10x10^6 (cohort 1)``."""

_LIST_GAP = re.compile(
    r"\s{0,2}(?:\([^()\n]{1,24}\))?\s{0,2}(?:[,;]|or|and|,\s?or|,\s?and)?\s{0,2}",
    re.IGNORECASE,
)

FAR_APART = 20
"""Doses per kilogram of one list differ by less than this from one to the next; a dose for all is many times one."""

MIXED = "per kg is said beside it, and may be meant"

_AREA = r"m\s?[\^²(2]|sq"
_UNREAD_PER = re.compile(
    r"(?:\s?\([^()\n]{1,60}\)|\s?\[[^\[\]\n]{1,30}\])?"
    r"(?:\s{0,3}/\s{0,3}|\s{1,3}(?:per|for\s(?:every|each)|in\seach|pr)\s{1,2}(?:each\s)?)"
    rf"(?:\d[\d.,]{{0,9}}\s?)?(?:k\.?g|kilo|mg\b|pounds?\b|lbs?\b|{_AREA}|BW\b|body)"
    r"|[^\d,;:.()\n]{1,30}?(?:/[\s\\{]{0,3}(?:(?:mathrm|text|rm)[\s{]{0,2})?|\sper\s)"
    rf"(?:kg|kilo|{_AREA})",
    re.IGNORECASE,
)
"""Behind a number of cells: what it is per, though it is not read as such."""

_MIN_TO_MAX = r"min(?:imum)?\s?[-–]\s?max(?:imum)?"
RANGE_SAID = rf"(?:(?:{_MIN_TO_MAX}|full|observed|total)\s)?range|IQR|interquartile\srange|{_MIN_TO_MAX}"
"""How the range of a mean is announced in its bracket."""

_ASIDE = re.compile(rf"\s?\(\s?(?:{RANGE_SAID})?\s?[,:;]?\s{{0,2}}(?:of\s|from\s)?", re.IGNORECASE)
_CLOSING = re.compile(r"\s?\)")
_ENDS_THERE = re.compile(r"\s{0,2}(?:[),.;|]|$|respectively|I\.?[MVA]\b|i\.?[mv]\b)")


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure with its unit.

    Attributes:
        unit: canonical unit, e.g. ``cell``, ``cell/kg``, ``mL``, ``d``; empty if none was found.
        dimension: ``cell``, ``platelet``, ``particle``, ``time``, ``mass`` …, or what is counted (``count``).
        factor: canonical units in one unit as written.
        unit_end: where figure and unit end.
        per: what it is per, canonical (``kg``, ``mL``, ``well``), empty if not said.
        sense: what that denominator tells: ``dose``, ``concentration``, ``blood``, ``culture``, ``assay``, ``supply``.
        measure: of a counted noun the measure it belongs to, else empty.
        source: where the unit was read: ``after``, ``before``, ``ellipsis``.
    """

    figure: Figure
    unit: str = ""
    dimension: str = ""
    factor: Decimal = Decimal(1)
    unit_end: int = 0
    per: str = ""
    sense: str = ""
    measure: str = ""
    source: str = "after"
    noun: tuple[int, int] | None = None

    def doubted(self, reason: str) -> Reading:
        """The same reading, of which it is not sure what it says."""
        return replace(self, figure=replace(self.figure, doubt=reason))


BARE = "bare"
"""Source of a unit that only a denominator says: ``2 × 10^6/kg``."""

NOT_BEHIND = ("before", "sentence", "context")
"""Sources of a unit that does not stand behind its figure."""


@functools.cache
def _units() -> re.Pattern[str]:
    return re.compile(rf"(?:\s{{0,3}}|-)(?P<unit>{alternation(surfaces())})(?P<plural>s|\(s\))?(?!\w|[²³])(?!/\w)")


@functools.cache
def _nouns(*, behind: bool = False) -> dict[str, str]:
    """Unit of each cell word; with ``behind`` also of those that are one only behind a power: ``10^7 NK/kg``."""
    table = rows("nouns", "unit", "role")
    return {row.surface: row.get("unit") for row in table if behind or row.get("role") != "behind"}


@functools.cache
def _stops() -> frozenset[str]:
    return frozenset(listed("stops"))


@functools.cache
def _counted() -> dict[str, tuple[str, str, str]]:
    table = rows("counted", "unit", "measure", "number")
    return {row.surface: (row.get("unit"), row.get("measure"), row.get("number")) for row in table}


@functools.cache
def _label_gap() -> re.Pattern[str]:
    """Between figures of labelled arms: ``10 million, a medium dose of``."""
    words = alternation(listed("labels"))
    return re.compile(rf"(?>[\s,;:()]|\b(?:{words}|[B-Z]|\d{{1,2}})\b){{1,80}}+", re.IGNORECASE)


@functools.cache
def _labelled_bracket() -> re.Pattern[str]:
    """A label and the bracket that it opens: ``high (``."""
    words = alternation(listed("labels", "label"))
    return re.compile(rf"\b(?:{words})\s?\(\s?$", re.IGNORECASE)


_BEHIND_BRACKET = re.compile(r"\s?\)\s(?:(?i:doses?)\s(?:of\s)?)?")


_PER_TREATMENT = re.compile(r"\s(?:per|each|for each|in each|into each)\s|\s?/\s?(?=[a-z])")


def is_per_treated(view: str, position: int) -> bool:
    """True if something that is treated is said behind a figure: ``3–5 million per joint``, ``5 × 10^5/mouse``."""
    match = _PER_TREATMENT.match(view, position)
    if match is None:
        return False
    found = load("basis").find(view[match.end() : match.end() + 24])
    return bool(found) and found[0].start == 0 and found[0].label not in not_treated()


@functools.cache
def not_treated() -> frozenset[str]:
    """The bases that tell of no treatment: per well, per bag."""
    return frozenset(listed("not_treated"))


@functools.cache
def _senses() -> dict[str, tuple[str, str]]:
    return {row.surface: (row.get("unit"), row.get("sense")) for row in rows("denominators", "unit", "sense")}


@functools.cache
def _denominator() -> re.Pattern[str]:
    surface = alternation(list(_senses()))
    return re.compile(
        r"(?:\scount)?(?:\s\((?!range|IQR|interq)[^()\n]{1,40}\)|\s?\[[\w+][\w+, –-]{0,14}\])?(?:\s?dose)?"
        r"(?:\s{0,4}/\s{0,10}|\s{1,3}(?:per|for\severy|in\seach|pr)\s{1,2}(?:each\s)?)"
        rf"(?:(?P<amount>\d{{1,3}}(?:\.\d{{1,2}})?)\s?)?(?P<slash>{surface})(?![\w])"
        r"|\s?[*·.]\s?(?P<times>kg)(?:\s?(?:bw|BW))?\s?(?:\^\s?)?(?:-1|⁻¹)"
        r"|\s(?P<inverse>kg|m2|mL|ml)(?:\s?(?:bw|BW))?\s?\^?\s?(?:-1|⁻¹)"
    )


def read_units(view: str, figures: list[Figure], *, nouns: frozenset[str] = frozenset()) -> list[Reading]:
    """Each figure with its unit.

    Args:
        view: the text's view.
        figures: in order.
        nouns: further cell words, e.g. abbreviations that the document defines (``hAPCs``), singular.
    """
    readings = [_read(view, figure, nouns=nouns) for figure in figures]
    readings = _around_asides(view, _with_shared_per(view, readings), nouns)
    readings = _fill_ellipses(view, _share_with_arms(view, readings), nouns)
    readings = _with_labels(view, [_bounded(view, reading) for reading in readings], nouns)
    return _with_asides(_with_shared_limit(view, readings))


_LABEL_PER_KG = re.compile(
    r"(?<![\w/])(?P<noun>[A-Za-z][\w+-]{1,14}(?:\scells?)?)\s?(?:/\s?|\sper\s)(?:kg|kilogram)(?P<colon>\s?[:=])?\s{1,2}\Z"
)


def _with_labels(view: str, readings: list[Reading], nouns: frozenset[str]) -> list[Reading]:
    """The readings, with the unit of a label right before one: ``TNC/kg: ≥ 3 × 10^7``, ``CD34+/kg > 2 × 10^6``."""
    labelled: list[Reading] = []
    end = 0
    for reading in readings:
        figure = reading.figure
        open_one = figure.scaled and not reading.per and (not reading.unit or reading.dimension == "cell")
        label = _LABEL_PER_KG.search(view, max(end, figure.start - 40), figure.start) if open_one else None
        if label is not None and (label["colon"] or figure.bound != "exact") and _is_noun(label["noun"], nouns):
            unit_end = max(figure.end, reading.unit_end)
            reading = replace(
                reading, unit="cell/kg", dimension="cell", per="kg", sense="dose", unit_end=unit_end, source="before"
            )
        labelled.append(reading)
        end = max(figure.end, reading.unit_end)
    return labelled


def _is_noun(text: str, nouns: frozenset[str]) -> bool:
    """True for a name of cells: ``TNC``, ``CD34+``, ``T cells``."""
    found = _as_noun(text.split()[-1], nouns, behind=True)
    return (found is not None and found[0] == "cell") or _MARKER.fullmatch(text) is not None


def _with_asides(readings: list[Reading]) -> list[Reading]:
    """The readings and the ranges in their brackets, which count the same: ``5.2 (range 2.1–8.8) × 10^6 cells``."""
    found: list[Reading] = []
    for reading in readings:
        found.append(reading)
        if reading.figure.aside is not None and reading.dimension in CELLS:
            found.append(replace(reading, figure=reading.figure.aside, noun=None))
    return found


_AND_LIMIT = re.compile(r"(?:\s(?!and\b|but\b|or\b|then\b)[a-z]{1,14}|\s\d{1,2}){0,8}\s(?:and|or)\s")
_DENIED_LIMIT = re.compile(r"(?:no|not|never|cannot)\b|n['’]t\b", re.IGNORECASE)


def _with_shared_limit(view: str, readings: list[Reading]) -> list[Reading]:
    """A limit that is denied holds for both of two: ``no more than 1 million/kg at first and 5 million/kg later``."""
    shared = list(readings)
    cells = [index for index, reading in enumerate(shared) if reading.dimension in CELLS]
    for left, right in itertools.pairwise(cells):
        first, second = shared[left], shared[right]
        if (
            first.figure.bound not in ("at_most", "at_least")
            or second.figure.bound != "exact"
            or first.unit != second.unit
        ):
            continue
        denied = _DENIED_LIMIT.match(view, first.figure.start, first.figure.core)
        gap = _AND_LIMIT.fullmatch(view, first.unit_end, second.figure.start) if denied else None
        if gap is not None and first.figure.low < second.figure.low:
            shared[right] = replace(second, figure=replace(second.figure, bound=first.figure.bound))
    return shared


_AND = re.compile(r"\s?(?:,|,?\s(?:and|or|plus)|\+|&)\s{1,2}")


def _with_shared_per(view: str, readings: list[Reading]) -> list[Reading]:
    """Markers share what the cells behind them are per: ``1 x 10^6 CD34+ and 1 x 10^5 CD3+ cells/kg``."""
    shared = list(readings)
    for index in range(len(shared) - 2, -1, -1):
        reading, after = shared[index], shared[index + 1]
        if reading.noun is None or reading.per or not (after.per and after.noun and after.dimension == "cell"):
            continue
        is_marker = _MARKER.fullmatch(view, *reading.noun) is not None
        if is_marker and _AND.fullmatch(view, reading.unit_end, after.figure.start):
            shared[index] = replace(reading, unit=after.unit, per=after.per, sense=after.sense)
    return shared


def _around_asides(view: str, readings: list[Reading], nouns: frozenset[str]) -> list[Reading]:
    """The readings, with the unit of a mean behind its range: ``2.1 x 10^6 (range, 1.2-3.4 x 10^6) cells/kg``."""
    shared = list(readings)
    for index in range(len(shared) - 1):
        mean, aside = shared[index], shared[index + 1]
        if mean.unit or not mean.figure.scaled or aside.figure.bound != "range":
            continue
        closing = _CLOSING.match(view, aside.figure.end)
        if closing is None or not _ASIDE.fullmatch(view[mean.figure.end : aside.figure.start]):
            continue
        behind = closing.end()
        found = _bare(view, mean.figure, behind, nouns) or _cells(view, mean.figure, behind, nouns)
        if found is None:
            continue
        shared[index] = found
        figure = _like(aside.figure, mean.figure)
        if not aside.unit and figure is not None:
            shared[index + 1] = replace(found, figure=figure, unit_end=figure.end, noun=None)
    return shared


def _like(figure: Figure, mean: Figure) -> Figure | None:
    """A range with the power of the mean that lies within it; None if the mean does not."""
    scale = mean.numbers[-1].scale
    if not figure.scaled and scale is not None:
        figure = figure.times(scale)
    return figure if figure.low <= mean.low <= mean.high <= figure.high else None


def without_unread_per(view: str, reading: Reading) -> Reading:
    """The reading in doubt if something that it is per stands behind it unread: ``cells/10 kg``."""
    if reading.dimension not in CELLS or reading.per or reading.figure.doubt:
        return reading
    if _UNREAD_PER.match(view, max(reading.unit_end, reading.figure.tail)) is None:
        return reading
    return reading.doubted("what it is per is not read")


def _bounded(view: str, reading: Reading) -> Reading:
    """The reading under a bound that stands behind its unit: ``5 million cells or more``."""
    figure = reading.figure
    if reading.unit and figure.bound == "exact":
        limit = not_exceeded(view, figure, max(reading.unit_end, figure.tail))
        reading, figure = (reading, figure) if limit is figure else (replace(reading, figure=limit), limit)
    if not reading.unit or figure.bound != "exact" or figure.end >= reading.unit_end or figure.tail != figure.end:
        return reading
    bounded, end = bound_after(view, figure, reading.unit_end)
    return reading if bounded is figure else replace(reading, figure=bounded, unit_end=end)


def _read(view: str, figure: Figure, *, nouns: frozenset[str]) -> Reading:
    if _CURRENCY.search(view, max(0, figure.core - 5), figure.core):
        return Reading(figure, "money", "money", unit_end=figure.end)
    position = figure.end
    if _FOLD.match(view, position):
        return Reading(figure, "1", "ratio", unit_end=position)
    if not figure.arm:
        alias = _ALIAS.match(view, position)
        alias = alias or _LABEL.match(view, position)
        if alias is not None and figure.scaled:
            position = alias.end()
    for reader in (_bare, _physical, _cells, _counted_noun):
        reading = reader(view, figure, position, nouns)
        if reading is not None:
            return _with_per_between(view, reading)
    between = _cells_between(view, figure, nouns)
    if between is not None:
        return between
    behind = _BEHIND_BRACKET.match(view, figure.end) if figure.scaled else None
    if behind is not None and _labelled_bracket().search(view, max(0, figure.start - 24), figure.start):
        # high (100 million) doses of cells
        return _cells(view, figure, behind.end(), nouns) or Reading(figure, unit_end=figure.end)
    return Reading(figure, unit_end=figure.end)


def _between(view: str, figure: Figure) -> str:
    """What stands between the ends of a range; empty for other figures."""
    first = figure.numbers[0]
    return view[first.end : figure.numbers[-1].start] if figure.bound == "range" and len(figure.numbers) > 1 else ""


_PER_BETWEEN = re.compile(r"(?:/\s?|\sper\s)(?P<per>kg|kilogram|m(?:\^?2|²|\(2\)))(?!\w)", re.IGNORECASE)


def _with_per_between(view: str, reading: Reading) -> Reading:
    """The reading with what its lower end alone is per: ``2 million per kg to 6 million``.

    In doubt where the upper end has a noun of its own, or is a cap: ``1 million/kg up to 100 million cells``.
    """
    figure = reading.figure
    said = _PER_BETWEEN.search(_between(view, figure)) if reading.dimension in CELLS and not reading.per else None
    if said is None:
        return reading
    if reading.noun is not None or figure.high >= FAR_APART * figure.low or "up to" in _between(view, figure).lower():
        return reading.doubted(MIXED)
    per = _PERS[said["per"][0].lower()]
    return replace(reading, unit=f"{reading.dimension}/{per}", per=per, sense="dose")


_PERS = {"k": "kg", "m": "m2"}


def _cells_between(view: str, figure: Figure, nouns: frozenset[str]) -> Reading | None:
    """A range whose lower end alone has a unit: ``2 million cells per kg to 6 million``."""
    if not (figure.scaled and _PER_BETWEEN.search(_between(view, figure))):
        return None
    return _with_per_between(view, Reading(figure, "cell", "cell", unit_end=figure.end, source="between"))


def _bare(view: str, figure: Figure, position: int, nouns: frozenset[str]) -> Reading | None:
    """``1x10^7/kg NK cells``, ``0.5 × 10^8/kg``: the denominator comes first, or alone."""
    match = _denominator().match(view, position)
    if match is None:
        return None
    sense = _senses()[match.group("slash") or match.group("times") or match.group("inverse")][1]
    if not figure.scaled and sense == "blood":
        return Reading(figure, "", "other", unit_end=match.end())
    said = _said_beside(view, figure, match.end(), nouns)
    if not figure.scaled and not (said and sense == "dose" and figure.low >= SMALLEST_BARE):
        return None
    reading = Reading(figure, said or "cell", said or "cell", unit_end=position, source="after" if said else BARE)
    return _with_denominator(view, reading)


def _said_beside(view: str, figure: Figure, behind: int, nouns: frozenset[str]) -> str:
    """What a figure with a denominator but no noun counts, if that stands right beside both; empty if it does not."""
    after = find_noun(view, behind, nouns, short=True)
    if after is not None and _NEXT.fullmatch(view, behind, after[1]):
        unit = after[0]
    else:
        opening = _OPENING.search(view[max(0, figure.start - 45) : figure.start])
        before = _as_noun(opening.group(1), nouns) if opening else None
        unit = before[0] if before is not None else ""
    return "" if unit == "platelet" and figure.high < SMALLEST_PLATELETS else unit


SMALLEST_PLATELETS = 10**8
"""Platelets per kg: fewer are no dose, and what has so few is one of cells that are told of beside platelets."""

_NEXT = re.compile(r"\s(?:of\s)?(?:[\w+-]{2,14}\s)?")
"""Between a denominator and the noun it was drawn before: ``5 × 10^9/kg donor platelets``."""


def _physical(view: str, figure: Figure, position: int, nouns: frozenset[str]) -> Reading | None:
    match = _units().match(view, position)
    if match is None:
        return None
    unit = by_surface()[match.group("unit")]
    if match.group("plural") and len(match.group("unit")) < 3 and match.group("unit") != "mo":
        return None
    if figure.flatness and unit.dimension != "share":
        return Reading(figure, "", "", unit_end=figure.end)
    if unit.dimension == "time" and figure.high * unit.factor > LONGEST_TIME:
        return Reading(figure, "", "", unit_end=figure.end)
    return Reading(figure, unit.unit, unit.dimension, unit.factor, match.end())


def _cells(view: str, figure: Figure, position: int, nouns: frozenset[str]) -> Reading | None:
    plain = not figure.scaled
    found = (
        None
        if plain and figure.high < SMALLEST_DOSE
        else find_noun(view, position, nouns, short=not (plain or figure.letter))
    )
    if found is None:
        return None
    unit, start, end, plural = found
    if plain and not plural:
        return None
    reading = Reading(figure, unit, unit, unit_end=end, noun=(start, end))
    return _with_denominator(view, reading)


def find_noun(
    view: str, position: int, nouns: frozenset[str], *, short: bool = False
) -> tuple[str, int, int, bool] | None:
    """The cell word that a figure counts: unit, start, end, and whether it is a plural or an abbreviation.

    Args:
        view: the text's view.
        position: where the figure ends.
        nouns: further cell words, singular.
        short: also what stands for cells only behind a power, at the end of its phrase: a marker (``CD34+/kg``).
    """
    found = _first_noun(view, position, nouns, short=short)
    if found is None or _FORMING.match(view, found[2]):
        return None
    more = _MORE_BEHIND[found[0]].match(view, found[2]) if found[0] in _MORE_BEHIND else None
    return found if more is None else (*found[:2], more.end(), True)


_FORMING = re.compile(r"[\s-]{1,2}forming\b", re.IGNORECASE)
"""Behind a noun that only tells what units form: ``particle forming units``."""

_MORE_BEHIND = {
    "cell": re.compile(r"(?:[\s-](?:[A-Z]{1,3}|stem|progenitor))?\s{1,2}cells?(?!\w)"),
    "particle": re.compile(r"\s{1,2}units?(?!\w)"),
}
"""What may follow a noun and belongs to it: ``2 million MSC cells``, ``particle units``."""

_MARKER = re.compile(
    r"(?:CD\d{1,3}[a-z]?|CAR(?:(?=\+)|[\s-]?T(?=[\s/.,;)])))"
    r"(?:(?:\+|\(\+\))(?:/?CD\d{1,3}[a-z]?[+-]){0,3})?(?![\w+-])"
)
_PHRASE_END = re.compile(
    r"\s{0,2}(?:[;.:)\]|]|$)|\s?,\sand\s(?!CD)|\s?,?\s(?:(?:and|or|plus)\s{1,2})?(?:[≥≤<>~]\s?)?\d"
)


def _ends_phrase(view: str, end: int) -> bool:
    """True if no noun can follow: a denominator does, a stop, or the next figure of a list."""
    if _denominator().match(view, end) or _PHRASE_END.match(view, end):
        return True
    word = _WORD.search(view, end, end + 24)
    return word is not None and word.group().lower() in (_stops() | {"of", "per"}) - {"and", "or"}


def _marker_end(view: str, start: int) -> int:
    """Where a marker ends that stands for the cells which carry it; 0 if none begins there."""
    marker = _MARKER.match(view, start)
    if marker is None:
        return 0
    end = marker.end()
    stands = _ends_phrase(view, end) if marker.group()[-1] in "+T" else _denominator().match(view, end)
    return end if stands else 0


_SHORT_FORM = re.compile(r"\([A-Z][\w+-]{0,7}\)(?=\s[a-z])")
"""The short form of words before a noun, which stands behind it: ``natural killer (NK) cells``."""


def _first_noun(view: str, position: int, nouns: frozenset[str], *, short: bool) -> tuple[str, int, int, bool] | None:
    commas, last, passed = 0, "", position
    for index, match in enumerate(_WORD.finditer(view, position, position + 200)):
        if match.start() < passed:
            continue
        word = match.group()
        if word == "(" and index > 1 and (short_form := _SHORT_FORM.match(view, match.start())) is not None:
            passed = short_form.end()
            continue
        pair, last = f"{last} {word}".lower(), word
        if word == "," and index > 0 and commas < 2:
            commas += 1  # between adjectives: 27 million autologous, cultured cells
            continue
        if index > MAX_WORDS or (not word[0].isalnum() and word not in ("-", "/", "+", "*", "_")):
            return None
        if index == 0 and word == "of":
            continue
        if pair in _nouns() or pair.removesuffix("s") in _nouns():
            return (
                _nouns().get(pair) or _nouns()[pair.removesuffix("s")],
                match.start(),
                match.end(),
                pair.endswith("s"),
            )
        if short and (end := _marker_end(view, match.start())):
            return "cell", match.start(), end, True
        if word.lower() in _stops() or (word[0].isdigit() and index > 0 and len(word) > 2):
            return None
        noun = _as_noun(word, nouns)
        if noun is None and short:
            noun = _as_noun(word, nouns, behind=True)
            noun = noun if noun is not None and _ends_phrase(view, match.start() + noun[1]) else None
        if noun is not None:
            unit, length, plural = noun
            return unit, match.start(), match.start() + length, plural
        if word == "of" or (word.endswith((".", ":")) and len(word) > 4):
            return None
    return None


_NOTE_MARK = re.compile(r"(?<=[a-z]s)\d{1,3}\Z")
"""The mark of a citation that copying stuck to a noun in the plural: ``100 million cells6``."""


def _as_noun(word: str, nouns: frozenset[str], *, behind: bool = False) -> tuple[str, int, bool] | None:
    """Unit of a cell word, how many of its characters make it, and whether it is plural; None if it is none."""
    bare = _NOTE_MARK.sub("", word.rstrip("."))
    last = re.split(r"[-+]", bare)[-1] or bare
    for candidate in dict.fromkeys((bare, last, _SOURCE_PREFIX.sub("", last))):
        for stem, plural in _stems(candidate):
            unit = _nouns(behind=behind).get(stem) or _nouns(behind=behind).get(
                stem.lower() if stem[:1].isupper() and stem[1:].islower() else stem
            )
            if unit is None and stem in nouns:
                unit = "cell"
            if unit is not None:
                return unit, len(bare), plural or stem.isupper() or not stem.islower()
    acronym = _CELL_ACRONYM.fullmatch(bare) or (behind and _CELL_ACRONYM_BEHIND.fullmatch(last))
    return ("cell", len(bare), True) if acronym else None


ENDINGS_BEHIND = ("SC", "PC", "DC", "NC")
"""How abbreviations end of stem, progenitor, derived or nucleated cells that, in the singular, name them only behind a
power: ``2 × 10^6 EPC/kg``."""

_CELL_ACRONYM_BEHIND = re.compile(rf"[a-z]{{0,3}}[A-Z]{{1,3}}(?:{'|'.join(ENDINGS_BEHIND)})")

_CELL_ACRONYM = re.compile(r"[a-z]{0,3}[A-Z]{1,4}Cs")
"""An abbreviation that ends as those of cells do: CECs, OPCs, hRPCs."""


def _stems(word: str) -> list[tuple[str, bool]]:
    """The word without a plural ending, and whether it had one."""
    stems = [(word, False)]
    for ending in ("'s", "s"):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            stems.append((word[: -len(ending)], True))
    return stems


def _with_denominator(view: str, reading: Reading) -> Reading:
    """The reading with the denominator that follows it; the last of several tells what it is (``cells/mL/well``)."""
    match = _denominator().match(view, reading.unit_end)
    if match is None:
        return reading
    unit, sense = _senses()[match.group("slash") or match.group("times") or match.group("inverse")]
    amount = Decimal(match.group("amount") or 1)
    if amount != 1:
        if unit not in _BY_SEVERAL or not amount:
            return reading
        reading = replace(reading, factor=reading.factor / amount)
    joined = f"{reading.unit}/{unit}" if sense in ("dose", "concentration", "blood", "culture") else reading.unit
    tissue = _tissue().match(view, match.end())
    if tissue is not None:  # cells/mL of a defect are given into it; they are no strength of a product
        return replace(
            reading, unit=joined, per=f"{unit} of {tissue.group('tissue')}", sense="dose", unit_end=tissue.end()
        )
    return replace(reading, unit=joined, per=unit, sense=sense, unit_end=match.end())


_BY_SEVERAL = ("kg", "g", "m2")
"""What a dose may be told per several of: ``5 × 10^10 platelets per 10 kg``; cells in 2 mL are no strength."""


@functools.cache
def _tissue() -> re.Pattern[str]:
    tissues = alternation(listed("tissues"))
    return re.compile(rf"\s{{1,2}}(?:of\s)?(?:estimated\s|the\s)?(?P<tissue>{tissues})(?!\w)")


@functools.cache
def _number_words() -> frozenset[str]:
    """Two and more, as words."""
    table = rows("numbers", "role", "value")
    return frozenset(
        row.surface for row in table if row.get("role") in ("unit", "ten") and row.get("value") not in ("0", "1")
    )


@functools.cache
def _times() -> frozenset[str]:
    """The names of times: day, week."""
    return frozenset(surface for surface in surfaces("time") if len(surface) > 2)


def _counted_noun(view: str, figure: Figure, position: int, nouns: frozenset[str]) -> Reading | None:
    """A counted noun (patients, injections, types) within the noun phrase after the figure."""
    if figure.scaled and figure.numbers[-1].kind != "words":
        return None
    if view[position : position + 2] == ". ":
        return None  # a label ends here: Table 4. Trials of the drug
    if view[position : position + 1] == ")" and view[max(0, figure.start - 1) : figure.start] != "(":
        return None  # an aside ends here: (grade 1) one injection
    for index, match in enumerate(_WORD.finditer(view, position, position + 90)):
        word = match.group().rstrip(".")
        if (
            index > 5
            or not word
            or not (word[:1].isalnum() or word in "()-")
            or word.lower() in _stops() - {"patients", "subjects", "persons"}
        ):
            return None
        for stem, plural in _stems(word.lower()):
            if (index == 0 and stem in _times()) or (index > 0 and stem in _number_words()):
                return None  # One Month post infusion; one course consists of six infusions
            if stem in _counted():
                unit, measure, number = _counted()[stem]
                if not (plural or number != "one" or figure.high == 1 or (view[position] == "-" and index == 1)):
                    break  # 5 treatment sessions: the first noun only describes the second
                return Reading(figure, unit, "count", unit_end=match.start() + len(word), measure=measure)
    return None


def _share_with_arms(view: str, readings: list[Reading]) -> list[Reading]:
    """Arms take the unit of the last member of their list, labelled or not: ``1 (low) or 10 × 10^6 cells``."""
    shared = list(readings)
    next_scaled = len(shared) - 1  # the next figure with a power or multiplier, else the last
    for index in range(len(shared) - 2, -1, -1):
        reading, figure = shared[index], shared[index].figure
        next_scaled = index + 1 if shared[index + 1].figure.scaled else next_scaled
        after = shared[index + 1 if figure.arm else next_scaled]
        if reading.unit or not after.unit:
            continue
        if _opposed(view, figure, shared[index + 1].figure):
            shared[index] = replace(shared[index + 1], figure=figure, unit_end=figure.end, noun=None)
            continue
        if _is_mixed(figure, after):
            figure = replace(figure, doubt=MIXED)
        listed = figure.scaled and after.figure.scaled and _LIST_GAP.fullmatch(view[figure.end : after.figure.start])
        if listed and figure.end < after.figure.start:
            shared[index] = replace(after, figure=figure, unit_end=figure.end, noun=None)
        elif figure.arm and figure.tail == after.figure.tail:
            shared[index] = replace(after, figure=figure)
        elif figure.scaled and after.figure.scaled and after.dimension in CELLS:
            gap = view[figure.end : after.figure.start] if after.figure.start - figure.end <= LONGEST_GAP else ""
            if _label_gap().fullmatch(gap) or _PLACE_GAP.fullmatch(gap):
                shared[index] = replace(after, figure=figure, unit_end=figure.end, noun=None)
    return shared


def _is_mixed(figure: Figure, after: Reading) -> bool:
    """True for doses of which the last alone may be per something: ``20 million, 40 million or 1 million/kg``."""
    if not after.per or after.dimension not in CELLS:
        return False
    if after.figure.doubt == MIXED:
        return FAR_APART * figure.low > after.figure.high
    return figure.low >= FAR_APART * after.figure.high


_PLACE_GAP = re.compile(r"\s(?:into|via)\s(?:[\w-]+\s){1,4}(?:\+|&|and|plus)\s", re.IGNORECASE)
"""Between figures that each say where they go: ``50 million into the knee + 100 million cells via IV``."""

_AND_A = re.compile(r"\s(?:and|to)\s(?:an?\s)?")


def _opposed(view: str, figure: Figure, after: Figure) -> bool:
    """True for a lower bound and the upper one behind it: ``a minimum of 4 and a maximum of 12 doses``."""
    bounds = (figure.bound, after.bound)
    return bounds == ("at_least", "at_most") and _AND_A.fullmatch(view[figure.end : after.start]) is not None


def _fill_ellipses(view: str, readings: list[Reading], nouns: frozenset[str]) -> list[Reading]:
    """Scaled figures without a unit take it from the cell word before them, or from the figure before."""
    filled: list[Reading] = []
    for reading in readings:
        if not reading.unit and reading.figure.scaled:
            reading = (
                _from_before(view, reading, nouns)
                or _from_last(view, reading, filled)
                or _from_sentence(view, reading, nouns)
                or reading
            )
        filled.append(reading)
    return filled


AT_ONCE = re.compile(
    r"\s(?:in|at)\s(?:one|a\ssingle|any\sone|the\ssame)\s(?:day|session|visit|sitting|go|time|treatment)\b"
)
"""Behind a figure: what shows that it is all that is given, and not per kg."""

_COMES_TO = re.compile(r"\b(?:comes|amounts)\sto\s$", re.IGNORECASE)
_IN_ALL = re.compile(
    r"\b(?:for|to|with|giving|making|yielding|i\.?e\.?,?|is|or)\s(?:an?\s|the\s)?(?:total|overall|cumulative|combined)\s(?:dos(?:e|age)\s)?"
    r"(?:of\s)?(?:about\s|approximately\s|~)?$",
    re.IGNORECASE,
)
"""Before what a concentration comes to with its volume: ``for a total of`` 200 million."""

_FOR_THE_HEAVY = re.compile(
    r"(?:[>≥]|\b(?:over|above|more\sthan|at\sleast|heavier\sthan))\s?\d{2,3}(?:\.\d)?\s?kg(?:\s(?:of\s)?(?:body\s?weight|bw))?\s?[):,;]?\s(?:a\sflat\s(?:dose\s(?:of\s)?)?)?$",
    re.IGNORECASE,
)
"""Before a dose that is the same for all above a weight: ``> 60 kg:``."""
_HEAD_WORD = re.compile(r"(?:[a-z]{0,3}[A-Z]{2,6}s|[A-Z]?[a-z]+s)(?=[A-Z]|\b)")

_OPENING = re.compile(
    r"([^\W_][\w'+-]*)\s{0,2}(?:\([A-Z][\w-]{1,10}\)\s?)?(?:dose\s?|[a-z]{4,12}ed\s)?(?:[:,(]|of|was|were|at)?\s{0,2}\(?$"
)


def _from_before(view: str, reading: Reading, nouns: frozenset[str]) -> Reading | None:
    """``BMDMC (2 × 10^6)``, ``hAPCs: 3×10^5``: the cell word right before the figure."""
    start = reading.figure.start
    match = _OPENING.search(view[max(0, start - 45) : start])
    noun = _as_noun(match.group(1), nouns) if match else None
    if noun is None:
        return None
    return replace(reading, unit=noun[0], dimension=noun[0], source="before")


def _from_last(view: str, reading: Reading, filled: list[Reading]) -> Reading | None:
    """The unit of the last figure of cells in the same passage."""
    for last in reversed(filled[-3:]):
        gap = view[last.unit_end : reading.figure.start]
        if len(gap) > ELLIPSIS or "\n" in gap or ". " in gap:
            return None
        if last.dimension in ("cell", "platelet", "particle") and last.figure.scaled:
            capped = reading.figure.bound == "at_most" or (
                reading.figure.bound in ("less_than", "greater_than") and AT_ONCE.match(view, reading.figure.end)
            )
            if last.per and (capped or _COMES_TO.search(gap)):
                # 1 million per kg, up to 100 million: a cap on what the rate comes to
                return replace(reading, unit=last.dimension, dimension=last.dimension, source="ellipsis")
            near = _is_near(last.figure, reading.figure)
            if last.sense == "concentration" and _IN_ALL.search(gap):
                return replace(reading, unit=last.dimension, dimension=last.dimension, source="ellipsis")
            if last.sense == "dose" and last.per and not near and _FOR_THE_HEAVY.search(gap):
                return replace(reading, unit=last.dimension, dimension=last.dimension, source="ellipsis")
            if last.per and last.sense == "dose" and not near:
                reading = reading.doubted(MIXED)  # 1 million/kg, then 70 million
            return replace(
                reading, unit=last.unit, dimension=last.dimension, per=last.per, sense=last.sense, source="ellipsis"
            )
    return None


def _is_near(last: Figure, figure: Figure) -> bool:
    """True for two figures that may be told per the same: neither end of one is many times that of the other."""
    fits = last.low < FAR_APART * figure.low < FAR_APART**2 * last.high
    return fits and (figure.low < FAR_APART * last.low or figure.high < FAR_APART * last.high)


def _from_sentence(view: str, reading: Reading, nouns: frozenset[str]) -> Reading | None:
    """A power that nothing follows, in a sentence that names cells before it: ``we gave hAPCs at … (16–28×10^6)``."""
    figure = reading.figure
    if figure.letter or figure.numbers[-1].value < SMALLEST_BARE or not _ENDS_THERE.match(view, figure.tail):
        return None
    start = max(0, figure.start - LONGEST_SENTENCE)
    start = max(view.rfind(". ", start, figure.start), view.rfind("\n", start, figure.start), start)
    for match in _WORD.finditer(view, start, figure.start):
        noun = _as_noun(match.group(), nouns)
        if noun is not None and noun[2]:
            return replace(reading, unit=noun[0], dimension=noun[0], source="sentence")
    return None


def from_head(view: str, readings: list[Reading], head: str, nouns: frozenset[str]) -> list[Reading]:
    """The readings of a table cell: a power that stands alone in it takes the cell word of the column's head.

    Copies of tables glue the heads of their columns (``No. Injected APCsOutcome``), so a capital may follow the word.
    """
    alone = head and readings and all(not each.unit and each.figure.scaled for each in readings)
    if not alone or _ORDINAL.fullmatch(view, 0, readings[0].figure.start) is None:
        return readings
    if not _CELL_ENDS.fullmatch(view, readings[-1].figure.end):
        return readings
    for match in _HEAD_WORD.finditer(head):
        noun = _as_noun(match.group(), nouns)
        if noun is not None and noun[2]:
            return [replace(each, unit=noun[0], dimension=noun[0], source="table head") for each in readings]
    return readings


_ORDINAL = re.compile(r"\s*(?:\d(?:st|nd|rd|th)\s?[:–-]\s{0,2})?", re.IGNORECASE)
"""Before the figure of a cell: nothing, or which of several treatments it is of."""

_CELL_ENDS = re.compile(r"\s*(?:,\s(?:[a-z]{2,10}\s?){1,3})?\s*")
"""Behind the figures of a cell: nothing, or how often they are given."""


def named_units(text: str, nouns: frozenset[str] = frozenset()) -> Iterator[tuple[int, str]]:
    """Where a text names cells, platelets or particles in the plural or by an abbreviation, and which, in order."""
    for match in _WORD.finditer(text):
        noun = _as_noun(match.group(), nouns)
        if noun is not None and noun[2]:
            yield match.start(), noun[0]


def mentions_cells(text: str, nouns: frozenset[str] = frozenset()) -> bool:
    """True if a text names cells in the plural or by an abbreviation."""
    return next(named_units(text, nouns), None) is not None
