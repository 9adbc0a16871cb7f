"""The labelled texts: dose strings of our own, and the gold documents where they are at hand."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from litclaims.errors import GoldError
from litclaims.evaluate.gold import GoldDocument, read_gold
from litclaims.model import BOUNDS, DOSE_MEASURES, Quantity, Span

HERE = Path(__file__).parent
DOSE_STRINGS = HERE / "dose_strings.tsv"
COLUMNS = ("id", "text", "start", "end", "figure", "low", "high", "unit", "bound", "basis", "form", "note")
UNITS = ("cell", "cell/kg", "cell/m2", "platelet", "particle", "particle/kg")


@dataclass(frozen=True, slots=True)
class Label:
    """A figure that is a dose, or a trap: one that is none.

    Attributes:
        ends: the ends that the text states, in base units; one for a point or an open bound, none for a trap.
        form: how it is written, or which kind of trap it is.
    """

    id: str
    span: Span
    ends: frozenset[float]
    unit: str = ""
    bound: str = ""
    basis: str = ""
    form: str = ""

    @property
    def is_trap(self) -> bool:
        """True if anything that takes it for a dose is wrong."""
        return not self.ends


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its labels."""

    id: str
    text: str
    labels: tuple[Label, ...]


def read_dose_strings(path: Path = DOSE_STRINGS) -> tuple[Text, ...]:
    """The rows of a table of dose strings, checked one by one.

    Raises:
        GoldError: the header differs, an id comes twice, offsets and figure disagree, or a label is not complete.
    """
    with path.open(encoding="utf-8", newline="") as handle:
        rows = csv.reader(handle, delimiter="\t", quoting=csv.QUOTE_NONE)
        if tuple(next(rows, ())) != COLUMNS:
            raise GoldError(
                "the header is another one", source=path, remedy=f"write {' '.join(COLUMNS)}, parted by tabs"
            )
        texts = tuple(_text(row, f"{path}, line {number}") for number, row in enumerate(rows, 2))
    _refuse_twice([text.id for text in texts], path)
    _refuse_twice([(text.text, text.labels[0].span.start) for text in texts], path)
    return texts


def _text(row: list[str], source: str) -> Text:
    if len(row) != len(COLUMNS):
        raise GoldError(f"{len(row)} cells", source=source, remedy=f"a row has {len(COLUMNS)}, parted by tabs")
    cells = dict(zip(COLUMNS, row, strict=True))
    try:
        span = Span(int(cells["start"]), int(cells["end"]))
        low, high = (float(cells[name]) if cells[name] else None for name in ("low", "high"))
    except ValueError as error:
        raise GoldError(str(error), source=source, remedy="start, end, low and high are numbers") from error
    found = cells["text"][span.start : span.end]
    if not found or found != cells["figure"]:
        raise GoldError(
            f"text[start:end] is {found!r}, figure is {cells['figure']!r}", source=source, remedy="mend the offsets"
        )
    ends = frozenset(end for end in (low, high) if end is not None)
    if ends:
        _check_dose(cells, low, high, source)
    elif cells["unit"] or cells["bound"] or cells["basis"] or not cells["note"]:
        raise GoldError(
            "a trap with a unit, bound or basis, or without a note", source=source, remedy="say only what it is"
        )
    label = Label(cells["id"], span, ends, cells["unit"], cells["bound"], cells["basis"], cells["form"])
    return Text(cells["id"], cells["text"], (label,))


def _check_dose(cells: dict[str, str], low: float | None, high: float | None, source: str) -> None:
    for name, known in (("unit", UNITS), ("bound", BOUNDS)):
        if cells[name] not in known:
            raise GoldError(f"{name} is {cells[name]!r}", source=source, remedy=f"use one of {', '.join(known)}")
    if not _FITS[cells["bound"]](low, high):
        raise GoldError(
            f"low {low} and high {high} do not fit {cells['bound']}", source=source, remedy="mend one of them"
        )


def _is_open_below(low: float | None, high: float | None) -> bool:
    return low is None and high is not None


def _is_open_above(low: float | None, high: float | None) -> bool:
    return low is not None and high is None


def _is_point(low: float | None, high: float | None) -> bool:
    return low is not None and low == high


def _is_range(low: float | None, high: float | None) -> bool:
    return low is not None and high is not None and low < high


def _is_closed(low: float | None, high: float | None) -> bool:
    return _is_point(low, high) or _is_range(low, high)


_FITS = {
    "exact": _is_point,
    "range": _is_range,
    "approximate": _is_closed,
    "less_than": _is_open_below,
    "at_most": _is_open_below,
    "greater_than": _is_open_above,
    "at_least": _is_open_above,
}


def _refuse_twice(values: Sequence[object], path: Path) -> None:
    twice = [value for value, count in Counter(values).items() if count > 1]
    if twice:
        raise GoldError(f"{twice[0]!r} comes twice", source=path, remedy="leave one")


def read_gold_texts(path: Path) -> tuple[Text, ...]:
    """The documents of a gold file as texts: a label for each dose and each trap, and none else."""
    return tuple(_gold_text(document) for document in read_gold(path).documents if document.text is not None)


def _gold_text(document: GoldDocument) -> Text:
    doses = [
        Label(
            f"{document.doc}:{claim.span.start}",
            claim.span,
            _ends(claim.quantity),
            claim.quantity.unit,
            claim.quantity.bound,
        )
        for claim in document.claims
        if claim.measure in DOSE_MEASURES
    ]
    traps = [Label(f"{document.doc}:{trap.span.start}", trap.span, frozenset(), form="trap") for trap in document.traps]
    return Text(document.doc, document.text or "", (*doses, *traps))


def _ends(quantity: Quantity) -> frozenset[float]:
    return frozenset(float(end) for end in (quantity.low, quantity.high) if end is not None)
