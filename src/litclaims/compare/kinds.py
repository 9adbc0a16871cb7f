"""Which term is a kind of which: caudal epidural of epidural, knee of joint, adipose-derived stem cell of MSC.

Rules ask through one small protocol, :class:`IsA`, so that a knowledge base can answer in place of the lexicons:
``compare(…, is_a=either(vocabulary_is_a, base.is_a))``.
"""

from __future__ import annotations

import csv
import functools
from pathlib import Path
from typing import Protocol

from litclaims import vocab
from litclaims.vocab import knowledge

_KINDS = Path(__file__).with_name("kinds.csv")


class IsA(Protocol):
    """The question that every source of knowledge answers."""

    def __call__(self, kind: str, label: str, ancestor: str, /) -> bool:
        """True if the label is the ancestor or a kind of it; ``kind`` is a facet: ``route``, ``target`` …"""


@functools.lru_cache(maxsize=1 << 16)
def vocabulary_is_a(kind: str, label: str, ancestor: str) -> bool:
    """The is-a relation of the lexicons, widened by ``kinds.csv``.

    That file says what matters in comparing and must not bear on reading, where a narrow term would be widened. A kind
    without a lexicon knows only equal labels.
    """
    if _lexicon_is_a(kind, label, ancestor):
        return True
    return any(
        _lexicon_is_a(kind, label, child) and vocabulary_is_a(kind, parent, ancestor)
        for child, parent in _wider().get(kind, ())
    )


def _lexicon_is_a(kind: str, label: str, ancestor: str) -> bool:
    """The is-a relation of the lexicons, and of the knowledge base for a condition that they lack."""
    if label == ancestor:
        return True
    if kind not in vocab.kinds():
        return False
    lexicon = vocab.load(kind)
    if kind != "condition" or (lexicon.get(label) and lexicon.get(ancestor)):
        return lexicon.is_a(label, ancestor)
    base = knowledge.load()
    ours, theirs = base.exact(kind, label), base.exact(kind, ancestor)
    return ours is not None and theirs is not None and base.is_a(ours.key, theirs.key)


@functools.cache
def _wider() -> dict[str, tuple[tuple[str, str], ...]]:
    """Of each kind the pairs of label and parent that the lexicons do not have."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in rows():
        found.setdefault(row["kind"], []).append((row["label"], row["parent"]))
    return {kind: tuple(pairs) for kind, pairs in found.items()}


def rows() -> list[dict[str, str]]:
    """The rows of ``kinds.csv``; ``counterexample`` is a label that is no kind of the parent."""
    with _KINDS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def either(*relations: IsA) -> IsA:
    """An is-a relation that holds where one of the given ones does."""

    def is_a(kind: str, label: str, ancestor: str, /) -> bool:
        return any(relation(kind, label, ancestor) for relation in relations)

    return is_a
