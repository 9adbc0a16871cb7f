"""Cue words: what they are, where they stand, and how near. Shared by the passes that tell what a figure is of."""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from litclaims.extract.quantity.units import Reading
from litclaims.model import Span
from litclaims.vocab.wordlist import alternation, rows

GIVEN = ("given", "dose")
"""Kinds of cue that say that something is given to a subject."""


NOT_GIVEN = ("culture", "harvest", "supply", "assay", "other_agent", "natural")
"""Kinds of cue that say that a number of cells is of none given."""


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
        below: what stands below it if it is a heading, else empty.
        true_e: True if the document writes powers as 1e6, so that 10e6 is no 10^6 for sure.
        point_is_times: True if the document writes 1 × 10^6 as 1.10e6.
        table_head: the head of the table that the block seems to be a cell of, empty if it is none.
        unit: the unit that the heads of its table give for powers that name none, as it stands behind a number.
        heads: the headers and labels of its table that it stands under, if the block is a cell of one.
        row: the other cells of its row, if the block is a cell of a table.
        about: the text before the table of a cell in whose row a route stands.
        delivered: True for a cell of a column of doses in a table with a column for how they are given.
        broken: True if the block may begin within a number that a line break split.
    """

    sentences: tuple[Span, ...]
    headings: tuple[str, ...] = ()
    before: str = ""
    below: str = ""
    broken: bool = False
    table_head: str = ""
    unit: str = ""
    heads: tuple[str, ...] = ()
    row: tuple[str, ...] = ()
    about: str = ""
    delivered: bool = False
    true_e: bool = False
    point_is_times: bool = False

    @property
    def around(self) -> tuple[str, ...]:
        """The texts that may say what the figures of the block count, its own not among them."""
        return self.before, *self.headings, self.about, self.table_head


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with its measure, or the reason why it has none."""

    reading: Reading
    measure: str = ""
    reason: str = ""
    cue: str = ""
    start: int = field(default=-1)


_FIRST_WORD = re.compile(r"[^\W_]+")


@functools.cache
def _cues() -> tuple[dict[str, re.Pattern[str]], dict[str, tuple[str, ...]]]:
    """A pattern for the cues that begin with each word, and the kinds of each cue, both by lower-case text.

    A search by first words is several times as fast as one pattern of all cues, which is tried at every letter.
    """
    kinds: dict[str, list[str]] = {}
    by_word: dict[str, list[str]] = {}
    for row in rows("cues", "cue"):
        surface = row.surface.lower()
        kinds.setdefault(surface, []).append(row.get("cue"))
        by_word.setdefault(_FIRST_WORD.search(surface).group(), []).append(surface)
    patterns = {
        word: re.compile(rf"(?:{alternation(surfaces)})(?!\w)", re.IGNORECASE) for word, surfaces in by_word.items()
    }
    return patterns, {surface: tuple(found) for surface, found in kinds.items()}


def find_cues(text: str) -> list[Cue]:
    """The cue words of a text, in order."""
    patterns, kinds = _cues()
    found: list[Cue] = []
    end = 0
    for word, low in ((word, low) for word in _FIRST_WORD.finditer(text) if (low := word.group().lower()) in patterns):
        match = patterns[low].match(text, word.start()) if word.start() >= end else None
        if match is not None:
            end = match.end()
            surface = re.sub(r"\s+", " ", match.group().lower())
            found.extend(Cue(match.start(), end, kind, surface) for kind in kinds.get(surface, ()))
    return found


def sentence_of(position: int, sentences: Sequence[Span]) -> Span:
    """The sentence that holds a position; the last one before it if it lies between two."""
    return sentences[max(bisect_right(sentences, position, key=lambda sentence: sentence.start) - 1, 0)]


def distance(cue: Cue, reading: Reading) -> int:
    """Characters between a cue and a figure with its unit."""
    return max(cue.start - reading.unit_end, reading.figure.start - cue.end, 0)


def nearest(cues: list[Cue], kinds: tuple[str, ...], reading: Reading) -> Cue | None:
    """The cue of some kinds that stands nearest to a figure, None if there is none."""
    matching = [cue for cue in cues if cue.kind in kinds]
    return min(matching, key=lambda cue: distance(cue, reading), default=None)
