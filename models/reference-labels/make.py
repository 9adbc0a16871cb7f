"""Make the weights of ``litclaims.extract.reference.label`` from AnyStyle's tagged strings but the held-out third.

    python models/reference-labels/make.py path/to/anystyle-gold.xml

A conditional random field, fitted by L-BFGS on the likelihood with an L2 penalty, then pruned: the largest weights are
kept, as whole hundredths. Sums are rounded as the machine's linear algebra orders them: made again, a few weights may
differ by a hundredth.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from litclaims.evaluate.strings import TaggedString, load_strings, split_place
from litclaims.extract.reference.fields import ruled, words_of
from litclaims.extract.reference.label import WEIGHTS, features
from litclaims.extract.reference.parse import parse_reference

LABELS = {
    "author": "author",
    "title": "title",
    "journal": "journal",
    "date": "date",
    "volume": "volume",
    "pages": "pages",
    "container-title": "container",
    "collection-title": "container",
    "editor": "editor",
    "translator": "editor",
    "publisher": "publisher",
    "location": "publisher",
    "citation-number": "marker",
    "note": "other",
    "url": "other",
    "doi": "other",
    "genre": "other",
    "edition": "other",
    "isbn": "other",
}
SCALE = 100
IDENTIFIERS = (
    [("doi", "doi: 10.1000/j.made.2001.04."), ("note", "PMID: 1234567.")],
    [("url", "https://doi.org/10.1000/s1-2-3")],
    [("note", "PMID: 7654321.")],
    [("note", "[PubMed] [CrossRef] [Google Scholar]")],
    [("note", "[PubMed]")],
    [("doi", "doi:10.1000/made")],
)
NUMBERS = ("{}.", "[{}]", "{}", "({})")
GLUED = {"date", "volume", "pages"}
"""Between these print often has no space: ``2008;26:5988``."""


def joined(parts: list[tuple[str, str]], *, glued: bool) -> tuple[str, list[tuple[int, str]]]:
    """The text of parts, and where each begins with its label."""
    text, starts, before = "", [], ""
    for tag, part in parts:
        tight = glued and text[-1:] in (";", ":", ",") and tag in GLUED and before in GLUED
        text += part if tight or not text else f" {part}"
        start = len(text) - len(part)
        for name, piece in split_place(part) if tag == "volume" else [(tag, part)]:
            starts.append((start, LABELS[name]))
            start += len(piece)
        before = tag
    return text, starts


def example(parts: list[tuple[str, str]], *, glued: bool) -> tuple[list[list[str]], list[str]]:
    """Features and labels of a string's words; the first word of a part has ``B-`` before its label."""
    text, starts = joined(parts, glued=glued)
    words = words_of(text)
    tags, seen = [], -1
    for word in words:
        at = max(index for index, (start, _) in enumerate(starts) if start <= max(word.start, starts[0][0]))
        new = at != seen and (seen < 0 or starts[at][1] == starts[seen][1] or starts[at][1] in ("title", "journal"))
        tags.append(("B-" if new and starts[at][1] in ("title", "journal") else "") + starts[at][1])
        seen = at
    return features(words, ruled(text, words, parse_reference(text))), tags


def _shortened(title: str, words: int) -> str:
    return " ".join(title.split()[:words]).rstrip(".,:;") + title[-1]


def variants(parts: list[tuple[str, str]], number: int) -> Iterator[list[tuple[str, str]]]:
    """The same entry as other lists print it: without a title or with a short one, with one page, with identifiers.

    Which of these is made is told by the string's number, so that each is seen some hundred times.
    """
    tags = [tag for tag, _ in parts]
    article = {"author", "title", "journal", "volume"} <= set(tags)
    if article and number % 3 == 0:
        yield [pair for pair in parts if pair[0] != "title"]
    if article and number % 4 == 1:
        yield [(tag, _shortened(text, 1 + number % 3) if tag == "title" else text) for tag, text in parts]
    if article and number % 4 == 2:
        yield [(tag, re.sub(r"(\d)\s*[-‐‑–—]\s*\w+", r"\1", text) if tag == "pages" else text) for tag, text in parts]
    if article and number % 3 == 1 and not {"doi", "url", "note"} & set(tags):
        yield [*parts, *IDENTIFIERS[number // 3 % len(IDENTIFIERS)]]
    if article and number % 5 == 0 and tags[0] == "author":
        yield [("citation-number", NUMBERS[number // 5 % len(NUMBERS)].format(number % 80 + 1)), *parts]


def examples(strings: list[TaggedString]) -> list[tuple[list[list[str]], list[str], float]]:
    found = []
    for number, one in enumerate(strings):
        for parts in (list(one.parts), *variants(list(one.parts), number)):
            found += pair_of(parts)
    return [each for each in found if each[1]]


def pair_of(parts: list[tuple[str, str]]) -> list[tuple[list[list[str]], list[str], float]]:
    """A string as tagged and as printed without spaces between date, volume and pages, at half a weight each."""
    pair = [joined(parts, glued=glued)[0] for glued in (False, True)]
    ways = (False,) if pair[0] == pair[1] else (False, True)
    return [(*example(parts, glued=glued), 1 / len(ways)) for glued in ways]


class Fit:
    """The penalised negative log likelihood of a chain and its gradient, over all examples at once."""

    def __init__(self, data, *, cut: int, penalty: float) -> None:
        counts = Counter(name for named, _, _ in data for one in named for name in one)
        self.names = sorted(name for name, count in counts.items() if count >= cut)
        self.labels = sorted({tag for _, tags, _ in data for tag in tags})
        self.penalty = penalty
        rows = {name: row for row, name in enumerate(self.names)}
        ids = {name: index for index, name in enumerate(self.labels)}
        lengths = [len(tags) for _, tags, _ in data]
        order = sorted(range(len(data)), key=lambda index: -lengths[index])
        data = [data[index] for index in order]
        self.lengths = np.array([lengths[index] for index in order])
        self.weight = np.array([weight for _, _, weight in data])
        self.steps = int(self.lengths.max())
        self.alive = [int((self.lengths > step).sum()) for step in range(self.steps)]
        # words in order of step, then example: a step is a contiguous slice
        indptr, indices, gold = [0], [], []
        for step in range(self.steps):
            for index in range(self.alive[step]):
                indices += [rows[name] for name in set(data[index][0][step]) if name in rows]
                indptr.append(len(indices))
                gold.append(ids[data[index][1][step]])
        self.words = csr_matrix((np.ones(len(indices)), indices, indptr), shape=(len(gold), len(self.names)))
        self.transposed = self.words.T.tocsr()
        self.gold = np.array(gold)
        self.slices = np.concatenate([[0], np.cumsum(self.alive)])

    def unpack(self, theta):
        size, wide = len(self.labels), len(self.names) * len(self.labels)
        weights = theta[:wide].reshape(len(self.names), size)
        transitions = theta[wide : wide + size * size].reshape(size, size)
        return weights, transitions, theta[-2 * size : -size], theta[-size:]

    def __call__(self, theta):
        weights, transitions, starts, ends = self.unpack(theta)
        size, slices, alive = len(self.labels), self.slices, self.alive
        scores = self.words @ weights
        last = [slices[length - 1] + index for index, length in enumerate(self.lengths)]
        scores[: alive[0]] += starts
        np.add.at(scores, last, ends)
        edge = np.exp(transitions)
        top = scores.max(axis=1, keepdims=True)
        emit = np.exp(scores - top)
        forward, norm = np.zeros_like(emit), np.zeros(len(emit))
        for step in range(self.steps):
            here = slice(slices[step], slices[step + 1])
            before = forward[slices[step - 1] : slices[step - 1] + alive[step]] @ edge if step else 1.0
            row = emit[here] * before
            norm[here] = row.sum(axis=1)
            forward[here] = row / norm[here][:, None]
        backward = np.ones_like(emit)
        pairs = np.zeros((size, size))
        for step in range(self.steps - 1, 0, -1):
            here = slice(slices[step], slices[step + 1])
            before = slice(slices[step - 1], slices[step - 1] + alive[step])
            ahead = emit[here] * backward[here] / norm[here][:, None]
            pairs += edge * (forward[before].T @ (ahead * self.weight[: alive[step], None]))
            backward[before] = ahead @ edge.T
        share = forward * backward
        weight = np.concatenate([self.weight[: alive[step]] for step in range(self.steps)])
        chosen = scores[np.arange(len(scores)), self.gold]
        value = (weight * (np.log(norm) + top[:, 0] - chosen)).sum()
        difference = share * weight[:, None]
        difference[np.arange(len(scores)), self.gold] -= weight
        for step in range(1, self.steps):
            before = self.gold[slices[step - 1] : slices[step - 1] + alive[step]]
            after = self.gold[slices[step] : slices[step + 1]]
            np.subtract.at(pairs, (before, after), self.weight[: alive[step]])
            value -= (self.weight[: alive[step]] * transitions[before, after]).sum()
        gradient = np.concatenate(
            [
                (self.transposed @ difference).ravel(),
                pairs.ravel(),
                difference[: alive[0]].sum(axis=0),
                difference[last].sum(axis=0),
            ]
        )
        return value + self.penalty * theta @ theta / 2, gradient + self.penalty * theta

    def run(self, *, rounds: int):
        size = len(self.labels)
        theta = np.zeros((len(self.names) + size + 2) * size)
        options = {"maxiter": rounds, "maxcor": 6}
        return self.unpack(minimize(self, theta, jac=True, method="L-BFGS-B", options=options).x)


def pruned(weights: np.ndarray, kept: int) -> np.ndarray:
    floor = np.sort(np.abs(weights), axis=None)[-min(kept, weights.size)]
    return np.where(np.abs(weights) >= floor, np.rint(weights * SCALE), 0).astype(int)


def document(fit: Fit, found, *, kept: int) -> dict:
    weights = pruned(found[0], kept)
    rows = {
        name: [int(each) for column in np.flatnonzero(row) for each in (column, row[column])]
        for name, row in zip(fit.names, weights, strict=True)
        if row.any()
    }
    rest = {
        name: np.rint(array * SCALE).astype(int).tolist()
        for name, array in zip(("transitions", "starts", "ends"), found[1:], strict=True)
    }
    return {"scale": SCALE, "labels": fit.labels, **rest, "features": rows}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("strings", type=Path)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--cut", type=int, default=2, help="features seen less often are left out")
    parser.add_argument("--penalty", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=120)
    parser.add_argument("--kept", type=int, default=45_000, help="weights kept")
    asked = parser.parse_args()
    data = examples([one for one in load_strings(asked.strings) if not one.held_out])
    fit = Fit(data, cut=asked.cut, penalty=asked.penalty)
    made = document(fit, fit.run(rounds=asked.rounds), kept=asked.kept)
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(text + "\n", encoding="utf-8")
    digest = hashlib.sha256(asked.out.read_bytes()).hexdigest()
    sys.stdout.write(f"{asked.out}: {len(data):,} examples, {asked.out.stat().st_size:,} bytes, sha256 {digest}\n")


if __name__ == "__main__":
    main()
