"""Two scores held against each other, figure by figure: a change is judged by what it loses, then by what it gains."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from litclaims.evaluate.counts import WRONG
from litclaims.evaluate.score import Item, Score
from litclaims.evaluate.serialise import write_text

LOST, NEWLY_WRONG = "lost", "newly wrong"
FOUND, NO_LONGER_WRONG = "found", "no longer wrong"
STILL_MISSED = "still missed"

COLUMNS = (
    "change",
    "gold",
    "doc",
    "start",
    "end",
    "measure",
    "figure",
    "was",
    "now",
    "got",
    "want",
    "rule",
    "context",
)

Items = Mapping[str, Mapping[str, tuple[Item, ...]]]
"""Gold file → document → judged items."""


@dataclass(frozen=True, slots=True)
class Change:
    """A figure whose outcome differs, or that both miss.

    Attributes:
        change: ``lost``, ``newly wrong``, ``found``, ``no longer wrong`` or ``still missed``.
        was, now: the labels; empty where the one score has no such item.
        rule: the rule that reads it now, else the one that read it before.
    """

    change: str
    gold: str
    doc: str
    start: int
    end: int
    measure: str
    figure: str
    was: str
    now: str
    got: str
    want: str
    rule: str
    context: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between a baseline and a score.

    Attributes:
        losses: gold claims right before and missed now, and predictions wrong now and not before.
        gains: gold claims missed before and right now, and wrong predictions that are gone.
        still_missed: gold claims that both miss.
        uncompared: documents that only one of the two scores holds, and gold claims that only one of them knows.
    """

    losses: tuple[Change, ...] = ()
    gains: tuple[Change, ...] = ()
    still_missed: tuple[Change, ...] = ()
    uncompared: int = 0


def items_of(score: Score) -> dict[str, dict[str, tuple[Item, ...]]]:
    """The items of a score in the shape that a saved one is read in."""
    return {file.gold: {document.doc: document.items for document in file.documents} for file in score.files}


def compare(baseline: Items, current: Items) -> Difference:
    """What was gained and lost from ``baseline`` to ``current``, over the documents that both hold."""
    changes: list[Change] = []
    documents = {(gold, doc) for side in (baseline, current) for gold in side for doc in side[gold]}
    uncompared = 0
    for gold, doc in sorted(documents):
        before, after = baseline.get(gold, {}).get(doc), current.get(gold, {}).get(doc)
        if before is None or after is None:
            uncompared += 1
            continue
        found, unknown = _claims_compared(gold, before, after)
        changes += [*found, *_predictions_compared(gold, before, after)]
        uncompared += unknown
    return Difference(
        losses=tuple(change for change in changes if change.change in (LOST, NEWLY_WRONG)),
        gains=tuple(change for change in changes if change.change in (FOUND, NO_LONGER_WRONG)),
        still_missed=tuple(change for change in changes if change.change == STILL_MISSED),
        uncompared=uncompared,
    )


def write_changes(difference: Difference, folder: Path) -> None:
    """Write ``losses.csv``, ``gains.csv`` and ``still_missed.csv``, each with a header even if it has no row.

    Raises:
        OutputError: a file cannot be written.
    """
    for name in ("losses", "gains", "still_missed"):
        write_text(folder / f"{name}.csv", _csv(getattr(difference, name)))


def _claims_compared(gold: str, before: Iterable[Item], after: Iterable[Item]) -> tuple[list[Change], int]:
    """Changes of the gold claims, and how many claims only one side knows."""
    was = {_key(item): item for item in before if item.label not in WRONG}
    now = {_key(item): item for item in after if item.label not in WRONG}
    shared = sorted(was.keys() & now.keys())
    changes = [change for key in shared if (change := _claim_change(gold, was[key], now[key])) is not None]
    return changes, len(was.keys() ^ now.keys())


def _claim_change(gold: str, was: Item, now: Item) -> Change | None:
    had, has = was.label == "right", now.label == "right"
    if had and has:
        return None
    change = LOST if had else FOUND if has else STILL_MISSED
    return _change(change, gold, now, was=was.label, now=now.label, rule=now.rule or was.rule)


def _predictions_compared(gold: str, before: Iterable[Item], after: Iterable[Item]) -> Iterator[Change]:
    """Wrong predictions that came or went; one that stands twice can come or go once."""
    was, now = ([item for item in side if item.label in WRONG] for side in (before, after))
    for item in _surplus(now, was):
        yield _change(NEWLY_WRONG, gold, item, now=item.label, rule=item.rule)
    for item in _surplus(was, now):
        yield _change(NO_LONGER_WRONG, gold, item, was=item.label, rule=item.rule)


def _surplus(items: Iterable[Item], others: Iterable[Item]) -> Iterator[Item]:
    """Items beyond those that have an equal among the others: same place, measure and prediction."""
    left = Counter((_key(item), item.got) for item in others)
    for item in items:
        key = _key(item), item.got
        if left[key]:
            left[key] -= 1
        else:
            yield item


def _key(item: Item) -> tuple[int, int, str]:
    return item.start, item.end, item.measure


def _change(change: str, gold: str, item: Item, *, was: str = "", now: str = "", rule: str) -> Change:
    return Change(
        change=change,
        gold=gold,
        doc=item.doc,
        start=item.start,
        end=item.end,
        measure=item.measure,
        figure=item.figure,
        was=was,
        now=now,
        got=item.got,
        want=item.want,
        rule=rule,
        context=item.context,
    )


def _csv(changes: Iterable[Change]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for change in changes:
        writer.writerow([_cell(getattr(change, name)) for name in COLUMNS])
    return out.getvalue()


def _cell(value: str | int) -> str | int:
    """A cell that a spreadsheet shows and never runs as a formula (OWASP, CSV injection)."""
    return "'" + value if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
