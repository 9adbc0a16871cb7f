"""Quantities of a text in small passes: numbers → intervals → units → schedule phrases → measures.

Each pass is a module with its own cases. A spaCy component marks the figures in ``doc.spans``, aligned to tokens
strictly; a figure that falls between tokens is a fault of the tokenizer and shows in the tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from spacy.language import Language
from spacy.tokens import Doc

from litclaims.extract.quantity import adjacent, cells, elliptical, others
from litclaims.extract.quantity.cues import GIVEN, Context, Measured, find_cues
from litclaims.extract.quantity.intervals import find_figures
from litclaims.extract.quantity.measures import measure_all
from litclaims.extract.quantity.schedule import Stated, find_stated, may_hold_figures
from litclaims.extract.quantity.spoken import resolved
from litclaims.extract.quantity.units import Reading, from_head, read_units
from litclaims.model import Span

GROUP = "litclaims/quantity"

__all__ = ["Context", "Finding", "find_quantities"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A figure as read, before its unit is made canonical.

    Attributes:
        start, end: the figure as the document writes it; ``unit_end`` where its unit ends.
        low, high: ends in units as written; both equal for a point.
        factor: canonical units in one unit as written.
        unit: canonical unit.
        bound, spread, repairs, guessed: see :class:`litclaims.model.Quantity`.
        measure: empty if unparsed, then ``reason`` says why.
        per: canonical denominator of the unit.
        noun: where its cell word stands.
        arm: True if it is one of a list.
        rule: the passes that read it, for lineage.
    """

    start: int
    end: int
    unit_end: int
    low: Decimal
    high: Decimal
    unit: str
    factor: Decimal
    bound: str
    measure: str
    rule: str
    dimension: str = ""
    spread: Decimal | None = None
    repairs: tuple[str, ...] = ()
    guessed: bool = False
    reason: str = ""
    per: str = ""
    noun: tuple[int, int] | None = None
    arm: bool = False

    @property
    def is_cells(self) -> bool:
        """True for a number of cells, platelets or particles, given or not."""
        return self.dimension in ("cell", "platelet", "particle")


def find_quantities(
    view: str, context: Context, *, nouns: frozenset[str] = frozenset(), taken: Sequence[Span] = ()
) -> list[Finding]:
    """The figures of a text in order, parsed or with the reason why not.

    Args:
        view: the text's view.
        context: its sentences and headings.
        nouns: further cell words, singular.
        taken: stretches whose digits are no figures, e.g. citation markers.
    """
    if not may_hold_figures(view):
        return []
    held = _Held(len(view), taken)
    stated = [phrase for phrase in find_stated(view) if not held.touches(phrase.start, phrase.end)]
    held = _Held(len(view), (*taken, *(Span(phrase.start, phrase.end) for phrase in stated)))
    figures = find_figures(view, point_is_times=context.point_is_times)
    readings = cells.filled(view, read_units(view, figures, nouns=nouns), context.unit, nouns)
    readings = from_head(view, readings, context.table_head, nouns)
    readings = resolved(view, elliptical.fill(view, readings, context, nouns=nouns), context, nouns)
    readings = [reading for reading in readings if not held.touches(reading.figure.core, reading.figure.end)]
    readings = adjacent.doubted(view, readings, in_row=_is_row(context))
    measured = measure_all(view, _without_aliases(view, readings), context)
    findings = [
        _finding(item)
        for item in measured
        if item.measure or item.reading.dimension in ("cell", "platelet", "particle")
    ]
    findings += [_from_phrase(phrase) for phrase in stated if not _is_of_looking(view, phrase)]
    return sorted(findings, key=lambda finding: (finding.start, finding.end))


def _is_row(context: Context) -> bool:
    """True for the row of a table whose head names a column before that of doses."""
    opening = " ".join(context.table_head.split()[:3])
    return bool(context.unit and opening) and all(cue.kind not in GIVEN for cue in find_cues(opening))


def _is_of_looking(view: str, phrase: Stated) -> bool:
    return phrase.measure == "frequency" and others.is_of_looking(view, phrase.start)


class _Held:
    """Stretches of a text that are spoken for, asked for in constant time a character."""

    def __init__(self, length: int, spans: Sequence[Span]) -> None:
        self._held = bytearray(length)
        for span in spans:
            self._held[span.start : span.end] = b"\1" * (min(span.end, length) - span.start)

    def touches(self, start: int, end: int) -> bool:
        """True if one of the stretches shares a character with ``start`` to ``end``."""
        return any(self._held[start:end])


def _without_aliases(view: str, readings: list[Reading]) -> list[Reading]:
    """The readings without those that say the figure before them again: ``20 million (2 x 10^7) cells``."""
    kept: list[Reading] = []
    for reading in readings:
        last = kept[-1] if kept else None
        gap = view[last.figure.end : reading.figure.start].strip() if last else ""
        same = last is not None and (last.figure.low, last.figure.high) == (reading.figure.low, reading.figure.high)
        if not (same and gap.startswith("(") and len(gap) <= 2):
            kept.append(reading)
    return kept


def _is_quoted_with_unit(item: Measured) -> bool:
    """True for times, amounts, concentrations and counted treatments; a dose in cells is quoted without its cells."""
    if item.reading.dimension in ("cell", "platelet", "particle"):
        return item.measure == "concentration"
    return bool(item.reading.unit) and item.measure not in ("sample_size", "count")


def _finding(item: Measured) -> Finding:
    reading, figure = item.reading, item.reading.figure
    # an arm (3, 6 and 12 months) shares the unit of the last
    shares = figure.arm and figure.tail != figure.end and reading.unit_end > figure.tail
    own_unit = _is_quoted_with_unit(item) and not shares
    return Finding(
        start=figure.start if item.start < 0 else item.start,
        end=reading.unit_end if own_unit else figure.end,
        unit_end=reading.unit_end,
        low=figure.low,
        high=figure.high,
        unit="kg/m2" if item.measure == "threshold" and not reading.unit else reading.unit,
        factor=reading.factor,
        bound=figure.bound,
        measure=item.measure,
        rule=f"{figure.rule}; unit {reading.source}; {item.cue or 'no cue'}",
        dimension=reading.dimension,
        spread=figure.spread,
        repairs=figure.repairs,
        guessed=figure.guessed,
        reason=item.reason,
        per=reading.per,
        noun=reading.noun,
        arm=figure.arm,
    )


def _from_phrase(phrase: Stated) -> Finding:
    bound = "exact" if phrase.low == phrase.high else "range"
    return Finding(
        start=phrase.start, end=phrase.end, unit_end=phrase.end, low=phrase.low, high=phrase.high, unit=phrase.unit,
        factor=Decimal(1), bound=bound, measure=phrase.measure, rule=phrase.rule, dimension="phrase",
    )  # fmt: skip


@Language.component(GROUP, requires=["doc.sents"], assigns=["doc.spans"])
def mark(doc: Doc) -> Doc:
    """Mark the figures of a Doc in ``doc.spans``; the label is the measure, or ``unparsed``."""
    sentences = tuple(Span(sentence.start_char, sentence.end_char) for sentence in doc.sents) or (
        Span(0, len(doc.text)),
    )
    found = find_quantities(doc.text, Context(sentences), nouns=frozenset(doc.user_data.get("cell_words", ())))
    spans = [doc.char_span(finding.start, finding.end, label=finding.measure or "unparsed") for finding in found]
    doc.spans[GROUP] = [span for span in spans if span is not None]
    return doc
