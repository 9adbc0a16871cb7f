"""Times, counts, shares and limits: what each is a figure of, by the words right beside it, else by its nearest cue."""

from __future__ import annotations

import functools
import re

from litclaims.extract.quantity.adjacent import is_numbered
from litclaims.extract.quantity.cues import GIVEN, Cue, Measured, distance, find_cues, nearest
from litclaims.extract.quantity.units import Reading
from litclaims.vocab.wordlist import alternation, listed, words_of

TIMED = ("duration", "follow_up")

NEAR = 80
"""How far, in characters, the cue of a time or a sample may be."""

AROUND = 300
"""Characters around a time in which a treatment must be named for it to lie between two."""

MAX_DOSES = 100
"""More injections than this are not one subject's."""

LARGEST_SAMPLE = 1_000_000
"""More people than this are a population."""

_MEMBERS = r"(?>[+-]?\d[\d.]*+(?:\s?[–-]\s?\d[\d.]*+)?|days?|weeks?|months?|years?|and|or|,|\s){0,24}+"
"""The members of a list before one of them: ``at 1, 3 and``."""

_EVERY = re.compile(r"\b(?:every|each)\s{1,2}$", re.IGNORECASE)
_AGED = re.compile(r"\b(?:aged?|ages)\b[^.;()]{0,32}$", re.IGNORECASE)
_OLD = re.compile(r"\s?(?:of\sage\b|old\b|-old\b)", re.IGNORECASE)
_RANGE_OF_AGE = re.compile(r"\bage\b[^.;]{0,40}\byears?\s\((?:range|IQR)?[:\s]{0,2}$", re.IGNORECASE)
_APART = re.compile(r"\s?(?:\([^()\n]{1,20}\)\s)?(?:apart\b|intervals?\b|(?P<later>later\b))", re.IGNORECASE)
_GAP_OF = re.compile(r"(?<!free\s)\bintervals?\sof\s$", re.IGNORECASE)
_SEPARATED = re.compile(
    r"\b(?:separated|spaced|staggered)\s(?:by\s)?(?:(?:an?|the)\s)?(?:(?:minimum|interval|period|gap)\s(?:of\s)?)?$",
    re.IGNORECASE,
)
_FOLLOWED_BY = re.compile(r"followed\s(?:[\w-]+\s){0,3}later\s(?:by|with)\b", re.IGNORECASE)
"""What comes after a treatment, and is no look at its outcome."""

_AFTER = re.compile(r"\bafter\s{1,2}$", re.IGNORECASE)
_AFTER_THE = re.compile(r"\s?after\sthe\s(?:first|last|initial|(?P<previous>previous))\b", re.IGNORECASE)
_FOR = re.compile(
    r"\bfor\s(?:a\stotal\sof\s|a\sfurther\s|another\s|an\sadditional\s|the\s(?:first|next)\s)?$", re.IGNORECASE
)
_AT = re.compile(rf"\b(?:at|after|by|until)\s(?:the\s)?{_MEMBERS}$", re.IGNORECASE)
_SESSION = re.compile(
    r"\b(?:sessions?|injections?|infusions?|doses?|treatments?|follow-ups|courses?|administrations?|transplantations?)\b",
    re.IGNORECASE,
)
_LIMIT_NAME = re.compile(r"(?:BMI|body[ -]mass\sindex)(?:\s\w+){0,3}\s?[:(]?\s?$", re.IGNORECASE)
_SAMPLE_SIGN = re.compile(r"(?<!\w)[nN]\s?=\s?$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_PEOPLE = re.compile(
    r"\s(?:of\s(?:the\s|all\s|these\s|treated\s|older\s){0,2})?"
    r"(?:adults?|patients|people|subjects|participants|knees|cases|persons|women|men|children)\b"
)
_OF = re.compile(r"\sof\b")
_ONE_OF = re.compile(r"\b(?:one|each|any|either|which)\sof\s(?:the\s)?$", re.IGNORECASE)
_COMPARED = re.compile(r"\b(?:between|compar[a-z]{1,5}|effects?\sof)\s(?:the\s|these\s)?$", re.IGNORECASE)
_PASSIVE = r"\s(?:of\s[^.;:,()]{1,40}?\s)?(?:are|were|will\sbe|(?:have|has)\sbeen)\s(?:then\s)?"


@functools.cache
def _levels_behind() -> re.Pattern[str]:
    """Behind doses that are the levels of a trial, not given one after the other."""
    behind, tried = (alternation(listed("levels", role)) for role in ("behind", "tried"))
    return re.compile(rf"\s(?:{behind})s?\b|{_PASSIVE}(?:{tried})\b")


@functools.cache
def _levels_between() -> re.Pattern[str]:
    """Between a number and its doses: what makes them levels, or the number that of a trial's arms."""
    kind, design = (alternation(listed("levels", role)) for role in ("kind", "design"))
    return re.compile(rf"[\s-](?:(?:{kind})\s|(?:{design})\b)", re.IGNORECASE)


def measure(view: str, reading: Reading, cues: list[Cue]) -> Measured:
    """A figure that is no number of cells and no amount, with its measure; none if nothing tells it.

    Args:
        view: the text's view.
        reading: the figure with its unit.
        cues: of its sentence.
    """
    before = view[max(0, reading.figure.start - 60) : reading.figure.start]
    if reading.dimension == "time":
        return _time(view, reading, cues, before)
    if reading.dimension == "count":
        return _count(view, reading, cues)
    if reading.dimension == "share" and _PEOPLE.match(view, reading.unit_end):
        return Measured(reading, "proportion", cue="of people")
    if not reading.unit:
        return _bare(reading, before)
    if reading.unit == "kg/m2" and _LIMIT_NAME.search(before):
        return Measured(reading, "threshold", cue="BMI")
    return Measured(reading)


def _bare(reading: Reading, before: str) -> Measured:
    """A figure without a unit, where the words before it say what it is."""
    if _LIMIT_NAME.search(before):
        return Measured(reading, "threshold", cue="BMI")
    if _SAMPLE_SIGN.search(before) and not reading.figure.scaled:
        return Measured(reading, "sample_size", cue="n =")
    if _RANGE_OF_AGE.search(before):
        return Measured(reading, "age", cue="range of an age")
    return Measured(reading)


def _time(view: str, reading: Reading, cues: list[Cue], before: str) -> Measured:
    """A time: what the words beside it say, else its nearest cue."""
    after = view[reading.unit_end : reading.unit_end + 24]
    if _OLD.match(after) or (_AGED.search(before) and reading.factor > 300):
        return Measured(reading, "age", cue="age")
    if reading.factor < 1:
        return Measured(reading)
    given = nearest(cues, GIVEN, reading)
    every = None if reading.figure.bound == "greater_than" else _EVERY.search(before)  # 5 million each over 7 days
    if every is not None:
        start = reading.figure.start - len(before) + every.start()
        named = given is not None or _SESSION.search(view[max(0, reading.figure.start - 90) : reading.unit_end + 60])
        seen = is_of_looking(view, reading.figure.start)
        return Measured(reading, "interval" if named and not seen else "", cue="every", start=start)
    if (after_one := _AFTER_THE.match(after)) and not after_one["previous"] and not _comes_again(view, reading):
        return Measured(reading)
    if after_one or _is_gap(view, reading, before, after):
        around = view[max(0, reading.figure.start - AROUND) : reading.unit_end + AROUND]
        named = (given or _SESSION.search(around)) and not is_of_looking(view, reading.figure.start)
        return Measured(reading, "interval" if named else "", cue="apart")
    return _lasting(reading, cues, before, given)


def _is_gap(view: str, reading: Reading, before: str, after: str) -> bool:
    """True for a time between two treatments: ``4 weeks apart``, ``second session after 2 months``."""
    if apart := _APART.match(after):
        return apart["later"] is None or _comes_again(view, reading)  # later than a treatment, or than whatever else
    if _GAP_OF.search(before) or _SEPARATED.search(before):
        return True
    if _AFTER.search(before) is None:
        return False
    return _SESSION.search(before[-36:]) is not None or _again_behind().match(view, reading.unit_end) is not None


def is_of_looking(view: str, start: int) -> bool:
    """True for a time at which something is looked at, not given: ``Pain was measured``, ``visits`` every month.

    Args:
        start: where the figure begins.
    """
    before = _LAST_CLAUSE.search(view[max(0, start - NEAR) : start]).group()
    opening = start - len(before)
    looks = [
        match.start() for match in _look().finditer(before) if not _FOLLOWED_BY.match(view, opening + match.start())
    ]
    given = [match.start() for match in _SESSION.finditer(before)] if looks else []
    given += [cue.start for cue in find_cues(before) if cue.kind in GIVEN] if looks else []
    return bool(looks) and looks[-1] > max(given, default=-1)


_LAST_CLAUSE = re.compile(r"(?:[^.;]|\.(?!\s)){0,80}$")


@functools.cache
def _look() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternation(listed('timed', 'look'))})s?\b", re.IGNORECASE)


@functools.cache
def _again_behind() -> re.Pattern[str]:
    """Behind a time: another treatment, ``patients will receive the second infusion``."""
    again = rf"(?:{alternation(listed('timed', 'again'))})\s(?:[\w()+-]{{1,20}}\s){{0,3}}?{_SESSION.pattern}"
    return re.compile(rf"[^.;\n]{{0,60}}\b{again}", re.IGNORECASE)


def _comes_again(view: str, reading: Reading) -> bool:
    """True where a treatment is spoken of that is not the first: ``The second was given 2 weeks after the first``."""
    again, start, end = words_of("timed", "again"), reading.figure.start, reading.unit_end
    return bool(again.search(view, max(0, start - NEAR), start) or again.search(view, end, end + NEAR))


def _lasting(reading: Reading, cues: list[Cue], before: str, given: Cue | None) -> Measured:
    """A duration or a follow-up."""
    seen = nearest(cues, ("follow_up",), reading)
    followed = seen is not None and seen.end <= reading.figure.start and distance(seen, reading) <= NEAR
    if _FOR.search(before):
        return Measured(reading, "follow_up" if followed else "duration", cue="for")
    if _AT.search(before):
        # "given at 0, 6 and 12 weeks" is a schedule, which no one measure holds
        if given is not None and (seen is None or distance(given, reading) < distance(seen, reading)):
            return Measured(reading)
        return Measured(reading, "follow_up", cue="at")
    cue = nearest(cues, TIMED, reading)
    if cue is None or distance(cue, reading) > NEAR:
        return Measured(reading)
    return Measured(reading, cue.kind, cue=cue.surface)


def _count(view: str, reading: Reading, cues: list[Cue]) -> Measured:
    figure = reading.figure
    if _YEAR.fullmatch(view[figure.core : figure.end]):
        return Measured(reading)
    if reading.measure == "sample_size":
        cue = nearest(cues, ("sample",), reading)
        near = cue is not None and distance(cue, reading) <= NEAR and figure.high < LARGEST_SAMPLE
        return Measured(reading, "sample_size", cue=cue.surface) if near else Measured(reading)
    if reading.measure == "doses":
        levels = _are_levels(view, reading) or figure.high > MAX_DOSES
        return Measured(reading) if levels else Measured(reading, "doses", cue="doses")
    if is_numbered(view, figure.start) or _levels_between().match(view, figure.end):
        return Measured(reading)  # phase 1 studies, one arm trials
    return Measured(reading, "count", cue=reading.unit)


_BASIS = re.compile(r"\bper\s$", re.IGNORECASE)


@functools.cache
def _holds() -> re.Pattern[str]:
    """Behind one treatment: what it is made of."""
    return re.compile(rf"\s(?:(?:may|can|will|would)\s)?(?:{alternation(listed('delivery', 'hold'))})\s", re.IGNORECASE)


@functools.cache
def _tried() -> re.Pattern[str]:
    """Before doses that are the levels of a trial: ``tested four doses``."""
    return re.compile(rf"\b(?:{alternation(listed('levels', 'tried'))})\s$", re.IGNORECASE)


_DOSES = ("dose", "treatment")
"""Of these, different ones are levels; of injections they are given one after the other."""


def _are_levels(view: str, reading: Reading) -> bool:
    """True for doses of which each subject gets one: ``one of four doses``, ``two different doses``.

    And for what a dose is per, and for the sessions of a harvest.
    """
    start, end = reading.figure.start, reading.figure.end
    before = max(0, start - 24)
    if reading.unit in _DOSES and words_of("levels", "kind of dose").search(view, end, reading.unit_end):
        return True
    if reading.figure.high == 1 and _holds().match(view, reading.unit_end):
        return True  # one treatment consists of six injections
    if reading.unit == "dose" and _tried().search(view, before, start):
        return True
    if any(cue.kind == "harvest" for cue in find_cues(view[end : reading.unit_end])):
        return True
    return bool(
        _BASIS.search(view, before, start)
        or _levels_behind().match(view, reading.unit_end)
        or _levels_between().search(view, end, reading.unit_end)
        or _OF.match(view, end, reading.unit_end)
        or _ONE_OF.search(view, before, start)
        or _COMPARED.search(view, before, start)
    )
