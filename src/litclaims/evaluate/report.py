"""A score as text for a terminal of 80 columns: tables first, then what was wrong and what was missed, by example."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from litclaims.evaluate import attributes, entries
from litclaims.evaluate.diff import Change, Difference
from litclaims.evaluate.gate import Breach
from litclaims.evaluate.score import (
    FileScore,
    Item,
    Score,
    attribute_counts,
    counts_by_row,
    wrong_items,
)

WIDTH = 80
SHOWN = 20
"""Examples shown of each kind unless all are asked for: about a screen."""

UNDEFINED = "-"
"""Stands for a ratio without a denominator."""


def format_report(score: Score, *, show_all: bool = False) -> str:
    """The score as text.

    Args:
        show_all: list every wrong and every missed figure, not only the first :data:`SHOWN`, and every attribute of
            a right figure that is not as in the gold.
    """
    parts = [_file_part(file) for file in score.files]
    if len(score.files) > 1:
        parts.append(_tables("All gold files", score))
    wrong = [(file, item) for file in score.files for item in wrong_items(file.items)]
    parts.append(_examples("Wrong", wrong, show_all))
    silent = [(file, item) for file in score.files for item in file.items if item.label == "silent"]
    parts.append(_examples("Silent", silent, show_all))
    if show_all:
        parts.append(_differing(score))
    parts.append(_entry_examples(score, show_all))
    return "\n\n".join(part for part in parts if part) + "\n"


def format_difference(difference: Difference, *, show_all: bool = False) -> str:
    """What was lost and gained, losses first."""
    parts = [
        _changes("Losses", difference.losses, show_all),
        _changes("Gains", difference.gains, show_all),
        f"Still missed: {len(difference.still_missed)}",
    ]
    if difference.uncompared:
        parts.append(f"Not compared, because only one of the two scores knows it: {difference.uncompared}")
    return "\n\n".join(parts) + "\n"


def format_breaches(breaches: Sequence[Breach]) -> str:
    """The floors that were broken, or that all hold."""
    if not breaches:
        return "Gate: every floor holds.\n"
    lines = [f"Gate: {len(breaches)} broken", *(f"  {clean(str(breach))}" for breach in breaches)]
    return "\n".join(lines) + "\n"


def clean(text: str) -> str:
    """A text on one line and without control characters, so that no document can steer the terminal."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _file_part(file: FileScore) -> str:
    lines = [_tables(f"{clean(file.gold)} ({len(file.documents)} documents)", file)]
    failed = [document for document in file.documents if document.failure is not None]
    if failed:
        lines.append(f"Not read ({len(failed)}); all their figures count as missed")
        lines += [_wrapped(f"{document.doc}: {document.failure}") for document in failed]
    return "\n".join(lines)


def _tables(title: str, score: FileScore | Score) -> str:
    parts = [title, "-" * len(title), *_figure_lines(score.items)]
    parts += ["", *_attribute_lines(score.items)] if attribute_counts(score.items) else []
    parts += _entry_lines(score.entries)
    return "\n".join(parts)


def _figure_lines(items: Sequence[Item]) -> Iterator[str]:
    yield f"{'figures':<15}{'gold':>5}{'right':>6}{'prec':>6}{'rec':>6}{'F1':>6}{'wrong':>6}" + (
        f"{'value':>6}{'meas':>5}{'trap':>5}{'spur':>5}{'silent':>7}"
    )
    for name, row in counts_by_row(items).items():
        yield f"{name:<15}{row.gold:>5}{row.right:>6}" + (
            f"{_ratio(row.precision):>6}{_ratio(row.recall):>6}{_ratio(row.f1):>6}{row.wrong:>6}"
            f"{row.wrong_value:>6}{row.wrong_measure:>5}{row.trapped:>5}{row.spurious:>5}{row.silent:>7}"
        )


def _attribute_lines(items: Sequence[Item]) -> Iterator[str]:
    """Attributes of the right figures: of the doses alone, then of all with what is not right told apart."""
    of_doses = attribute_counts(items, doses_only=True)
    yield f"{'of right ones':<15}{'doses':>13}{'share':>7}{'all':>10}{'share':>7}" + (
        f"{'part':>6}{'wrong':>6}{'silent':>7}{'spur':>6}"
    )
    for name, row in attribute_counts(items).items():
        dose = of_doses.get(name, attributes.AttributeCounts())
        yield f"{name:<15}{_part(dose):>13}{_ratio(dose.accuracy):>7}{_part(row):>10}{_ratio(row.accuracy):>7}" + (
            f"{row.partial:>6}{row.wrong:>6}{row.silent:>7}{row.spurious:>6}"
        )


def _entry_lines(judged: Sequence[entries.Entry]) -> Iterator[str]:
    for kind in ("reference", "stance"):
        mine = [entry for entry in judged if entry.kind == kind]
        if not mine:
            continue
        row = entries.tally(mine)
        yield ""
        yield (
            f"{kind + 's':<15}right {row.right}, missed {row.silent}, spurious {row.spurious}: "
            f"prec {_ratio(row.precision)}, rec {_ratio(row.recall)}, F1 {_ratio(row.f1)}"
        )
        for name, counts in entries.field_counts(mine).items():
            yield f"  {name:<13}{_part(counts):>10}{_ratio(counts.accuracy):>7}" + (
                f"   wrong {counts.wrong}, silent {counts.silent}, spurious {counts.spurious}"
            )


def _examples(title: str, found: Sequence[tuple[FileScore, Item]], show_all: bool) -> str:
    lines = [f"{title} ({len(found)})"]
    shown = found if show_all else found[:SHOWN]
    for file, item in shown:
        lines.append(_wrapped(f"{item.label}: {file.gold}: {item.doc} {item.start}-{item.end} “{item.figure}”"))
        lines += _details(item.got, item.want, item.rule, item.context)
    return "\n".join([*lines, *_rest(found, shown)])


def _differing(score: Score) -> str:
    """Attributes of right figures that are not as in the gold, by attribute; what their tuple says they say."""
    found = [
        (judged, file, item)
        for file in score.files
        for item in file.items
        for judged in item.attributes
        if judged.verdict != "right" and judged.name != attributes.TUPLE
    ]
    lines = [f"Attributes that differ ({len(found)})"]
    for judged, file, item in sorted(found, key=lambda each: each[0].name):
        place = f"{file.gold}: {item.doc} {item.start}-{item.end} “{item.figure}”"
        lines.append(_wrapped(f"{judged.name} {judged.verdict}: {place}"))
        lines += _details(judged.got, judged.want, "", item.context)
    return "\n".join(lines)


def _changes(title: str, changes: Sequence[Change], show_all: bool) -> str:
    lines = [f"{title} ({len(changes)})"]
    shown = changes if show_all else changes[:SHOWN]
    for change in shown:
        place = f"{change.gold}: {change.doc} {change.start}-{change.end} “{change.figure}”"
        lines.append(_wrapped(f"{change.change} ({change.was or UNDEFINED} → {change.now or UNDEFINED}): {place}"))
        lines += _details(change.got, change.want, change.rule, change.context)
    return "\n".join([*lines, *_rest(changes, shown)])


def _entry_examples(score: Score, show_all: bool) -> str:
    found = [
        (document.doc, entry)
        for file in score.files
        for document in file.documents
        for entry in document.entries
        if entry.label != "right"
    ]
    if not found:
        return ""
    lines = [f"References and stances missed or spurious ({len(found)})"]
    shown = found if show_all else found[:SHOWN]
    lines += [_wrapped(f"{entry.label}: {doc}: {entry.kind} {entry.name}") for doc, entry in shown]
    return "\n".join([*lines, *_rest(found, shown)])


def _details(got: str, want: str, rule: str, context: str) -> Iterator[str]:
    for name, told in (("got", got), ("want", want), ("rule", rule), ("in", context)):
        if told:
            yield _wrapped(f"{name} {told}", indent=6)


def _rest(found: Sequence[object], shown: Sequence[object]) -> Iterable[str]:
    left = len(found) - len(shown)
    return [f"  … and {left} more (--all shows every one)"] if left else []


def _wrapped(text: str, *, indent: int = 2) -> str:
    pad = " " * indent
    return textwrap.fill(clean(text), WIDTH, initial_indent=pad, subsequent_indent=pad + "  ")


def _ratio(value: float | None) -> str:
    """Three decimals; 1.000 is said of a perfect score only."""
    if value is None:
        return UNDEFINED
    return f"{value if value == 1 else min(value, 0.999):.3f}"


def _part(counts: attributes.AttributeCounts) -> str:
    return f"{counts.right}/{counts.total}"
