"""Fourth pass: what each figure is a figure of, decided by the cue words around it.

A number of cells is a dose only if something says that it is given; a time is an interval, a duration or a follow-up
by the cue nearest to it. A figure that no cue decides stays unparsed, with the reason.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from litclaims.extract.quantity.intervals import Figure
from litclaims.extract.quantity.units import Reading, find_noun
from litclaims.model import Span
from litclaims.vocab.wordlist import alternation, rows

GIVEN = ("given", "dose")
NOT_GIVEN = ("culture", "harvest", "supply", "assay", "other_agent", "natural")
TIMED = ("interval", "duration", "follow_up", "age")

NEAR = 80
"""How far, in characters, the cue of a time may be."""

_LIMIT_NAME = re.compile(r"(?:BMI|body[ -]mass index)(?:\s(?:of|was|is))?\s?[:(]?\s?$", re.IGNORECASE)
_PEOPLE = re.compile(r"\s(?:of\s(?:the\s|all\s|these\s|treated\s|older\s){0,2})?(?:adults?|patients|people|subjects|participants|knees|cases|persons|women|men|children)\b")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LOST_POWER = re.compile(r"10[3-9]|101[0-3]")
_HELD = re.compile(r"\s?(?:of|with|at|:|was|were|is)?\s?(?:a\s|the\s|either\s)?\s?\(?")
"""Between a cue and the figure that it holds: ``an injection of``, ``dose:``."""

_AND_THEN = re.compile(r"\s?,?\s(?:and|then|before being|to be)\s(?:[\w-]+\s){0,4}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATED = re.compile(r"\b(?:in|since|from|until|till|by|of|years?|before|after|during|between)\s$", re.IGNORECASE)
_CODE = re.compile(r"(?<!\w)[A-Z]{2,}[ -]$")


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue word of the text."""

    start: int
    end: int
    kind: str
    surface: str


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds the figures of a block.

    Attributes:
        sentences: spans of the block's sentences in its view.
        headings: texts of what the block stands under, nearest first.
        before: the text of the block before it.
        table_head: the head of the table that the block seems to be a cell of, empty if it is none.
        broken: True if the block may begin within a number that a line break split.
    """

    sentences: tuple[Span, ...]
    headings: tuple[str, ...] = ()
    before: str = ""
    broken: bool = False
    table_head: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with its measure, or the reason why it has none."""

    reading: Reading
    measure: str = ""
    reason: str = ""
    cue: str = ""
    start: int = field(default=-1)


@functools.cache
def _cues() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    """One pattern for every cue, and the kinds of each cue by its lower-case surface."""
    kinds: dict[str, list[str]] = {}
    for row in rows("cues", "cue"):
        kinds.setdefault(row.surface.lower(), []).append(row.get("cue"))
    pattern = re.compile(rf"(?<!\w)(?:{alternation(list(kinds))})(?!\w)", re.IGNORECASE)
    return pattern, {surface: tuple(found) for surface, found in kinds.items()}


def find_cues(text: str) -> list[Cue]:
    """The cue words of a text, in order."""
    pattern, kinds = _cues()
    found = []
    for match in pattern.finditer(text):
        surface = re.sub(r"\s+", " ", match.group().lower())
        found.extend(Cue(match.start(), match.end(), kind, surface) for kind in kinds[surface])
    return found


def measure_all(view: str, readings: Sequence[Reading], context: Context) -> list[Measured]:
    """Each reading with its measure."""
    cues = find_cues(view)
    return [_measure(view, reading, cues, context) for reading in readings]


def sentence_of(position: int, sentences: Sequence[Span]) -> Span:
    """The sentence that holds a position; the last one before it if it lies between two."""
    last = sentences[0]
    for sentence in sentences:
        if sentence.start > position:
            break
        last = sentence
    return last


def _measure(view: str, reading: Reading, cues: list[Cue], context: Context) -> Measured:
    figure = reading.figure
    sentence = sentence_of(figure.start, context.sentences)
    near = [cue for cue in cues if sentence.start <= cue.start < sentence.end and not figure.start <= cue.start < reading.unit_end]
    doubt = figure.doubt or _unlikely(view, reading, context)
    if doubt:
        return Measured(reading, reason=doubt)
    near = [cue for cue in near if not _is_adjective(view, cue)]
    if reading.dimension in ("cell", "platelet", "particle"):
        return _cells(view, reading, near, context)
    if reading.dimension == "time":
        return _time(view, reading, near)
    if reading.dimension == "count":
        return _count(view, reading, near)
    if reading.dimension == "share":
        return _share(view, reading)
    if reading.dimension in ("volume", "mass", "mass_per_mass", "mass_per_area"):
        return _given_amount(view, reading, near)
    if _LIMIT_NAME.search(view[max(0, figure.start - 24) : figure.start]):
        return Measured(reading, "threshold", cue="BMI")
    return Measured(reading)


def _unlikely(view: str, reading: Reading, context: Context) -> str:
    """Why a figure of cells cannot be meant as it reads; empty if it can."""
    figure = reading.figure
    if reading.dimension not in ("cell", "platelet", "particle"):
        return ""
    if figure.high <= 0:
        return "no number of cells"
    if not figure.scaled and any(number.value % 1 for number in figure.numbers):
        return "a fraction of a cell"
    if not figure.scaled and _in_years(view, figure):
        return "a year"
    if context.broken and not view[: figure.core].strip():
        return "the rest of a number that a line break split"
    if not figure.scaled and "," not in view[figure.start : figure.end] and _CODE.search(view, max(0, figure.core - 12), figure.core):
        return "a number in a product's name"
    if not figure.scaled and _LOST_POWER.fullmatch(view[figure.core : figure.end]):
        return "a bare power with a lost superscript, or a plain number"
    return ""


def _in_years(view: str, figure: Figure) -> bool:
    """True for ``since 2010`` and ``2008–2012``."""
    if not all(_YEAR.fullmatch(view[number.start : number.end]) for number in figure.numbers):
        return False
    return len(figure.numbers) > 1 or _DATED.search(view, max(0, figure.core - 16), figure.core) is not None


def _is_adjective(view: str, cue: Cue) -> bool:
    """True for a participle that only describes the cells: ``cultured, bone marrow-derived stem cells``."""
    if cue.kind not in NOT_GIVEN or not cue.surface.endswith("ed"):
        return False
    start = cue.end + (view[cue.end : cue.end + 1] == ",")
    noun = find_noun(view, start, frozenset())
    return noun is not None and not any(character.isdigit() for character in view[cue.end : noun[1]])


def distance(cue: Cue, reading: Reading) -> int:
    """Characters between a cue and a figure with its unit."""
    return max(cue.start - reading.unit_end, reading.figure.start - cue.end, 0)


def _nearest(cues: list[Cue], kinds: tuple[str, ...], reading: Reading) -> Cue | None:
    matching = [cue for cue in cues if cue.kind in kinds]
    return min(matching, key=lambda cue: distance(cue, reading), default=None)


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
    if reading.sense in _DENIED:
        return Measured(reading, reason=_DENIED[reading.sense])
    given = _nearest(cues, GIVEN, reading)
    denied = _nearest(cues, NOT_GIVEN, reading)
    if reading.sense == "concentration":
        if denied is not None and denied.kind == "culture":
            return Measured(reading, reason=_DENIED["culture"])
        return Measured(reading, "concentration", cue=given.surface if given else "")
    if given is not None and (denied is None or _outweighs(view, given, denied, cues, reading)):
        return Measured(reading, measure, cue=given.surface)
    if denied is not None:
        return Measured(reading, reason=f"{denied.surface!r} stands nearer than anything that says it is given")
    if reading.sense == "dose":
        return Measured(reading, measure, cue=f"per {reading.per}")
    sentence = sentence_of(reading.figure.start, context.sentences)
    last = max((other for other in context.sentences if other.end <= sentence.start), default=None)
    said_before = view[last.start : last.end] if last else context.before
    for text in (context.table_head, *context.headings, said_before):
        cue = next((cue for cue in find_cues(text) if cue.kind in GIVEN), None)
        if cue is not None:
            return Measured(reading, measure, cue=cue.surface)
    return Measured(reading, reason="nothing says that these cells are given")


def _outweighs(view: str, given: Cue, denied: Cue, cues: list[Cue], reading: Reading) -> bool:
    """True if the cue that says a number is given counts more than the one that says it is not.

    The nearer counts. But ``an injection of`` the figure decides alone, and a harvest or supply that is then given is a
    dose: ``were aspirated and injected``.
    """
    if distance(given, reading) <= distance(denied, reading):
        return True
    figure = reading.figure
    if given.end <= figure.start and _HELD.fullmatch(view[given.end : figure.start]):
        return True
    if denied.kind not in ("harvest", "supply") or denied.start < figure.start:
        return False
    return any(
        cue.kind == "given" and denied.end <= cue.start and _AND_THEN.fullmatch(view[denied.end : cue.start]) for cue in cues
    )


_EVERY = re.compile(r"\b(?:every|each)\s{1,2}$", re.IGNORECASE)
_AGED = re.compile(r"\b(?:aged?|ages)(?:\s(?:of|between|from|was|is|were|ranged|range))?\s?:?\s(?:of\s|from\s)?$", re.IGNORECASE)
_GAP_OF = re.compile(r"\bintervals?\sof\s$", re.IGNORECASE)
_OLD = re.compile(r"\s?(?:of\sage\b|old\b|-old\b)", re.IGNORECASE)
_APART = re.compile(r"\s?(?:apart\b|intervals?\b|later\b)", re.IGNORECASE)
_AFTER = re.compile(r"\bafter\s{1,2}$", re.IGNORECASE)
_SESSION = re.compile(r"\b(?:sessions?|injections?|infusions?|doses?|treatments?|follow-ups|courses?|administrations?|transplantations?)\b", re.IGNORECASE)


def _time(view: str, reading: Reading, cues: list[Cue]) -> Measured:
    """A time: what its nearest cue says."""
    figure = reading.figure
    before, after = view[max(0, figure.start - 24) : figure.start], view[reading.unit_end : reading.unit_end + 16]
    if _AGED.search(before) or _OLD.match(after):
        return Measured(reading, "age", cue="age")
    if reading.factor < 1:
        return Measured(reading)
    given = _nearest(cues, GIVEN, reading)
    every = _EVERY.search(before)
    if every is not None:
        start = figure.start - len(before) + every.start()
        named = given is not None or _SESSION.search(view[max(0, figure.start - 90) : reading.unit_end + 60])
        return Measured(reading, "interval" if named else "", cue="every", start=start)
    if _APART.match(after) or _GAP_OF.search(before) or (_AFTER.search(before) and _SESSION.search(view[max(0, figure.start - 30) : figure.start])):
        return Measured(reading, "interval" if given or _SESSION.search(view) else "", cue="apart")
    cue = _nearest(cues, TIMED, reading)
    if cue is None or distance(cue, reading) > NEAR or cue.kind in ("age", "interval"):
        return Measured(reading)
    return Measured(reading, cue.kind, cue=cue.surface)


def _count(view: str, reading: Reading, cues: list[Cue]) -> Measured:
    figure = reading.figure
    if _YEAR.fullmatch(view[figure.core : figure.end]):
        return Measured(reading)
    if reading.measure == "sample_size":
        cue = _nearest(cues, ("sample",), reading)
        if cue is None or distance(cue, reading) > NEAR or figure.high >= 1_000_000:
            return Measured(reading)
        return Measured(reading, "sample_size", cue=cue.surface)
    if reading.measure == "doses":
        return Measured(reading, "doses" if figure.high <= 100 else "", cue="doses")
    return Measured(reading, "count", cue=reading.unit)


def _share(view: str, reading: Reading) -> Measured:
    if _PEOPLE.match(view, reading.unit_end):
        return Measured(reading, "proportion", cue="of people")
    return Measured(reading)


def _given_amount(view: str, reading: Reading, cues: list[Cue]) -> Measured:
    """A volume or mass: of a dose if it is given."""
    measure = "volume" if reading.dimension == "volume" else "mass_dose"
    given, denied = _nearest(cues, GIVEN, reading), _nearest(cues, NOT_GIVEN, reading)
    if given is None or (denied is not None and not _outweighs(view, given, denied, cues, reading)):
        return Measured(reading)
    return Measured(reading, measure, cue=given.surface)
