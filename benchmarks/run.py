"""Right, wrong and silent, and words a second, of litclaims, quantulum3 and EDS-NLP: ``python -m benchmarks.run``.

Each system runs in its own environment and one after the other, so that none takes another's processor. What cannot be
installed or is not at hand is left out with a word. Times are printed, never judged.
"""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.record import machine
from benchmarks.score import OUTCOMES, Result, count, judge_all
from benchmarks.strings import DOSE_STRINGS, Text, read_dose_strings, read_gold_texts
from benchmarks.systems import OURS, QUANTULUM3, SYSTEMS, Answer, System, Unavailable, ask, python_of

ROOT = Path(__file__).parents[1]
GOLD = ROOT / ".." / "shared" / "gold"
GOLD_SETS = ("seeds", "papers")
OUT = ROOT / "outputs" / "bench" / "results.json"
WIDTH = 80
NOTES = Path(__file__).with_name("notes.txt")


@dataclass(frozen=True, slots=True)
class Row:
    """One system on one set of texts."""

    system: str
    doses: dict[str, int]
    traps: dict[str, int]
    words: int
    seconds: float
    passes: int
    words_per_second: float
    versions: dict[str, str]
    wrong: tuple[str, ...]


def texts_by_set() -> dict[str, tuple[Text, ...] | str]:
    """The sets of texts, or a word on why one is left out."""
    found: dict[str, tuple[Text, ...] | str] = {DOSE_STRINGS.stem: read_dose_strings()}
    for name in GOLD_SETS:
        path = GOLD / f"{name}.jsonl"
        found[name] = read_gold_texts(path) if path.exists() else f"skipped: there is no {name}.jsonl in ../shared/gold"
    return found


def interpreters() -> dict[System, Path | str]:
    """Each system's interpreter, or a word on why it is left out."""
    found: dict[System, Path | str] = {}
    for system in SYSTEMS:
        try:
            found[system] = python_of(system)
        except Unavailable as error:
            found[system] = f"{system.name} skipped: {error}"
    return found


def run_set(
    texts: Sequence[Text], pythons: dict[System, Path | str]
) -> tuple[list[Row], list[str], dict[System, list[Result]]]:
    """The rows of one set of texts, what was skipped and why, and each system's results."""
    rows, skipped, results = [], [], {}
    for system, python in pythons.items():
        if isinstance(python, str):
            skipped.append(python)
            continue
        try:
            answer = ask(system, python, texts)
        except Unavailable as error:
            skipped.append(f"{system.name} skipped: {error}")
            continue
        results[system] = judge_all(texts, answer.reads)
        rows.append(_row(system, answer, results[system]))
    return rows, skipped, results


def _row(system: System, answer: Answer, results: Sequence[Result]) -> Row:
    return Row(
        system=system.name,
        doses=count(results, traps=False),
        traps=count(results, traps=True),
        words=answer.words,
        seconds=round(answer.seconds, 4),
        passes=answer.passes,
        words_per_second=round(answer.words_per_second, 1),
        versions=dict(answer.versions),
        wrong=tuple(result.label.id for result in results if result.outcome == "wrong"),
    )


def table(name: str, texts: Sequence[Text], rows: Sequence[Row]) -> str:
    """The rows as a table of at most :data:`WIDTH` characters a line."""
    labels = [label for text in texts for label in text.labels]
    traps = sum(label.is_trap for label in labels)
    words = sum(len(text.text.split()) for text in texts)
    peer = next((row.words_per_second for row in rows if row.system == QUANTULUM3.name), 0.0)
    head = f"{'':24}{'right':>7}{'wrong':>7}{'silent':>7}{'right %':>9}{'taken':>7}{'words/s':>10}{'times':>8}"
    lines = [f"{name}: {len(labels) - traps} doses, {traps} traps, {words:,} words", "-" * WIDTH, head]
    for row in rows:
        right, wrong, silent = (row.doses[outcome] for outcome in OUTCOMES)
        share = f"{100 * right / (right + wrong + silent):.1f}" if right + wrong + silent else "-"
        times = f"{row.words_per_second / peer:.1f}" if peer else "-"
        lines.append(
            f"{row.system:24}{right:7}{wrong:7}{silent:7}{share:>9}{row.traps['wrong']:7}{row.words_per_second:10,.0f}{times:>8}"
        )
    return "\n".join(lines)


def attributes(results: Sequence[Result]) -> str:
    """Of our right doses, how many have the stated unit, bound and basis as well; no peer says a bound or a basis."""
    right = [result for result in results if result.outcome == "right" and not result.label.is_trap]
    fits = {
        name: sum(any(getattr(read, name) == getattr(result.label, name) for read in result.read) for result in right)
        for name in ("unit", "bound", "basis")
    }
    return f"litclaims, of {len(right)} right: " + ", ".join(f"{name} {fit}" for name, fit in fits.items())


def write_results(sets: dict[str, object], out: Path = OUT) -> None:
    """All numbers as JSON, with versions, machine and date."""
    out.parent.mkdir(parents=True, exist_ok=True)
    record = {"date": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine(), "sets": sets}
    out.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> int:
    """Run everything and print it; a litclaims that cannot be run is the only failure."""
    print("\n".join(textwrap.fill(note, WIDTH) for note in NOTES.read_text(encoding="utf-8").splitlines()))
    pythons = interpreters()
    record: dict[str, object] = {}
    ran = False
    for name, texts in texts_by_set().items():
        print()
        if isinstance(texts, str):
            print(f"{name} {texts}")
            record[name] = {"skipped": texts}
            continue
        rows, skipped, results = run_set(texts, pythons)
        print(table(name, texts, rows), flush=True)
        if name == DOSE_STRINGS.stem and OURS in results:
            print(attributes(results[OURS]))
        print("\n".join(textwrap.fill(line, WIDTH) for line in skipped), end="\n" if skipped else "", flush=True)
        record[name] = {"rows": [asdict(row) for row in rows], "skipped": skipped}
        ran = ran or OURS in results
    write_results(record)
    versions = {
        key: value for item in record.values() for row in item.get("rows", ()) for key, value in row["versions"].items()
    }
    told = ", ".join(f"{key} {value}" for key, value in versions.items())
    print(f"\n{textwrap.fill(told, WIDTH)}\n{machine()['cores']} cores, Python {machine()['python']}")
    print(f"written: {OUT.relative_to(ROOT)}")
    return 0 if ran else 1


if __name__ == "__main__":
    sys.exit(main())
