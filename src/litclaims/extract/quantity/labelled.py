"""Rows of copied tables that say in their own label what their values count: ``Cell dose (×10⁶/kg) 1.0 1.5``.

The values stand on the line of the label, on lines of their own below it, or behind the first and the second treatment
on lines below. Each is read as running text with the unit of the label behind it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from litclaims.extract.quantity.cells import counted, unit_phrase
from litclaims.extract.quantity.cues import GIVEN, NOT_GIVEN, find_cues
from litclaims.extract.quantity.units import mentions_cells
from litclaims.model import Block, Span
from litclaims.vocab import load
from litclaims.vocab.wordlist import listed

MAX_LINE = 300
"""Characters of a row; a longer line is running text."""

MAX_ARMS = 6
"""Lines of values below the label of their row."""

MAX_ABOVE = 12
"""Lines above a row in which its columns are numbered."""

_NUMBER = r"\d[\d.,]{0,8}"
_SPREAD = rf"{_NUMBER}\s?(?:\(\s?{_NUMBER}\s?(?:[–-]|to)\s?{_NUMBER}\s?\)|±\s?{_NUMBER})"
"""A mean or median with its spread, which no p value and no number of patients has."""

_VALUE = re.compile(rf"(?P<spread>{_SPREAD})|(?P<plain>(?<!\S){_NUMBER}(?!\S))")
_MEDIAN_VALUE = re.compile(
    rf"\s{{0,3}}(?P<median>{_NUMBER})\s?\(\s?(?P<range>{_NUMBER}\s?(?:[–-]|to)\s?{_NUMBER})\s?\)\s{{0,3}}",
    re.IGNORECASE,
)
_TAIL = re.compile(
    rf"(?<=[\w)\]:])(?:\s{{1,3}}(?:{_SPREAD}|{_NUMBER}(?![\w/.,]))){{1,12}}(?:\s{{1,3}}<?\s?\.\d{{1,4}})?\s*\Z"
)
_MEDIAN = re.compile(r"\b(?:median|mean)\s?[\[(](?:range|IQR)[)\]]", re.IGNORECASE)
_RANGE_SAID = re.compile(r"[\[(]range[)\]]", re.IGNORECASE)
_SCALE = re.compile(r"[×xX*·]\s?10")
_INVERSE = re.compile(r"(?<=10)\s?\^?\s?(?:[-−–](?=\d(?!\d))|⁻(?=[⁰¹²³⁴-⁹]))")
"""The sign of an inverse scale: a number that was told times 10⁻⁶ is one of millions; no one gets 10⁻⁶ cells."""

_NUMBERED = re.compile(r"#?[A-Za-z]{0,3}\d{1,2}(?:st|nd|rd|th)?")
"""The number of a visit, of a patient or of a cohort."""

_WORD = re.compile(r"[^\W\d_]{3,16}")


@dataclass(frozen=True, slots=True)
class Labelled:
    """Values under the label of their row.

    Attributes:
        label: the line, or its part, that says what they count.
        unit: what it gives as their unit, as it stands behind a number.
        values: where each stands in its own line.
    """

    label: str
    unit: str
    values: tuple[Span, ...]


def labelled(text: str, blocks: Sequence[Block], index: int) -> Labelled | None:
    """The values that a line holds under its own label or under one above it; None if it holds none."""
    span = blocks[index].span
    if blocks[index].cell is not None or span.end - span.start > MAX_LINE:
        return None
    line = _text(text, blocks, index)
    tail = _TAIL.search(line)
    if tail is None and _MEDIAN_VALUE.fullmatch(line) is None:
        return None
    if tail is not None and _SCALE.search(line, 0, tail.start()):
        label = line[: tail.start()]
        values = _sure(list(_VALUE.finditer(line, tail.start())), text, blocks, index)
    else:
        label = _label_above(text, blocks, index)
        values = list(_VALUE.finditer(line)) if label else []
    unit = _unit(label) if values else ""
    return Labelled(label, unit, tuple(_spans(values, label))) if unit else None


def labelled_by(text: str, blocks: Sequence[Block], index: int) -> Iterator[int]:
    """The blocks whose values a line is the label of, itself among them if it holds some."""
    if blocks[index].span.end - blocks[index].span.start > MAX_LINE:
        return
    line = _text(text, blocks, index)
    following = range(index + 1, min(len(blocks), index + MAX_ARMS)) if _MEDIAN.search(line) else range(0)
    if _SCALE.search(line) and labelled(text, blocks, index) is not None:
        yield index
    yield from itertools.takewhile(lambda place: _holds_medians(_text(text, blocks, place)), following)


def _spans(values: Sequence[re.Match[str]], label: str) -> Iterator[Span]:
    """Where the values stand: of a median without its range, which is one of its own if the label announces it."""
    ranged = _RANGE_SAID.search(label) is not None
    for value in values:
        told = _MEDIAN_VALUE.fullmatch(value.group())
        yield Span(value.start(), value.start() + told.end("median") if told else value.end())
        if told and ranged:
            yield Span(value.start() + told.start("range"), value.start() + told.end("range"))


def _sure(values: Sequence[re.Match[str]], text: str, blocks: Sequence[Block], index: int) -> Sequence[re.Match[str]]:
    """The values that are surely of the row's label: those with a spread, or plain ones each under a number of its own.

    A plain number among them may be a p value or a number of patients.
    """
    spread = [value for value in values if value["spread"]]
    if spread:
        return spread
    above = range(index - 1, max(-1, index - MAX_ABOVE), -1)
    return values if any(_numbers(_text(text, blocks, place), len(values)) for place in above) else []


def _numbers(line: str, count: int) -> bool:
    """True for a line that does nothing but number so many columns: ``Visit 1 Visit 2``, ``Patient 1st 2nd 3rd``."""
    words = line.split() if len(line) <= MAX_LINE else []
    numbered = [word for word in words if _NUMBERED.fullmatch(word)]
    names = {word for word in words if not _NUMBERED.fullmatch(word)}
    return count > 1 and len(numbered) == count and all(map(_WORD.fullmatch, names)) and len(names) <= 2


def _label_above(text: str, blocks: Sequence[Block], index: int) -> str:
    """The line above values that is their label, with none between them but further values of it."""
    if not _holds_medians(_text(text, blocks, index)):
        return ""
    for above in range(index - 1, max(-1, index - MAX_ARMS), -1):
        line = _text(text, blocks, above)
        if _MEDIAN.search(line):  # one with values of its own is the label of these alone
            return line if _TAIL.search(line) is None else ""
        if not _holds_medians(line):
            return ""
    return ""


def _holds_medians(line: str) -> bool:
    """True for a line of medians with their ranges, alone or behind the number of a treatment: ``Second infusion``."""
    if _MEDIAN_VALUE.fullmatch(line):
        return True
    tail = _TAIL.search(line) if len(line) <= MAX_LINE else None
    if tail is None or not all(value["spread"] for value in _VALUE.finditer(line, tail.start())):
        return False
    words = line[: tail.start()].split()
    return len(words) == 2 and words[0].lower() in listed("labels", "label") and _is_treatment(words[1])


def _is_treatment(word: str) -> bool:
    """True for what is given, or the giving of it: ``infusion``, ``DLI``."""
    return any(cue.kind in GIVEN for cue in find_cues(word)) or bool(load("cell_type").find(word))


def _unit(label: str) -> str:
    """The unit that a label gives for its values; empty for one that gives none, or is of what is not given."""
    kinds = {cue.kind for cue in find_cues(label)}
    if kinds.isdisjoint(GIVEN) or not kinds.isdisjoint(NOT_GIVEN):
        return ""
    return unit_phrase(_INVERSE.sub("", label) if mentions_cells(label) or counted((label,)) else label)


def _text(text: str, blocks: Sequence[Block], index: int) -> str:
    span = blocks[index].span
    return text[span.start : span.end]
