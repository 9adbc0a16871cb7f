"""Disease mentions against a file of IOB tags: strict precision, recall and F1 of entities."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from litclaims.errors import InputError
from litclaims.evaluate.counts import Matches
from litclaims.extract import disease
from litclaims.extract.disease.model import kinds
from litclaims.segment.parts import defined


class Entity(NamedTuple):
    """Words ``start`` to ``end``, end exclusive."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words of a sentence and what is marked in it."""

    words: tuple[str, ...]
    entities: tuple[Entity, ...]


def read_iob(path: Path) -> tuple[Sentence, ...]:
    """The sentences of a file: a word, a tab and its tag (``O``, ``B-Disease``, ``I-Disease``) a line, a blank line
    after each sentence. An I that continues nothing begins an entity.

    Raises:
        InputError: the file cannot be read, or a line has no tag or another one.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", source=path, remedy="give a file of IOB tags in UTF-8") from error
    sentences, rows = [], []
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.strip():
            rows.append(_row(path, number, line))
        elif rows:
            sentences.append(_sentence(rows))
            rows = []
    return tuple(sentences)


def _row(path: Path, number: int, line: str) -> tuple[str, str]:
    word, tab, tag = line.rstrip("\r").rpartition("\t")
    if not (tab and word and (tag == "O" or (tag[:2] in ("B-", "I-") and tag[2:]))):
        remedy = "write a word, a tab, and O, B-Disease or I-Disease"
        raise InputError(f"{line[:80]!r} is no word with a tag", source=f"{path}:{number}", remedy=remedy)
    return word, tag


def _sentence(rows: list[tuple[str, str]]) -> Sentence:
    return Sentence(tuple(word for word, _ in rows), tuple(_entities([tag for _, tag in rows])))


def _entities(tags: list[str]) -> Iterator[Entity]:
    start, label = 0, ""
    for index, tag in enumerate([*tags, "O"]):
        goes_on = tag[:2] == "I-" and tag[2:] == label
        if label and not goes_on:
            yield Entity(start, index, label)
            label = ""
        if tag != "O" and not goes_on:
            start, label = index, tag[2:]


WAYS = ("combination", "dictionary", "model")

REACH = 14
"""Sentences for which an abbreviation holds: a file of tags does not say where an abstract ends, and few are longer."""


def score_ner(sentences: Sequence[Sentence], *, model: str | None = None) -> dict[str, Matches]:
    """What is right of the diseases found in each of :data:`WAYS`: both ends must be those of the file.

    Labels of the file count as diseases where the model's table says so, in any case (``Disease``).

    Raises:
        ConfigurationError: the model cannot be used.
    """
    texts = [" ".join(sentence.words) for sentence in sentences]
    gold = [_spans(sentence) for sentence in sentences]
    found = {
        "combination": disease.find(texts, definitions=list(_definitions(texts)), model=model),
        "dictionary": [disease.in_dictionary(text) for text in texts],
        "model": list(map(disease.diseases, texts, disease.named(texts, model=model))),
    }
    return {way: _count(gold, [{span[:2] for span in spans} for spans in found[way]]) for way in WAYS}


def _spans(sentence: Sentence) -> set[tuple[int, int]]:
    """The diseases of a sentence as characters of its words joined by blanks."""
    starts = list(itertools.accumulate((len(word) + 1 for word in sentence.words), initial=0))
    known = {label for label, kind in kinds().items() if kind == disease.KIND}
    return {(starts[each.start], starts[each.end] - 1) for each in sentence.entities if each.label.upper() in known}


def _definitions(texts: Sequence[str]) -> Iterator[dict[str, str]]:
    """For each sentence the abbreviations that it or one of the last :data:`REACH` defined; the latest counts."""
    recent: deque[dict[str, str]] = deque(maxlen=REACH + 1)
    for text in texts:
        recent.append(defined(text))
        yield {short: long for each in recent for short, long in each.items()}


def _count(gold: Sequence[set[tuple[int, int]]], found: Sequence[set[tuple[int, int]]]) -> Matches:
    right = sum(len(ours & theirs) for ours, theirs in zip(found, gold, strict=True))
    return Matches(sum(map(len, gold)), sum(map(len, found)), right)


def run_ner(files: Sequence[Path], *, model: str | None = None) -> str:
    """The scores of files of tags, as a table: what the command shows.

    Raises:
        InputError: a file cannot be read.
        ConfigurationError: the model cannot be used.
    """
    lines = [f"{'':28}{'way':<14}{'gold':>7}{'found':>7}{'right':>7}{'P':>8}{'R':>8}{'F1':>8}"]
    for file in files:
        for way, counts in score_ner(read_iob(file), model=model).items():
            shares = "".join(f"{_share(each):>8}" for each in (counts.precision, counts.recall, counts.f1))
            lines.append(f"{file.name[:27]:28}{way:<14}{counts.gold:7}{counts.predicted:7}{counts.right:7}{shares}")
    return "\n".join(lines)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
