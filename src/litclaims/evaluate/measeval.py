"""MeasEval (SemEval-2021 task 8): how well the spans of quantities are found in general science text.

A guard, not a goal: the numbers of doses are read by the same grammar, and it should not lose what it knows of
numbers in general. Only the annotation type ``Quantity`` is scored, and of that only the span.

How it is counted, micro over all documents of a folder, predicted and gold spans of one document each taken once:

- *strict*: a predicted span is right if a gold span has the same start and the same end.
- *overlap*: predicted and gold spans that share at least one character are paired one to one, as many pairs as can
  be (a maximum matching); each pair is right. One prediction over two gold spans counts once.
- precision is right / predicted, recall right / gold, F1 = 2 · right / (predicted + gold); a ratio with nothing
  below the line is shown as ``-``.

A text without a file of annotations has no quantities: every span predicted there is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from litclaims.errors import GoldError, InputError
from litclaims.evaluate.counts import adding, ratio
from litclaims.evaluate.match import assign, overlaps
from litclaims.model import Span

COLUMNS = ("docId", "annotSet", "annotType", "startOffset", "endOffset", "annotId", "text", "other")
TYPES = ("Quantity", "MeasuredEntity", "MeasuredProperty", "Qualifier")
TEXT_FOLDERS = ("text", "txt")
"""The task publishes its texts under both names."""

SEARCH_DEPTH = 3
"""Levels of subfolders in which folders of annotations are looked for."""


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """A paragraph with its gold quantities, in order of the text and each once."""

    doc: str
    text: str
    quantities: tuple[Span, ...]


@adding
@dataclass(frozen=True, slots=True)
class SpanCounts:
    """Tally of spans: ``strict`` and ``overlap`` are the right ones of ``predicted`` and ``gold``."""

    gold: int = 0
    predicted: int = 0
    strict: int = 0
    overlap: int = 0

    def f1(self, right: int) -> float | None:
        """F1 of that many right ones; None if nothing is annotated and nothing predicted."""
        return ratio(2 * right, self.gold + self.predicted)

    @property
    def strict_f1(self) -> float | None:
        """F1 of equal spans."""
        return self.f1(self.strict)

    @property
    def overlap_f1(self) -> float | None:
        """F1 of overlapping spans."""
        return self.f1(self.overlap)


@dataclass(frozen=True, slots=True)
class _Place:
    """A span as :func:`~litclaims.evaluate.match.overlaps` wants it."""

    span: Span


def find_folders(folders: Iterable[Path]) -> tuple[Path, ...]:
    """The folders that hold ``tsv`` and ``text`` (or ``txt``): those given or their subfolders, each once, in order.

    Raises:
        InputError: a folder is missing, or neither it nor its subfolders hold annotations.
    """
    found: list[Path] = []
    for folder in folders:
        if not folder.is_dir():
            raise InputError("no such folder", source=folder, remedy="give a folder that holds tsv/ and text/")
        inside = list(_annotated(folder, SEARCH_DEPTH))
        if not inside:
            raise InputError("no tsv/ beside text/ in it or its subfolders", source=folder, remedy="give their parent")
        found.extend(inside)
    return tuple(dict.fromkeys(found))


def _annotated(folder: Path, depth: int) -> Iterator[Path]:
    if (folder / "tsv").is_dir() and _texts(folder) is not None:
        yield folder
    elif depth:
        for inner in sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()):
            yield from _annotated(inner, depth - 1)


def _texts(folder: Path) -> Path | None:
    return next((folder / name for name in TEXT_FOLDERS if (folder / name).is_dir()), None)


def read_measeval(folder: Path) -> tuple[AnnotatedText, ...]:
    """The texts of one folder with their quantities, in order of their names.

    Raises:
        GoldError: annotations without a text, bytes that are no UTF-8, a bad header or row, offsets outside the
            text, or a surface that is not what stands there; it names the file and, for a row, the line.
        InputError: the folder has no ``tsv`` and ``text`` in it.
    """
    texts = _texts(folder)
    if texts is None or not (folder / "tsv").is_dir():
        raise InputError("holds no tsv/ and text/", source=folder, remedy="give a folder that holds both")
    annotations = {path.stem: path for path in sorted((folder / "tsv").glob("*.tsv"))}
    written = {path.stem: path for path in sorted(texts.glob("*.txt"))}
    for name in sorted(annotations.keys() - written.keys()):
        raise GoldError(f"no {texts.name}/{name}.txt to it", source=annotations[name], remedy="add the text")
    return tuple(_read(name, path, annotations.get(name)) for name, path in written.items())


def _read(name: str, path: Path, annotations: Path | None) -> AnnotatedText:
    text = _decoded(path)
    spans = [] if annotations is None else _quantities(name, text, annotations)
    return AnnotatedText(name, text, tuple(sorted(set(spans))))


def _decoded(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GoldError(f"no UTF-8 at byte {error.start}", source=path, remedy="save it as UTF-8") from error


def _quantities(name: str, text: str, path: Path) -> list[Span]:
    lines = _decoded(path).replace("\r\n", "\n").split("\n")
    if tuple(lines[0].split("\t")) != COLUMNS:
        raise GoldError(f"header {lines[0]!r}", source=f"{path}:1", remedy=f"write {' '.join(COLUMNS)}, tabs between")
    spans = []
    for number, line in enumerate(lines[1:], 2):
        if line:
            kind, span = _row(name, text, line, f"{path}:{number}")
            if kind == "Quantity":
                spans.append(span)
    return spans


def _row(name: str, text: str, line: str, place: str) -> tuple[str, Span]:
    """Type and span of a row of annotations."""
    fields = line.split("\t")
    if len(fields) != len(COLUMNS):
        raise GoldError(f"{len(fields)} fields", source=place, remedy=f"a row has {len(COLUMNS)}, tabs between")
    row = dict(zip(COLUMNS, fields, strict=True))
    if row["docId"] != name:
        raise GoldError(f"docId {row['docId']!r}", source=place, remedy=f"this file annotates {name!r}")
    if row["annotType"] not in TYPES:
        raise GoldError(f"annotType {row['annotType']!r}", source=place, remedy=f"use one of {', '.join(TYPES)}")
    span = _span(row["startOffset"], row["endOffset"], len(text), place)
    stands = text[span.start : span.end]
    if stands.split() != row["text"].split():
        raise GoldError(
            f"text {row['text']!r}, but {stands!r} stands there", source=place, remedy="correct one of the two"
        )
    return row["annotType"], span


def _span(start: str, end: str, length: int, place: str) -> Span:
    if not (start.isascii() and start.isdecimal() and end.isascii() and end.isdecimal()):
        raise GoldError(f"offsets {start!r} and {end!r}", source=place, remedy="write whole numbers")
    if not int(start) < int(end) <= length:
        raise GoldError(
            f"offsets {start} and {end} in a text of {length}", source=place, remedy="start < end <= length"
        )
    return Span(int(start), int(end))


def score_spans(gold: Iterable[Span], predicted: Iterable[Span]) -> SpanCounts:
    """Tally of one document. Spans given twice count once, and an empty span is no span."""
    wanted = sorted({span for span in gold if len(span)})
    found = sorted({span for span in predicted if len(span)})
    sharing = overlaps([_Place(span) for span in wanted], [_Place(span) for span in found])
    edges = {(index, other): 1.0 for index, others in enumerate(sharing) for other in others}
    return SpanCounts(len(wanted), len(found), len(set(wanted) & set(found)), len(assign(edges)))


def score_measeval(documents: Sequence[AnnotatedText], *, spans: Callable[[str], Iterable[Span]]) -> SpanCounts:
    """Tally over documents.

    Args:
        spans: finds the quantities of a text.
    """
    total = SpanCounts()
    for document in documents:
        total = total + score_spans(document.quantities, spans(document.text))
    return total


def run_measeval(folders: Sequence[Path], *, spans: Callable[[str], Iterable[Span]]) -> tuple[str, int]:
    """Score the folders, each and, if there are several, all together.

    Args:
        folders: MeasEval folders, or folders that hold such.
        spans: finds the quantities of a text.

    Returns:
        The table to print, and the exit code: 0 if there was something to find, else 1.

    Raises:
        InputError, GoldError: see :func:`find_folders` and :func:`read_measeval`.
    """
    lines, total, texts = [], SpanCounts(), 0
    found = find_folders(folders)
    for folder in found:
        documents = read_measeval(folder)
        counts = score_measeval(documents, spans=spans)
        lines += _lines(str(folder), counts, len(documents))
        total, texts = total + counts, texts + len(documents)
    if len(found) > 1:
        lines += _lines("All folders", total, texts)
    return "\n".join([_HEAD, *lines]), 0 if total.gold else 1


_HEAD = f"{'MeasEval, spans of quantities':<30}{'precision':>11}{'recall':>9}{'F1':>9}{'right':>8}"


def _lines(name: str, counts: SpanCounts, texts: int) -> list[str]:
    head = f"{name}: {texts} texts, {counts.gold} quantities, {counts.predicted} predicted"
    return [head, _line("strict", counts, counts.strict), _line("overlap", counts, counts.overlap)]


def _line(name: str, counts: SpanCounts, right: int) -> str:
    cells = (ratio(right, counts.predicted), ratio(right, counts.gold), counts.f1(right))
    precision, recall, f1 = ("-" if cell is None else f"{cell:.3f}" for cell in cells)
    return f"{'  ' + name:<30}{precision:>11}{recall:>9}{f1:>9}{right:>8}"
