"""Second pass: numbers joined to figures: points, ranges, means with a spread, lists of arms, and their bounds.

``2 to 5 million`` shares its multiplier, ``1, 5 or 10 × 10⁶`` is three figures, ``25 ± 4 million`` is 25 million with
a spread, ``(0.4–2) × 10^8`` takes the power behind the bracket.
"""

from __future__ import annotations

import functools
import itertools
import re
from dataclasses import dataclass, replace
from decimal import Decimal

from litclaims.extract.quantity.numbers import FACTOR_BEFORE, Number, find_numbers, read_power, with_point_as_times
from litclaims.vocab.measurement import by_surface, surfaces
from litclaims.vocab.wordlist import Row, alternation, rows

_UNIT_BETWEEN = (
    r"(?:\s{0,2}(?:viable\s|stem\s|T\s){0,2}(?:[A-Za-z0-9+-]{0,14}cells?|[A-Z][A-Za-z-]{1,10}s?)?\s?(?:/\s?(?:kg|m(?:\^?2|²|\(2\))|mL|ml)|per\s(?:kg|kilogram|m(?:\^?2|²|\(2\))))"
    r"|\s{1,2}(?:stem\s)?cells?|\s{0,2}(?:mg|µg|mcg|g|ml|mL|µL|cc|%|weeks?|months?|years?|days?|hours?|minutes?))?"
)
"""A unit may stand after the first number too: ``1 million cells/kg to 5 million cells/kg``."""

_TO = re.compile(
    rf"{_UNIT_BETWEEN}\s{{0,3}}(?:[-–]{{1,2}}|~|(?:up\s)?to|through|until)\s{{0,3}}[<≤~]?\s?|—", re.IGNORECASE
)
_UNIT_AT_BOTH = re.compile(
    r"(?P<unit>\s{0,2}[^\W\d_][^\n;:,()\[\]]{0,38}?)(?:\s{0,3}[-–]{1,2}|\s{1,3}(?:up\s)?(?:to|and)(?=\s))\s{0,3}[<≤~]?\s?",
    re.IGNORECASE,
)
"""Whatever words stand behind both ends are their unit: ``3 × 10^7 particles to 9 × 10^7 particles``."""

_AND = re.compile(rf"{_UNIT_BETWEEN}\s{{1,3}}and\s{{1,3}}[<≤~]?\s?", re.IGNORECASE)
_SPREAD = re.compile(r"\s{0,2}(?:±|\+/-|\+-)\s{0,2}|\s{0,2}\(\s?(?:±|\+/-)\s?|\)\s?(?:±|\+/-)\s?\(")
_LIST = re.compile(
    r"\s{0,3}(?:[,;/]\s{0,3}(?:and|or|vs\.?|versus)?|\band\b|\bor\b|\bvs\b\.?|\bversus\b|\bcompared\s(?:with|to)\b)\s{0,3}",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\b(?:between|ranging\sbetween|range\sof)\s{1,2}$", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s{1,2}$", re.IGNORECASE)

LABELLED = re.compile(
    r"\b(?:group|groups|cohort|arm|arms|day|days|phase|type|level|tier|table|figure|fig|grade|stage|week|month|visit|patient|"
    r"patients|subjects|cases|cohorts|levels|stages|tables|figures|figs|case|subject|step|chapter|section|version|"
    r"n\s?=|ref|reference|p\s?[<=>])\.?\s{0,2}(?:\d{1,4}\s?(?:,|;|&|-|–|and|or|to)\s{0,2}(?:and\s|or\s)?){0,8}$",
    re.IGNORECASE,
)
"""A number after one of these, or in a list after it, is a label (groups 1 and 2) and no arm of a list of doses."""

_TAG = re.compile(r"\s?\([A-Za-z][A-Za-z -]{0,24}\)")
"""A label behind an arm: ``1 (low), 5 (medium) or 10 × 10^6``."""

_IN_BRACKETS = re.compile(r"\s?\(\s?(?:(?:range|IQR)\s?[,:]?\s?)?", re.IGNORECASE)
_DEVIATION = re.compile(r"\b(?:SD|SE|SEM|standard\s(?:deviation|error))\b")

_FRACTION = re.compile(r"\d\s?/\s?\d")
A_FRACTION = "a fraction, or two arms"

MAX_LIST_GAP = 24
"""Characters between two members of a list, the bound of the second among them."""

MAX_ARMS = 8
MAX_SHARED = 1000
"""A number that shares a later multiplier is smaller than this, or than the later number of a range: in ``2008 and
5 million`` nothing is shared, in ``500,000 to 2 million`` neither, but in ``1500–2000 million``."""

CLOSE = Decimal("1.5")
"""Ends of a range under ``≥`` that differ by less are two minima; of others it is the lower end that is included."""

_PERCENT = re.compile(r"\s?(?:%|percent)")
_PERCENT_END = re.compile(r"\s?(?:%|percent)(?:\s?\))?")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure without its unit.

    Attributes:
        start, end: the figure as the document writes it, bound words included.
        core: start of the first number.
        low, high: ends as said; both equal for a point; a bound opens one of them later.
        bound: as in the guide.
        spread: half-width said with ±.
        numbers: what it was made of.
        arm: True if it is one of a list that shares what follows the list's last number.
        tail: where the text after it begins that holds its unit (of an arm: after the last arm).
        repairs, guessed, doubt: see :class:`Number`.
        rule: the form it was read by.
        aside: the range in a bracket between its number and its power: ``5.2 (range 2.1–8.8) × 10^6``.
    """

    start: int
    end: int
    core: int
    low: Decimal
    high: Decimal
    bound: str
    numbers: tuple[Number, ...]
    tail: int
    spread: Decimal | None = None
    arm: bool = False
    repairs: tuple[str, ...] = ()
    guessed: bool = False
    doubt: str = ""
    rule: str = "number"
    aside: Figure | None = None

    @property
    def scaled(self) -> bool:
        """True if a power or multiplier was said."""
        return any(number.scale is not None for number in self.numbers)

    def times(self, scale: Decimal) -> Figure:
        """The figure with a power or multiplier that is said elsewhere."""
        return replace(
            self,
            numbers=tuple(number.scaled(scale) for number in self.numbers),
            low=self.low * scale,
            high=self.high * scale,
            spread=None if self.spread is None else self.spread * scale,
        )

    @property
    def flatness(self) -> bool:
        """True if a power was read from a lost superscript."""
        return any(number.flat for number in self.numbers)

    @property
    def letter(self) -> bool:
        """True if the multiplier is a letter that may mean something else."""
        return any(number.letter for number in self.numbers)


def find_figures(view: str, *, point_is_times: bool = False) -> list[Figure]:
    """The figures of a text in order; with ``point_is_times`` the ``1.10e6`` among them are 1 × 10⁶."""
    numbers = find_numbers(view)
    if point_is_times:
        numbers = [with_point_as_times(number) for number in numbers]
    figures = [_bounded(view, figure) for figure in _joined(view, numbers)]
    return [figure for figure in figures if figure is not None]


def _joined(view: str, numbers: list[Number]) -> list[Figure]:
    """Numbers joined to points, ranges and spreads, and lists given their shared multiplier."""
    single: list[Figure] = []
    index = 0
    while index < len(numbers):
        listed = _list_in_bracket(view, numbers, index)
        figure, used = (listed[-1], len(listed)) if listed else _one(view, numbers, index)
        single.extend(listed or [figure])
        index += used
        while index < len(numbers) and numbers[index].start < figure.end:
            index += 1  # the power behind a bracket was read as a number of its own
    return _share_in_lists(view, single)


def _one(view: str, numbers: list[Number], index: int) -> tuple[Figure, int]:
    """The figure that begins with a number, and how many numbers it takes."""
    first = numbers[index]
    second = numbers[index + 1] if index + 1 < len(numbers) else None
    if second is not None:
        gap = view[first.end : second.start]
        if len(gap) <= 40:
            if _IN_BRACKETS.fullmatch(gap) and first.scale is None:
                return _before_brackets(view, numbers, index)
            if _SPREAD.fullmatch(gap):
                return _with_spread(view, first, second), 2
            if _spans(view, first, second, gap):
                figure = _range(view, first, second)
                if figure is not None:
                    return figure, 2
    return _point(view, first), 1


_BRACKETED_LIST = re.compile(r"\(\s?\d[\d.]{0,6}(?:(?:\s?,\s(?:and\s|or\s)?|\s(?:and|or)\s)\d[\d.]{0,6}){1,7}\s?\)")
_LIMITS_BEFORE = re.compile(r"(?:[\d%]|range|IQR|CI|interval|limits|min|max)[^\w(]{0,3}$", re.IGNORECASE)
"""Before a bracket whose two numbers are the ends of a range: ``5 (4, 6) × 10^6``."""


def _list_in_bracket(view: str, numbers: list[Number], index: int) -> list[Figure]:
    """The figures of a list in a bracket with one power behind it, ``(1, 5 and 10) × 10^6``; none if there is none."""
    opening = numbers[index].start - 1
    listed = _BRACKETED_LIST.match(view, opening) if opening >= 0 else None
    if listed is None or _LIMITS_BEFORE.search(view, max(0, opening - 12), opening):
        return []
    power = read_power(view, listed.end())
    within = [number for number in numbers[index : index + MAX_ARMS] if number.end < listed.end()]
    climbs = all(left.mantissa < right.mantissa for left, right in itertools.pairwise(within))
    if power is None or not climbs or len(within) < 2 or any(each.scale or each.doubt for each in within):
        return []
    figures = []
    for number in within:
        scaled = replace(number.scaled(power.scale), repairs=(*number.repairs, *power.repairs), flat=power.flat)
        end = power.end if number is within[-1] else number.end
        figure = _figure((scaled,), number.start, end, scaled.value, scaled.value, "exact", "list in a bracket")
        figures.append(replace(figure, arm=True, tail=power.end))
    return figures


def _spans(view: str, first: Number, second: Number, gap: str) -> bool:
    """True if what stands between two numbers makes a range of them."""
    if _TO.fullmatch(gap):
        return _may_span(gap, second)
    between = _BETWEEN.search(view, max(0, first.start - 20), first.start) is not None
    if between and _AND.fullmatch(gap):
        return True
    both = _UNIT_AT_BOTH.fullmatch(gap)
    if both is None or not (first.scale and second.scale) or (gap.split()[-1] == "and" and not between):
        return False
    end = second.end + len(both["unit"])
    return view.startswith(both["unit"], second.end) and not view[end : end + 1].isalnum()


def _before_brackets(view: str, numbers: list[Number], index: int) -> tuple[Figure, int]:
    """A number before a bracket whose power it shares: ``5.2 (2.1–8.8) × 10^6``, ``12.5 (3.1) million``.

    What a single number in the bracket is (a standard deviation or error, most often) counts only if the text says it.
    """
    first, second = numbers[index], numbers[index + 1]
    third = numbers[index + 2] if index + 2 < len(numbers) else None
    last = third if third is not None and _TO.fullmatch(view[second.end : third.start]) else second
    scaled, end = _scale_behind_bracket(view, second, last, inside=True)
    if end == last.end:
        return _point(view, first), 1
    shared = replace(
        first.scaled(scaled.scale), repairs=tuple(dict.fromkeys((*first.repairs, *scaled.repairs))), flat=scaled.flat
    )
    figure = _figure((shared,), first.start, end, shared.value, shared.value, "exact", BEFORE_BRACKET)
    if last is second and _DEVIATION.search(view, max(0, first.start - 40), first.start):
        figure = replace(figure, spread=second.mantissa * scaled.scale)
    if last is second:
        return figure, 2
    if _RANGE_SAID.search(view, first.end, second.start):
        figure = replace(figure, aside=_range_aside(figure, second.scaled(scaled.scale), scaled))
    elif not second.mantissa <= first.mantissa <= last.mantissa:
        figure = replace(figure, doubt=OUTSIDE)
    return figure, 3


OUTSIDE = "the range in the bracket does not hold the number before it"
BEFORE_BRACKET = "number before a bracket"
"""The rule of a number that shares the power behind a bracket."""

_RANGE_SAID = re.compile(r"range|IQR", re.IGNORECASE)


def _range_aside(mean: Figure, first: Number, second: Number) -> Figure | None:
    """A range in the bracket of its mean; None if the mean does not lie within it."""
    low, high = first.value, second.value
    if not low <= mean.low <= high:
        return None
    repaired = tuple(dict.fromkeys((*first.repairs, *second.repairs)))
    aside = _figure((first, second), first.start, second.scale_start, low, high, "range", "range in a bracket")
    return replace(aside, repairs=repaired)


def _may_span(gap: str, second: Number) -> bool:
    """False where the dash after a unit opens another statement: ``1 million MSC / kg - 10 patients``."""
    return second.scale is not None or not re.search(r"[A-Za-z]{3,}\s?/|/\s?kg|cells", gap)


def _point(view: str, number: Number) -> Figure:
    number, end = _scale_behind_bracket(view, number, number)
    product = number.scale is not None and FACTOR_BEFORE.search(view, max(0, number.start - 8), number.start)
    rule = "second factor of a product" if product else "number"
    return _figure((number,), _opening(view, number, number, end), end, number.value, number.value, "exact", rule)


def _scale_behind_bracket(view: str, opening: Number, last: Number, *, inside: bool = False) -> tuple[Number, int]:
    """The last number scaled by a power behind the bracket that holds it: ``(2.5) × 10^6``; and where that ends.

    Args:
        view: the text's view.
        opening: the first number in the bracket.
        last: the last one.
        inside: True if they are known to stand in a bracket.
    """
    opened = inside or view[max(0, opening.start - 2) : opening.start].rstrip()[-1:] == "("
    if last.scale is not None or not opened:
        return last, last.end
    closing = re.compile(r"\s?\)").match(view, last.end)
    power = read_power(view, closing.end()) if closing else None
    if power is None:
        return last, last.end
    return replace(last.scaled(power.scale), repairs=(*last.repairs, *power.repairs), flat=power.flat), power.end


def _opening(view: str, first: Number, last: Number, end: int) -> int:
    """Where a figure begins: at its bracket if the power stands behind that."""
    return view.rindex("(", 0, first.start) if end > last.end else first.start


@functools.cache
def _convertible() -> re.Pattern[str]:
    """Units that may differ at the ends of a range: ``3 weeks to 6 months``."""
    return re.compile(rf"(?:\s{{0,2}}|-)(?P<unit>{alternation(surfaces())})s?(?!\w)")


def _in_unit_of_second(view: str, first: Number, second: Number) -> Number | None:
    """The first number in the unit of the second, if each has one of its own; None if they do not fit together."""
    pattern = _convertible()
    left, right = pattern.match(view, first.end, second.start), pattern.match(view, second.end, second.end + 24)
    if left is None or right is None or left.group("unit") == right.group("unit"):
        return first
    unit, other = by_surface()[left.group("unit")], by_surface()[right.group("unit")]
    if unit.unit != other.unit:
        return None
    return replace(first, mantissa=first.mantissa * unit.factor / other.factor)


def _range(view: str, first: Number, second: Number) -> Figure | None:
    """A range; None if the two numbers are none, e.g. a mass and a volume."""
    second, end = _scale_behind_bracket(view, first, second)
    converted = _in_unit_of_second(view, first, second)
    if converted is None:
        return None
    first = _sharing(converted, second)
    low, high = first.value, second.value
    if low > high:
        return _figure((first, second), first.start, end, high, low, "range", "range", doubt="the range runs downwards")
    return _figure((first, second), _opening(view, first, second, end), end, low, high, "range", "range")


def _sharing(first: Number, second: Number) -> Number:
    """The first number with the scale of the second, if it has none of its own and is small enough to share it."""
    if first.scale is not None or second.scale is None or first.mantissa >= max(MAX_SHARED, second.mantissa):
        return first
    return first.scaled(second.scale)


def _with_spread(view: str, first: Number, second: Number) -> Figure:
    second, end = _scale_behind_bracket(view, first, second)
    if _PERCENT.match(view, second.end) and not _PERCENT.match(view, first.end):
        # 20 million ± 15 %: the spread is a share of the value
        spread = first.value * second.value / 100
        end = _PERCENT_END.match(view, second.end).end()
        return replace(_figure((first,), first.start, end, first.value, first.value, "exact", "spread"), spread=spread)
    if second.scale is None and first.scale is not None:
        second = second.scaled(first.scale)
    elif first.scale is None and second.scale is not None:
        first = first.scaled(second.scale)
    closing = re.compile(r"\s?\)").match(view, end) if "(" in view[first.end : second.start] else None
    if closing:
        end = closing.end()
        power = read_power(view, end) if first.scale is None else None
        if power is not None:
            first, second, end = first.scaled(power.scale), second.scaled(power.scale), power.end
    start = (
        _opening(view, first, second, end)
        if view[max(0, first.start - 2) : first.start].strip() == "("
        else first.start
    )
    figure = _figure((first, second), start, end, first.value, first.value, "exact", "spread")
    return replace(figure, spread=second.value)


def _figure(
    numbers: tuple[Number, ...],
    start: int,
    end: int,
    low: Decimal,
    high: Decimal,
    bound: str,
    rule: str,
    *,
    doubt: str = "",
) -> Figure:
    repairs = tuple(dict.fromkeys(repair for number in numbers for repair in number.repairs))
    doubts = [number.doubt for number in numbers if number.doubt]
    return Figure(
        start, end, start, low, high, bound, numbers, end, repairs=repairs, rule=rule,
        guessed=any(number.guessed for number in numbers), doubt=doubt or "; ".join(doubts),
    )  # fmt: skip


def _share_in_lists(view: str, figures: list[Figure]) -> list[Figure]:
    """Figures of a list take the multiplier and the unit of its last member: ``1, 5 or 10 × 10⁶``."""
    result = list(figures)
    last = len(result) - 1
    while last > 0:
        first = last
        while first > 0 and last - first < MAX_ARMS and _in_list(view, result[first - 1], result[first], result[last]):
            first -= 1
        for index in range(first, last):
            result[index] = _arm(result[index], result[last])
        if last - first == 1 and _FRACTION.fullmatch(view, result[first].start, result[last].numbers[0].scale_start):
            result[first : last + 1] = [replace(figure, doubt=A_FRACTION) for figure in result[first : last + 1]]
        last = first - 1 if first < last else last - 1
    return result


def _in_list(view: str, left: Figure, right: Figure, last: Figure) -> bool:
    gap = view[left.end : right.start]
    tag = _TAG.match(gap)
    gap = gap[tag.end() :] if tag else gap
    if not gap or len(gap) > MAX_LIST_GAP:
        return False
    if not _LIST.fullmatch(_without_bound(gap)):
        return False
    if left.high >= MAX_SHARED and not (left.scaled or left.letter or last.scaled):
        return left.high <= right.low  # 50,000, 100,000 and 150,000 cells
    if left.scaled or left.high >= MAX_SHARED or left.letter:
        return left.scaled and last.scaled and left.numbers[0].kind != "words"
    if LABELLED.search(view, max(0, left.start - 60), left.start):
        return False
    # "in the second one, 15 to 50 million": a list with commas is spelt in words, or in digits
    if gap.strip() == "," and left.numbers[0].kind == "words" != right.numbers[0].kind:
        return False
    # arms climb, so that "a woman of 65, 5 × 10^7 cells" is no list
    return left.high <= (right.numbers[0].mantissa if right.scaled else right.low)


def _without_bound(gap: str) -> str:
    """What stands between two members of a list without the bound of the second: ``4 to 6, and > 6 million``.

    One in words only behind ``or``: in ``aged 3 and more than 5 million`` the first number is no member.
    """
    bound = _before().search(gap)
    if bound is None or not (bound["sign"] or gap[: bound.start()].rstrip().endswith("or")):
        return gap
    return gap[: bound.start()]


def _arm(figure: Figure, last: Figure) -> Figure:
    """A member of a list, with the scale of the last one if it has none."""
    figure = replace(figure, arm=True, tail=last.tail)
    scale = last.numbers[-1].scale
    if figure.scaled or scale is None:
        return figure
    return replace(figure.times(scale), repairs=tuple(dict.fromkeys((*figure.repairs, *last.repairs))))


@functools.cache
def _bounds() -> dict[str, dict[str, str]]:
    """Bound of each surface, by its place before or after the figure."""
    found: dict[str, dict[str, str]] = {"before": {}, "after": {}}
    for row in bound_rows():
        found[row.get("place")][row.surface] = row.get("bound")
    return found


def bound_rows() -> tuple[Row, ...]:
    """The rows of the bounds' vocabulary."""
    return rows("bounds", "place", "bound")


@functools.cache
def _before() -> re.Pattern[str]:
    surfaces = list(_bounds()["before"])
    words = alternation([surface for surface in surfaces if surface[0].isalpha()])
    signs = alternation([surface for surface in surfaces if not surface[0].isalpha()])
    return re.compile(
        rf"(?:(?<!\w)(?P<word>(?i:{words}))(?:\s{{1,3}}(?:a|of|only|about))?\s{{1,3}}|(?P<sign>{signs})\s{{0,8}}(?:or)?\s?)$"
    )


@functools.cache
def _after() -> re.Pattern[str]:
    """Bounds behind a figure; what can stand before one, too (``at least``), must end its clause."""
    surfaces = [surface for surface in _bounds()["after"] if surface[0].isalpha()]
    signs = alternation([surface for surface in _bounds()["after"] if not surface[0].isalpha()])
    sure = alternation([surface for surface in surfaces if surface not in _bounds()["before"]])
    either = alternation([surface for surface in surfaces if surface in _bounds()["before"]])
    return re.compile(
        rf"\s{{1,2}}(?P<word>(?i:{sure}))(?!\w)|\s{{1,2}}(?P<last>(?i:{either}))(?=\s?(?:[.,;:)]|$))"
        rf"|(?P<sign>{signs})(?![\w/+-]|\s?\d)"
    )


def bound_after(view: str, figure: Figure, position: int) -> tuple[Figure, int]:
    """The figure with the bound said at a position behind it (``or more``), and where that ends."""
    after = _after().match(view, position)
    if after is None:
        return figure, position
    word = after.group("word") or after.group("last") or after.group("sign")
    return _open(figure, _bounds()["after"][re.sub(r"\s+", " ", word.lower())]), after.end()


def _bounded(view: str, figure: Figure) -> Figure:
    """The figure with the bound said before or after it, its span widened to the words that say so."""
    start = max(0, figure.start - 30)
    if figure.bound == "range":
        opener = _BETWEEN.search(view, start, figure.start) or _FROM.search(view, start, figure.start)
        figure = replace(figure, start=opener.start()) if opener else figure
    before = _before().search(view[start : figure.start])
    if before is not None:
        word = before.group("word") or before.group("sign")
        bound = _bounds()["before"].get(word) or _bounds()["before"].get(re.sub(r"\s+", " ", word.lower()))
        opening = start + before.start()
        if bound == "approximate":
            bound = _limit_set(view, opening) or bound
        if bound in _DENIED and _TIMES.search(view, max(0, opening - 8), opening):
            return figure
        if bound == "at_most" and _ADDS.search(view, max(0, opening - 9), opening):
            return figure
        denied = _NOT.search(view, max(0, opening - 16), opening) if bound in _DENIED else None
        if denied is not None:
            opening, bound = denied.start(), _DENIED[bound]
        if word.lower().startswith("as ") and figure.bound == "range":
            return replace(figure, start=opening)  # as few as three to six
        return _open(replace(figure, start=opening), bound)
    limit = _limit_set(view, figure.start) if figure.bound == "exact" else ""
    if limit:
        return _open(figure, limit)
    if figure.bound == "exact" and "+" in view[figure.numbers[-1].start : figure.numbers[-1].scale_start + 1]:
        return _open(figure, "at_least")  # 5+ million
    figure, end = bound_after(view, figure, figure.end)
    return figure if end == figure.end else replace(figure, end=end)


_NOT = re.compile(r"(?:\b(?:not|never|cannot)|n['’]t)\s(?:(?:be|go|rise|lie|get|fall|drop|sink)\s)?$", re.IGNORECASE)
_ADDS = re.compile(r"\b(?:add(?:s|ed|ing)?|sum(?:s|med|ming)?|amount(?:s|ed|ing)?|c[oa]mes?)\s$", re.IGNORECASE)
"""Before ``up to``, which is then no bound: ``it adds up to 30 million``."""

_TIMES = re.compile(r"(?:times|fold)\s$", re.IGNORECASE)
"""Before a comparison with a dose, which is none of its bounds: ``ten times higher than`` 5 million."""

_DENIED = {"greater_than": "at_most", "less_than": "at_least"}
"""What a bound says if it is denied: ``must never be higher than`` 5 million."""

_LIMIT = re.compile(
    r"\b(?:(?P<upper>maximum|most|highest)|minimum|least|lowest)\b(?:[^.;,\d]{0,30}"
    r"\b(?:should\sbe|must\sbe|has\sto\sbe|shall\sbe|allowed\s(?:being|is|was))|(?:\sper\s\w{1,12})?(?:\sis|:))\s$",
    re.IGNORECASE,
)
"""A limit that is set, not met: ``the minimum reinfused should be 2 × 10^6``."""

_MOST_ALLOWED = re.compile(
    r"\bthe\s(?:(?P<upper>most|maximum)|least|minimum)\s(?:that\s)?"
    r"(?:you|we|one|they|anyone|anybody|he|she|can|could|may|an?\s[a-z]{3,12}|each\s[a-z]{3,12})\s[^.;,:\d]{0,50}?\sis\s$",
    re.IGNORECASE,
)
"""``The most that you can get is`` 5 million."""

_LIMIT_OF_DOSE = re.compile(
    r"(?<!with\sthe\s)(?<!at\sthe\s)"
    r"\b(?:(?P<upper>(?:maxim(?:um|al)|highest|largest|greatest)\s)|(?:minim(?:um|al)|lowest|smallest|least)\s)"
    r"(?P<named>(?:[a-z][\w+-]{1,11}\s){0,3}?(?:dose|dosage|limit|threshold|number\sof\s(?:[\w-]+\s){0,3}?cells)\b"
    r"(?:[^.;,:\d]|(?<=CD)\d{1,3}){0,60}?)"
    r"(?P<rule>\sis|\sremains|\sshall\sbe|\swill\sbe|:)?(?P<was>\s(?:was|being))?"
    r"(?:\s(?:therefore|thus|then|hence|always|set\sat|fixed\sat))?\s$",
    re.IGNORECASE,
)
_ANY_LIMIT = re.compile(
    r"(?<!to\s)\b(?:an?|any)\s(?:(?P<upper>maxim(?:um|al))|minim(?:um|al))\s(?:(?!effective|safe|tolerated)[a-z][\w+-]{1,13}\s){0,3}"
    r"(?:dose|dosage|number|threshold)\sof\s\Z",
    re.IGNORECASE,
)
"""A limit that nobody is said to have been given: ``a minimum cell dose of``."""

_WAS = re.compile(r"[^.;|\n]{0,60}?\b(?:was|were)\s")

_CEILING = re.compile(
    r"\b(?:(?P<upper>(?:upper|dose)\slimit|ceiling|cap)|lower\slimit)\b[^.;,:\d]{0,60}?(?:\s(?:is|was)|:)(?:\sset\sat)?\s$",
    re.IGNORECASE,
)
"""``The ceiling is`` 5 million."""

_HEADS_LIMIT = re.compile(
    r"(?:\A|[|\n;]|[-·]\s)\s{0,2}(?:(?P<upper>maxim(?:um|al))|minim(?:um|al))\s(?:[a-z-]{2,14}\s){0,2}(?:dose|dosage)\s"
    r"(?:of\s)?\Z",
    re.IGNORECASE,
)
"""A limit as the name of what is set behind it, with no verb: ``Minimum dose 3 × 10^6 cells/kg``."""

_TELLS = re.compile(r"[^.;|\n]{0,80}?\b(?:was|were|is|are|has|have|had|did|led|gave|showed|caused)\b")

_ALLOWED = re.compile(r"\b(?:possible|allow(?:ed|able)|permi(?:tted|ssible)|acceptable|required)\b", re.IGNORECASE)
_MET = re.compile(
    r"(?<!to\sbe\s)\b(?:tolerated|effective|tested|used|given|administered|studied|reported|published|feasible|observed|achieved|"
    r"reached|infused|injected|transplanted|received|safe)\b",
    re.IGNORECASE,
)
"""What makes of a highest or lowest dose one that was given, or that works: no limit."""

_SET = re.compile(r"(?:is|was|be|being|remains|:|at|therefore|thus|then|hence|always)\s\Z", re.IGNORECASE)
"""How each of these ends, which few words before a figure do."""

_LONGEST_LIMIT = 110
"""Characters before a figure in which a limit is said."""


def _limit_set(view: str, end: int) -> str:
    """The bound that is said as a limit before a figure, empty if none is: ``the smallest acceptable dose is``."""
    heads = _HEADS_LIMIT.search(view, max(0, end - _LONGEST_LIMIT), end) if view[end - 1 : end] == " " else None
    if heads is not None and _TELLS.match(view, end) is None:
        return "at_most" if heads.group("upper") else "at_least"
    asked = _ANY_LIMIT.search(view, max(0, end - _LONGEST_LIMIT), end) if view[max(0, end - 3) : end] == "of " else None
    if asked is not None and not (asked.group("upper") and _WAS.match(view, end)):
        return "at_most" if asked.group("upper") else "at_least"
    if _SET.search(view, max(0, end - 12), end) is None:
        return ""
    limit = _LIMIT.search(view, max(0, end - 60), end)
    if limit is None:
        limit = _CEILING.search(view, max(0, end - _LONGEST_LIMIT), end)
    if limit is None:
        limit = _MOST_ALLOWED.search(view, max(0, end - _LONGEST_LIMIT), end)
    if limit is None:
        limit = _LIMIT_OF_DOSE.search(view, max(0, end - _LONGEST_LIMIT), end)
        if limit is None or not _is_rule(limit):
            return ""
    return "at_most" if limit.group("upper") else "at_least"


def _is_rule(limit: re.Match[str]) -> bool:
    """True if a highest or lowest dose is one that is allowed; one that was given is a dose as any other."""
    if _MET.search(limit.group("named")) or not (limit.group("rule") or limit.group("was")):
        return False
    if _ALLOWED.search(limit.group("named")) or "threshold" in limit.group("named").lower():
        return True
    return limit.group("rule") is not None and re.search("m(?:ax|in)im", limit.group(), re.IGNORECASE) is not None


_EXCEEDED = re.compile(
    r"(?:\s(?:per|in|for|of|a|each|any)\s(?:a\s|one\s|any\s)?[a-z]{2,12}){0,2},?"
    r"\s(?:which\s|that\s)?(?:should|must|may|shall|can|will|could|is|are|was|were|has|have)\s?(?:not|never)\s(?:(?:to\s)?be(?:en)?\s)?exceeded\b"
)


def not_exceeded(view: str, figure: Figure, end: int) -> Figure:
    """The figure as a limit if that is said behind it and its unit: ``5 million cells should not be exceeded``."""
    limit = figure.bound == "exact" and figure.spread is None and _EXCEEDED.match(view, end)
    return replace(figure, bound="at_most") if limit else figure


def _open(figure: Figure, bound: str | None) -> Figure:
    """The figure under a bound. A range under ``up to`` stays a range: its upper end says it already."""
    if bound is None or bound == "exact" or figure.spread is not None:
        return figure
    if figure.bound == "range" and bound == "at_least" and figure.scaled and figure.high <= CLOSE * figure.low:
        return replace(figure, bound=bound, high=figure.low)  # ≥ 2.5–3 million: of two minima the lower one holds
    if figure.bound == "range" and bound != "approximate":
        return figure
    return replace(figure, bound=bound)
