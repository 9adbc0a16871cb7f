"""Floors under the scores: what was once reached is held, and a floor is only lowered as a visible act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from litclaims.errors import GoldError
from litclaims.evaluate.counts import Counts
from litclaims.evaluate.score import FileScore, Score, attribute_counts, counts_by_row
from litclaims.evaluate.serialise import read_json, write_json
from litclaims.model import to_json as plain_json

EPSILON = 1e-9
"""Floors go through JSON and a division, so that equal counts may differ in the last bit. Two different ratios of fewer
than ten thousand figures are at least 1e-8 apart, so that no real loss hides in it."""

REPIN = "look at the losses, then pin again with --update-floors --allow-regression"


@dataclass(frozen=True, slots=True)
class Floor:
    """The least that a row of a score table must reach; None where a ratio was not defined.

    Attributes:
        max_wrong: the most wrong predictions allowed.
    """

    precision: float | None
    recall: float | None
    max_wrong: int


@dataclass(frozen=True, slots=True)
class FileFloors:
    """The floors of one gold file, for exactly the annotations and texts of ``sha256``.

    Attributes:
        attributes: how many doses must have each attribute right. A count and no share: to find more doses, of which
            some hang on something misread, is no loss.
    """

    sha256: str
    rows: Mapping[str, Floor]
    attributes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Breach:
    """A floor that does not hold."""

    gold: str
    row: str
    told: str

    def __str__(self) -> str:
        return f"{self.gold}: {self.row}: {self.told}" if self.row else f"{self.gold}: {self.told}"


def check(score: Score, floors: Mapping[str, FileFloors]) -> list[Breach]:
    """Every floor that the score breaks. A gold file without floors breaks the gate: nothing passes unseen."""
    breaches: list[Breach] = []
    for file in score.files:
        pinned = floors.get(file.gold)
        if pinned is None:
            breaches.append(Breach(file.gold, "", "has no floors; pin them with --update-floors"))
        elif pinned.sha256 != file.sha256:
            breaches.append(Breach(file.gold, "", f"{_changed(file, pinned)}; {REPIN}"))
        else:
            breaches += _check_rows(file, pinned)
    return breaches


def update(score: Score, floors: Mapping[str, FileFloors], *, allow_regression: bool = False) -> dict[str, FileFloors]:
    """The floors raised to the score. Floors of gold files that were not scored stay as they are.

    Args:
        allow_regression: take the score as it is, lower floors and a changed corpus included.

    Raises:
        GoldError: annotations or texts changed, so that floors and score cannot be compared.
    """
    updated = dict(floors)
    for file in score.files:
        pinned = floors.get(file.gold)
        if pinned is not None and pinned.sha256 != file.sha256 and not allow_regression:
            raise GoldError(_changed(file, pinned), source=file.gold, remedy=REPIN)
        updated[file.gold] = _reached(file) if pinned is None or allow_regression else _raised(pinned, _reached(file))
    return dict(sorted(updated.items()))


def read_floors(path: Path) -> dict[str, FileFloors]:
    """The floors of a file that :func:`write_floors` wrote, or that was written by hand in its shape.

    Raises:
        GoldError: it cannot be read or holds a value that is no floor.
    """
    saved = read_json(path, remedy="write it with --update-floors")
    if not isinstance(saved, dict):
        raise GoldError("is not a JSON object", source=path, remedy="write it with --update-floors")
    return {gold: _read_file(entry, f"{path}: {gold}") for gold, entry in saved.items()}


def write_floors(path: Path, floors: Mapping[str, FileFloors]) -> None:
    """Write floors as JSON, whole or not at all.

    Raises:
        OutputError: it cannot be written.
    """
    write_json(
        path,
        {
            gold: {
                "sha256": pinned.sha256,
                "rows": {name: plain_json(row) for name, row in pinned.rows.items()},
                "attributes": dict(pinned.attributes),
            }
            for gold, pinned in floors.items()
        },
    )


def _check_rows(file: FileScore, pinned: FileFloors) -> list[Breach]:
    rows, right = counts_by_row(file.items), _right_attributes(file)
    breaches = [
        Breach(file.gold, name, told)
        for name, floor in pinned.rows.items()
        for told in _check_row(rows.get(name, Counts()), floor)
    ]
    return breaches + [
        Breach(file.gold, name, f"right of {right.get(name, 0)} doses, at least {least} required")
        for name, least in pinned.attributes.items()
        if right.get(name, 0) < least
    ]


def _right_attributes(file: FileScore) -> dict[str, int]:
    """How many doses have each attribute right."""
    return {name: counts.right for name, counts in attribute_counts(file.items, doses_only=True).items()}


def _check_row(row: Counts, floor: Floor) -> list[str]:
    told = [
        f"{name} {_shown(got)} is below its floor {least:.4f}"
        for name, got, least in (
            ("precision", row.precision, floor.precision),
            ("recall", row.recall, floor.recall),
        )
        if least is not None and _below(got, least)
    ]
    if row.wrong > floor.max_wrong:
        told.append(f"{row.wrong} wrong, at most {floor.max_wrong} allowed")
    return told


def _below(got: float | None, least: float) -> bool:
    """An undefined ratio is below every floor but zero: a system that turned silent must not pass."""
    return (0.0 if got is None else got) < least - EPSILON


def _reached(file: FileScore) -> FileFloors:
    rows = counts_by_row(file.items)
    reached = {name: Floor(row.precision, row.recall, row.wrong) for name, row in rows.items()}
    return FileFloors(file.sha256, reached, _right_attributes(file))


def _raised(pinned: FileFloors, reached: FileFloors) -> FileFloors:
    rows = {**pinned.rows, **reached.rows}
    for name in pinned.rows.keys() & reached.rows.keys():
        rows[name] = _higher(pinned.rows[name], reached.rows[name])
    attributes = {
        name: max(pinned.attributes.get(name, 0), reached.attributes.get(name, 0))
        for name in {**pinned.attributes, **reached.attributes}
    }
    return FileFloors(pinned.sha256, rows, attributes)


def _higher(pinned: Floor, reached: Floor) -> Floor:
    return Floor(
        precision=_highest(pinned.precision, reached.precision),
        recall=_highest(pinned.recall, reached.recall),
        max_wrong=min(pinned.max_wrong, reached.max_wrong),
    )


def _highest(a: float | None, b: float | None) -> float | None:
    return max((value for value in (a, b) if value is not None), default=None)


def _changed(file: FileScore, pinned: FileFloors) -> str:
    return f"annotations or texts changed: sha256 {file.sha256[:12]}, pinned {pinned.sha256[:12]}"


def _shown(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.4f}"


def _read_file(entry: Any, source: str) -> FileFloors:
    sound = isinstance(entry, dict) and isinstance(entry.get("sha256"), str) and isinstance(entry.get("rows"), dict)
    if not sound:
        raise GoldError("lacks sha256 or rows", source=source, remedy="write it with --update-floors")
    rows = {name: _read_row(row, f"{source}: {name}") for name, row in entry["rows"].items()}
    return FileFloors(entry["sha256"], rows, _read_attributes(entry.get("attributes", {}), source))


def _read_attributes(entry: Any, source: str) -> dict[str, int]:
    counts = entry.values() if isinstance(entry, dict) else [entry]
    if not all(isinstance(each, int) and not isinstance(each, bool) and each >= 0 for each in counts):
        raise GoldError(
            f"attributes {entry!r} are no counts", source=source, remedy="give a whole number for each name"
        )
    return dict(entry)


def _read_row(row: Any, source: str) -> Floor:
    if not isinstance(row, dict) or set(row) != {"precision", "recall", "max_wrong"}:
        raise GoldError(f"{row!r} is no floor", source=source, remedy="give precision, recall and max_wrong")
    for name in ("precision", "recall"):
        value = row[name]
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if value is not None and not (number and 0 <= value <= 1):
            raise GoldError(f"{name} {value!r} is not between 0 and 1", source=source, remedy="give a share or null")
    worst = row["max_wrong"]
    if not isinstance(worst, int) or isinstance(worst, bool) or worst < 0:
        raise GoldError(f"max_wrong {worst!r} is not a count", source=source, remedy="give a whole number >= 0")
    return Floor(row["precision"], row["recall"], worst)
