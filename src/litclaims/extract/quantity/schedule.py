"""Figures that are said as a phrase of their own: ``twice a week``, ``q4w``, ``a single infusion``, ``1 in 3``."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from litclaims.extract.quantity.cues import find_cues
from litclaims.vocab.measurement import units
from litclaims.vocab.wordlist import alternation, listed, rows


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure with its measure and canonical value, read in one piece.

    Attributes:
        low, high: in canonical units.
        unit: ``1/d`` for a frequency, the counted event for doses, ``1`` for a share.
    """

    start: int
    end: int
    measure: str
    low: Decimal
    high: Decimal
    unit: str
    rule: str


@functools.cache
def _numbers() -> dict[str, Decimal]:
    table = rows("numbers", "role", "value")
    return {row.surface: Decimal(row.get("value")) for row in table if row.get("role") in ("unit", "ten")}


@functools.cache
def _schedule(role: str) -> dict[str, Decimal]:
    return {
        row.surface: Decimal(row.get("value")) for row in rows("schedule", "role", "value") if row.get("role") == role
    }


@functools.cache
def _days() -> dict[str, Decimal]:
    return {unit.surface: unit.factor for unit in units() if unit.dimension == "time"}


@functools.cache
def _counted() -> dict[str, str]:
    return {
        row.surface: row.get("unit")
        for row in rows("counted", "unit", "measure", "number")
        if row.get("measure") == "doses"
    }


def _number() -> str:
    return rf"\d{{1,3}}|{alternation(list(_numbers()))}"


def _long_days() -> str:
    return alternation([surface for surface, factor in _days().items() if factor >= 1 and len(surface) > 2])


@functools.cache
def _frequencies() -> tuple[tuple[str, re.Pattern[str]], ...]:
    number, times, period = _number(), alternation(list(_schedule("times"))), alternation(list(_schedule("period")))
    event, unit = alternation(list(_schedule("event"))), _long_days()
    head = rf"(?<![\w.-])(?:(?P<times>{times})|(?P<low>{number})(?:\s?(?:-|–|to|or)\s?(?P<high>{number}))?)"
    return (
        (
            "times per period",
            re.compile(
                rf"{head}(?:\s(?P<event>{event})s?)?(?:\s(?:per|a|an|each|every)|\s?/)\s?(?:(?P<count>{number})\s)?(?P<unit>{unit})s?(?!\w)",
                re.IGNORECASE,
            ),
        ),
        (
            "times and adverb",
            re.compile(rf"{head}\s(?:(?P<event>{event})s?\s)?(?P<period>{period})(?!\w)", re.IGNORECASE),
        ),
        (
            "adverb behind treatments",
            re.compile(rf"(?<![\w-])(?:{event})s\s(?P<figure>(?P<period>{period}))(?!\w)", re.IGNORECASE),
        ),
        ("q-notation", re.compile(r"(?<!\w)q\.?\s?(?P<count>\d{1,2})\s?(?P<letter>[dwm])(?!\w)")),
    )


@functools.cache
def _single() -> re.Pattern[str]:
    event = alternation(list(_counted()))
    design, levels = alternation(listed("levels", "design")), alternation(listed("levels", "behind", "kind"))
    return re.compile(
        rf"(?<!\w)(?:(?:an?|one)\s)?(?:single|one-time|one\stime)[\s-](?!(?:{design})\b)(?:[\w()-]{{1,24}}\s){{0,3}}?(?P<event>{event})(?!\w)(?!\s(?:{levels}))",
        re.IGNORECASE,
    )


_PARTICIPLE = re.compile(r"[a-z-]+(?:ed|en)")


def _how_often() -> str:
    return rf"(?P<figure>(?P<often>{alternation(list(_schedule('adverb')))})|(?P<number>{_number()})\stimes)"


@functools.cache
def _adverbs() -> tuple[re.Pattern[str], ...]:
    """How often, behind a verb of giving: ``was infused twice``, ``will be given 5 million cells once``.

    A period behind it makes a frequency of it, and a clause a conjunction: ``once they had recovered``.
    """
    given = [row.surface for row in rows("cues", "cue") if row.get("cue") == "given"]
    verb = rf"\b(?P<verb>{alternation([surface for surface in given if _PARTICIPLE.fullmatch(surface)])})\s"
    period = alternation(list(_schedule("period")))
    goes_on = "by|via|through|into|on|at|with|during|over|within|after|before|and|[a-z]+ly|intra-?[a-z]+|i\\.?v|IV"
    ends = rf"(?=\s?(?:[.,;()\[]|$)|\s(?!(?:{period})\b)(?:{goes_on})\b)"
    return (
        re.compile(rf"{verb}(?:[a-z-]{{3,16}}\s){{0,2}}{_how_often()}{ends}", re.IGNORECASE),
        re.compile(rf"{verb}(?:[^.;:\n]|\.(?=\d)){{1,80}}?\scells\s{_how_often()}(?=\s?(?:[.;)]|$))", re.IGNORECASE),
    )


@functools.cache
def _totals() -> re.Pattern[str]:
    """How often in all: ``a total of 3 times``, ``3 times in total``."""
    times = rf"(?:{_number()})\stimes"
    behind = r"(?!\s(?:a|per|each|every|daily)\b|\w)"
    return re.compile(
        rf"(?<![\w.-])(?P<figure>(?:(?:a|in)\s)?total(?:\sof)?\s{times}{behind}|{times}\s(?:in\s(?:total|all)|altogether)\b)",
        re.IGNORECASE,
    )


@functools.cache
def _labelled() -> re.Pattern[str]:
    """A number of treatments behind its name: ``Number of infusions: 3``."""
    event, often = alternation(list(_counted())), alternation([*_schedule("adverb"), "single"])
    return re.compile(
        rf"\b(?:number|frequency)\sof\s(?:[a-z-]{{2,14}}\s)?(?P<event>{event})s?\s?[:=]\s?"
        rf"(?P<figure>(?P<often>{often})|(?P<number>{_number()}))(?=\s?(?:[.;,)\n]|$)|\s(?-i:[A-Z]))",
        re.IGNORECASE,
    )


@functools.cache
def _case() -> re.Pattern[str]:
    return re.compile(
        r"(?<!\w)(?:a|only one|one)\ssingle\s(?:human\s|adult\s)?(?:patient|subject|case|individual)(?!\w)",
        re.IGNORECASE,
    )


@functools.cache
def _ratio() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w.,-])(?P<part>{_number()})\s(?:(?P<sure>out\sof)|in)\s(?:every\s)?(?P<whole>{_number()})(?!\w|[.,]\d|\s?(?:%|percent))"
        rf"(?P<noun>\s(?:of\s(?:the\s)?)?(?:adults?|people|patients|persons|subjects|participants|women|men))?",
        re.IGNORECASE,
    )


@functools.cache
def _cue_of_a_figure() -> re.Pattern[str]:
    words = [row.surface for row in rows("numbers", "role", "value") if row.get("role") in ("unit", "ten", "article")]
    words += [*_schedule("times"), *_schedule("period"), "single", "half", "one-time"]
    spelt = alternation([word for word in words if word != "a"])
    scaled = alternation([row.surface for row in rows("numbers", "role", "value") if row.get("role") == "multiplier"])
    return re.compile(rf"\d|[¼½¾]|(?<![A-Za-z])(?:{spelt}|{scaled}|hundred)(?![A-Za-z])", re.IGNORECASE)


def may_hold_figures(view: str) -> bool:
    """False for a text without a digit and without a word that a figure can be made of: nothing can be read in it."""
    return any(map(str.isdigit, view)) or _cue_of_a_figure().search(view) is not None


def find_stated(view: str) -> list[Stated]:
    """The phrases of a text, in order, none overlapping another; the first of the list of forms wins."""
    taken = bytearray(len(view))
    found: list[Stated] = []
    lower = view.lower()
    for reader, needed in _readers():
        if not any(part in lower for part in needed):
            continue  # looking for a part of each phrase is many times as fast as the patterns
        for stated in reader(view):
            if not any(taken[stated.start : stated.end]):
                taken[stated.start : stated.end] = b"\1" * (stated.end - stated.start)
                found.append(stated)
    return sorted(found, key=lambda stated: stated.start)


@functools.cache
def _readers() -> tuple[tuple[Callable[[str], Iterator[Stated]], tuple[str, ...]], ...]:
    """The readers of phrases, each with parts of which one stands in every phrase that it reads."""
    days = [surface for surface, factor in _days().items() if factor >= 1 and len(surface) > 2]
    needed = (days, _schedule("period"), _schedule("period"), ("q",))
    firsts = [tuple({part.split()[0].lower() for part in parts}) for parts in needed]
    frequencies = (
        (functools.partial(_read_frequencies, rule=rule, pattern=pattern), first)
        for (rule, pattern), first in zip(_frequencies(), firsts, strict=True)
    )
    given = (
        (_read_adverbs, (*_schedule("adverb"), "times")),
        (_read_totals, ("times in ", "times altogether", "total")),
        (_read_labelled, ("number of", "frequency of")),
    )
    return (*frequencies, *given, (_read_single, ("single", "one")), (_read_ratios, ("in", "out")))


def _value(text: str) -> Decimal:
    return Decimal(text) if text.isdigit() else _numbers()[text.lower()]


_LETTERS = {"d": "day", "w": "week", "m": "month"}


def _read_frequencies(view: str, *, rule: str, pattern: re.Pattern[str]) -> Iterator[Stated]:
    for match in pattern.finditer(view):
        stated = _frequency(match, rule)
        if stated is not None:
            yield stated


def _frequency(match: re.Match[str], rule: str) -> Stated | None:
    groups = match.groupdict()
    if groups.get("letter"):
        low = high = Decimal(1)
        days = _days()[_LETTERS[groups["letter"]]]
    elif groups.get("figure"):
        low = high = Decimal(1)
        days = _schedule("period")[groups["period"].lower()]
    else:
        times = groups["times"]
        if times is None and not groups.get("event"):
            return None
        low = _schedule("times")[times.lower()] if times else _value(groups["low"])
        high = _value(groups["high"]) if groups.get("high") else low
        days = _days()[groups["unit"].lower()] if groups.get("unit") else _schedule("period")[groups["period"].lower()]
    if groups.get("count"):
        days *= _value(groups["count"])
    if not days or low > high:
        return None
    start = match.start("figure") if groups.get("figure") else match.start()
    return Stated(start, match.end(), "frequency", low / days, high / days, "1/d", rule)


def _read_single(view: str) -> Iterator[Stated]:
    for match in _single().finditer(view):
        unit = _counted()[match.group("event").lower()]
        yield Stated(match.start(), match.end(), "doses", Decimal(1), Decimal(1), unit, "single")
    for match in _case().finditer(view):
        yield Stated(match.start(), match.end(), "sample_size", Decimal(1), Decimal(1), "patient", "single case")


def _read_adverbs(view: str) -> Iterator[Stated]:
    for match in (match for pattern in _adverbs() for match in pattern.finditer(view)):
        stem = match["verb"].lower().removesuffix("ed")
        unit = next((unit for event, unit in _counted().items() if event.startswith(stem)), "administration")
        yield _times(match, unit)


def _read_labelled(view: str) -> Iterator[Stated]:
    for match in _labelled().finditer(view):
        yield _times(match, _counted()[match["event"].lower()])


def _times(match: re.Match[str], unit: str) -> Stated:
    often = (match["often"] or "").lower()
    value = _value(match["number"]) if match["number"] else _schedule("adverb").get(often, Decimal(1))  # single
    return Stated(*match.span("figure"), "doses", value, value, unit, "times given")


def _read_totals(view: str) -> Iterator[Stated]:
    for match in _totals().finditer(view):
        if _tells_of_giving(view, match.start()):  # a test can be taken three times, too
            value = _value(next(word for word in match["figure"].split() if _is_number(word)))
            yield Stated(*match.span("figure"), "doses", value, value, "administration", "times in all")


def _is_number(word: str) -> bool:
    return word.isdigit() or word.lower() in _numbers()


def _tells_of_giving(view: str, position: int) -> bool:
    """True if what stands before a position on its line says that something is given, and nothing else after that."""
    before = view[max(0, position - 100) : position]
    cues = find_cues(before.rpartition("\n")[2])
    return bool(cues) and cues[-1].kind == "given"


def _read_ratios(view: str) -> Iterator[Stated]:
    for match in _ratio().finditer(view):
        part, whole = _value(match.group("part")), _value(match.group("whole"))
        if not 0 < part < whole or not (match.group("sure") or match.group("noun")):
            continue
        end = match.end("whole")
        yield Stated(match.start(), end, "proportion", part / whole, part / whole, "1", "ratio")
