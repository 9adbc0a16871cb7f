"""Which part of an entry each of its words belongs to: a linear-chain model over words, their punctuation and place.

The model is a conditional random field (Lafferty, McCallum and Pereira 2001) with binary features; its weights are
data, ``vocab/models/reference_labels.json``, made by ``models/reference-labels/make.py``. Reading takes time linear
in the length of the entry: features of a window of two words, and the best path by Viterbi's algorithm.
"""

from __future__ import annotations

import functools
import itertools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

import litclaims.vocab
from litclaims.errors import VocabularyError

WEIGHTS = Path(litclaims.vocab.__file__).parent / "models" / "reference_labels.json"

MAX_TOKENS = 600
"""Words of an entry that are labelled; the longest list of authors in print stays below it."""

_PIECE = re.compile(r"[^\W_]+(?:[-‐‑‒–—'’ʼ­][^\W_]+)*|&")
_FOUR_DIGITS = re.compile(r"(?:1[5-9]|20)\d\d[a-z]?")
_RANGE = re.compile(r"\w{0,3}\d+[-‐‑‒–—]\w{0,3}\d+")
_ROMAN = re.compile(r"[IVXLC]+")


class Token(NamedTuple):
    """A word of an entry, and the punctuation before and after it (white space as one blank)."""

    start: int
    end: int
    word: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of features by label, and of a label after another; ``rows`` tells a feature's row."""

    labels: tuple[str, ...]
    rows: dict[str, int]
    weights: np.ndarray
    transitions: np.ndarray
    starts: np.ndarray
    ends: np.ndarray


def tokens(text: str, protected: Sequence[tuple[int, int, str]] = ()) -> list[Token]:
    """The words of an entry in order.

    Args:
        protected: start, end and name of stretches that are one word each, e.g. a URL; in order, not overlapping.
    """
    found: list[tuple[int, int, str]] = []
    at = 0
    for start, end, name in (*protected, (len(text), len(text), "")):
        found.extend((match.start(), match.end(), match.group()) for match in _PIECE.finditer(text, at, start))
        if name:
            found.append((start, end, name))
        at = end
    found = found[:MAX_TOKENS]
    if not found:
        return []
    gaps = [_gap(text[left[1] : right[0]]) for left, right in itertools.pairwise(found)]
    heads = [_gap(text[: found[0][0]]), *gaps]
    tails = [*gaps, _gap(text[found[-1][1] :])]
    return [Token(*one, head, tail) for one, head, tail in zip(found, heads, tails, strict=True)]


def _gap(text: str) -> str:
    return re.sub(r"\s+", " ", text)[:6]


def features(words: Sequence[Token], rule: Sequence[str]) -> list[list[str]]:
    """The names of each word's features.

    Args:
        rule: for each word the field that the rules put it in, ``-`` for none.
    """
    own = [list(_own(token)) for token in words]
    shapes = [_shape(token.word) for token in words]
    lower = [token.word.casefold() for token in words]
    opened = _opened(words)
    return [
        [*own[index], *_near(words, lower, shapes, index), *_place(words, opened, index), *_ruled(rule, index)]
        for index in range(len(words))
    ]


def _own(token: Token) -> Iterator[str]:
    word = token.word.casefold()
    yield "bias"
    yield f"w={word}"
    yield f"p3={word[:3]}"
    yield f"s3={word[-3:]}"
    yield f"s2={word[-2:]}"
    yield f"s4={word[-4:]}"
    yield f"kind={_kind(token.word)}"
    yield f"shape={_shape(token.word)}"
    yield f"b={token.before}"
    yield f"a={token.after}"
    yield f"ba={token.before}|{token.after}"
    yield f"kind,a={_kind(token.word)}|{token.after}"
    yield f"kind,b={_kind(token.word)}|{token.before}"
    yield f"kind,ba={_kind(token.word)}|{token.before}|{token.after}"


def _kind(word: str) -> str:
    if word.startswith("<"):
        return word
    if _FOUR_DIGITS.fullmatch(word):
        return "year"
    if word.isdecimal():
        return f"digits{min(len(word), 5)}"
    if _RANGE.fullmatch(word):
        return "range"
    if any(character.isdigit() for character in word):
        return "mixed"
    if _ROMAN.fullmatch(word) and len(word) > 1:
        return "roman"
    if len(word) == 1:
        return "initial" if word.isupper() else "letter"
    if word.isupper():
        return "caps" if len(word) > 3 else "short caps"
    return "lower" if word[0].islower() else "title"


def _shape(word: str) -> str:
    shape = "".join(
        "d" if each.isdigit() else "X" if each.isupper() else "x" if each.isalpha() else "-" for each in word[:24]
    )
    return re.sub(r"(.)\1{2,}", r"\1\1", shape)


def _near(words: Sequence[Token], lower: Sequence[str], shapes: Sequence[str], index: int) -> Iterator[str]:
    for offset in (-3, -2, -1, 1, 2, 3):
        at = index + offset
        if not 0 <= at < len(words):
            yield f"{offset}=none"
            continue
        kind = _kind(words[at].word)
        yield f"{offset}k={kind}"
        yield f"{offset}k,a={kind}|{words[at].after}"
        if abs(offset) < 3:
            yield f"{offset}w={lower[at]}"
            yield f"{offset}b={words[at].before}"
    if index:
        yield f"-1s,s={shapes[index - 1]}|{words[index].before}|{shapes[index]}"
        yield f"-1w,w={lower[index - 1]}|{lower[index]}"
        yield f"-1k,k={_kind(words[index - 1].word)}|{words[index].before}|{_kind(words[index].word)}"
    if index + 1 < len(words):
        yield f"+1s,s={shapes[index]}|{words[index].after}|{shapes[index + 1]}"
        yield f"+1k,k={_kind(words[index].word)}|{words[index].after}|{_kind(words[index + 1].word)}"
    if 0 < index < len(words) - 1:
        around = (_kind(words[at].word) for at in (index - 1, index, index + 1))
        yield f"kkk={'|'.join(around)}|{words[index].before}|{words[index].after}"


def _opened(words: Sequence[Token]) -> list[str]:
    """For each word the bracket and the quotation mark that it stands in."""
    found, round_, quoted = [], 0, 0
    for token in words:
        turns = [1 if sign in "([" else -1 for sign in token.before if sign in "([)]"]
        round_ = max(0, round_ + sum(turns))
        quoted = 0 if re.search(r"[”»]", token.before) else quoted
        quoted = 1 if re.search(r"[“«„]", token.before) else quoted
        if '"' in token.before:
            quoted = 1 - quoted
        found.append(f"{min(round_, 1)}{quoted}")
    return found


def _place(words: Sequence[Token], opened: Sequence[str], index: int) -> Iterator[str]:
    yield f"at={10 * index // len(words)}"
    yield f"first={min(index, 4)}"
    yield f"last={min(len(words) - 1 - index, 6)}"
    yield f"open={opened[index]}"
    yield f"open,kind={opened[index]}|{_kind(words[index].word)}"
    years = [at for at, token in enumerate(words) if _FOUR_DIGITS.fullmatch(token.word)] if len(words) < 120 else []
    yield f"year={(index > years[0]) + (index > years[-1]) if years else 'none'}"


def _ruled(rule: Sequence[str], index: int) -> Iterator[str]:
    here = rule[index]
    before = rule[index - 1] if index else "^"
    after = rule[index + 1] if index + 1 < len(rule) else "$"
    yield f"r={here}"
    yield f"-1r={before}|{here}"
    yield f"+1r={here}|{after}"


def label(words: Sequence[Token], rule: Sequence[str]) -> list[str]:
    """The label of each word: the best path through the model."""
    model = load()
    scores = np.stack(
        [
            model.weights[[row for name in named if (row := model.rows.get(name)) is not None]].sum(axis=0)
            for named in features(words, rule)
        ]
    )
    return [model.labels[index] for index in _best_path(scores, model)]


def _best_path(scores: np.ndarray, model: Model) -> list[int]:
    best = model.starts + scores[0]
    came: list[np.ndarray] = []
    for row in scores[1:]:
        reached = best[:, None] + model.transitions
        came.append(reached.argmax(axis=0))
        best = reached.max(axis=0) + row
    path = [int((best + model.ends).argmax())]
    for back in reversed(came):
        path.append(int(back[path[-1]]))
    return path[::-1]


@functools.cache
def load() -> Model:
    """The trained weights, read once.

    Raises:
        VocabularyError: the file is missing or no such model.
    """
    try:
        data = json.loads(WEIGHTS.read_text(encoding="utf-8"))
        labels, scale = tuple(data["labels"]), float(data["scale"])
        weights = np.zeros((len(data["features"]), len(labels)))
        for row, listed in enumerate(data["features"].values()):
            weights[row, listed[::2]] = listed[1::2]
        arrays = [np.array(data[name], dtype=float) / scale for name in ("transitions", "starts", "ends")]
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise VocabularyError(
            f"is no model of labels: {error}", source=WEIGHTS, remedy="install litclaims again"
        ) from error
    rows = {name: row for row, name in enumerate(data["features"])}
    return Model(labels, rows, weights / scale, *arrays)
