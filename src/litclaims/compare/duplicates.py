"""Duplicates: the same text in two files or formats, and texts that differ in a few words.

Two documents are the *same* if their words and numbers are, whatever their case, space, punctuation and superscripts.
They are *near* if of their sequences of five words at least :data:`THRESHOLD` are shared (Jaccard). Candidates are
found by MinHash signatures in bands (Broder 1997; Leskovec, Rajaraman & Ullman, Mining of Massive Datasets, chapter 3),
so that no document is held against all others, and are then counted exactly. Of each group the first by name is the
source.

A duplicate counts once: what it claims is left out of the comparison. It is only left out if its source claims every
figure of it as well. A later version in which a figure has changed is another statement, and both are compared.
"""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from litclaims.model import Claim, Duplicate

SHINGLE = 5
"""Words of a sequence: longer than the phrases that every paper of a field uses."""

THRESHOLD = 0.8
"""Share of sequences in common. A changed word touches five of them: at 300 words some six words may differ, at 3,000
some sixty. Two reports of one group on two trials share less than half."""

MIN_SHINGLES = 40
"""Shorter texts are the same or not: a form with one line filled in would be near any other."""

BANDS, ROWS = 24, 5
"""A pair that shares 0.8 is a candidate at 0.9999, one that shares 0.5 at 0.5, one that shares 0.2 at 0.008."""

MAX_CANDIDATES = 32
"""That are counted exactly for one document, those that share most bands first."""

MAX_TOKENS = 300_000
"""Of a longer text the beginning tells whether it is near another."""

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[<>≤≥±%]")
_CARET = re.compile(r"(?<=\d)[ \t]?\^[ \t]?(?=\d)|</?su[bp]>")
_FACETS = ("route", "basis", "target", "condition", "cell_type", "species")
DENIED = ("negated", "hypothetical")
"""Statuses that make another statement of a figure; whether it is one's own or cited does not."""

_PRIME = np.uint64(0x100000001B3)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_STEP = 4096


@dataclass(frozen=True, slots=True)
class Signature:
    """What is held of a text to find others like it.

    Attributes:
        whole: a hash of its words and numbers, None if there are none.
        bands: a hash of 8 bytes of each band of its MinHash signature, none of a text that is too short to be near
            another.
    """

    whole: bytes | None
    bands: bytes = b""


def signature(text: str) -> Signature:
    """The signature of a text."""
    tokens = _tokens(text)
    if not tokens:
        return Signature(None)
    whole = hashlib.sha256(" ".join(tokens).encode("utf-8", "surrogatepass")).digest()
    own = _shingles(tokens)
    return Signature(whole, _bands(own) if own.size >= MIN_SHINGLES else b"")


def find_duplicates(
    documents: Sequence[str], text: Callable[[str], str], *, signatures: Mapping[str, Signature] | None = None
) -> tuple[Duplicate, ...]:
    """The documents that repeat one that is before them by name, with ``kind`` ``same`` or ``near``.

    Args:
        documents: their names, in any order.
        text: gives the text of one; asked for again for candidates, so that not all need be held.
        signatures: of the texts, where they are known; then only candidates' texts are asked for.
    """
    shingles = functools.lru_cache(maxsize=64)(lambda doc: _shingles(_tokens(text(doc))))
    known = signatures or {doc: signature(text(doc)) for doc in documents}
    shared = _shared_bands(known[doc] for doc in documents)
    whole: dict[bytes, str] = {}
    bands: dict[int, list[str]] = {}
    found = []
    for doc in sorted(documents):
        own = known[doc]
        if own.whole is None:
            continue
        first = whole.setdefault(own.whole, doc)
        if first != doc:
            found.append(Duplicate(doc, first, "same"))
            continue
        keys = [key for key in _numbers(own.bands).tolist() if key in shared]
        source = _nearest(doc, keys, bands, shingles)
        if source is not None:
            found.append(Duplicate(doc, source, "near"))
            continue
        for key in keys:  # sources alone are candidates: ten thousand copies of one text are held against one
            bands.setdefault(key, []).append(doc)
    return tuple(_of_sources(found))


def _shared_bands(signatures: Iterable[Signature]) -> frozenset[int]:
    """The bands that two texts share: of all others nothing need be remembered."""
    values, counts = np.unique(_numbers(b"".join(each.bands for each in signatures)), return_counts=True)
    return frozenset(values[counts > 1].tolist())


def _numbers(bands: bytes) -> np.ndarray:
    return np.frombuffer(bands, dtype=np.uint64)


def _of_sources(found: Sequence[Duplicate]) -> Iterable[Duplicate]:
    """The same duplicates, those of a near duplicate made duplicates of its source."""
    sources = {each.doc: each.of for each in found if each.kind == "near"}
    for each in found:
        source = sources.get(each.of)
        yield each if source is None else Duplicate(each.doc, source, "near")


def _nearest(
    doc: str,
    keys: Sequence[int],
    bands: Mapping[int, Sequence[str]],
    shingles: Callable[[str], np.ndarray],
) -> str | None:
    """The source that shares most with a document, None if none shares enough."""
    shared = Counter(other for key in keys for other in bands.get(key, ())[:MAX_CANDIDATES])
    likely = [(_jaccard(shingles(doc), shingles(other)), other) for other, _ in shared.most_common(MAX_CANDIDATES)]
    enough = [(-share, other) for share, other in likely if share >= THRESHOLD]
    return min(enough)[1] if enough else None


def _tokens(text: str) -> list[str]:
    """The words and numbers of a text; ``10⁶``, ``10^6``, ``10<sup>6</sup>`` and ``106`` are one."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", _CARET.sub("", text)).casefold())


def _shingles(tokens: Sequence[str]) -> np.ndarray:
    """The hashes of all sequences of words, sorted, each once."""
    tokens = tokens[:MAX_TOKENS]
    count = len(tokens) - SHINGLE + 1
    if count < 1:
        return np.empty(0, dtype=np.uint64)
    words = np.fromiter(map(_crc, tokens), np.uint64, len(tokens))
    hashes = np.zeros(count, dtype=np.uint64)
    for place in range(SHINGLE):
        hashes = (hashes ^ words[place : place + count]) * _PRIME
        hashes ^= hashes >> np.uint64(29)
    return np.unique(hashes * _MIX)


@functools.lru_cache(maxsize=1 << 14)  # the same words come again and again
def _crc(token: str) -> int:
    return zlib.crc32(token.encode("utf-8", "replace"))


def _bands(shingles: np.ndarray) -> bytes:
    """The MinHash signature, cut into bands, each as a number of 8 bytes."""
    factors, offsets = _functions()
    least = np.full(len(factors), np.iinfo(np.uint64).max, dtype=np.uint64)
    for start in range(0, shingles.size, _STEP):
        part = shingles[start : start + _STEP]
        np.minimum(least, (factors[:, None] * part + offsets[:, None]).min(axis=1), out=least)
    hashes = np.arange(1, BANDS + 1, dtype=np.uint64) * _MIX
    for row in least.reshape(BANDS, ROWS).T:
        hashes = (hashes ^ row) * _PRIME
        hashes ^= hashes >> np.uint64(29)
    return hashes.tobytes()


@functools.cache
def _functions() -> tuple[np.ndarray, np.ndarray]:
    """Factors (odd) and offsets of the hash functions; seeded, so that a run finds what the one before found."""
    made = np.random.default_rng(1997)
    numbers = made.integers(1, np.iinfo(np.uint64).max, size=(2, BANDS * ROWS), dtype=np.uint64)
    return numbers[0] | np.uint64(1), numbers[1]


def _jaccard(one: np.ndarray, other: np.ndarray) -> float:
    shared = np.intersect1d(one, other, assume_unique=True).size
    return shared / (one.size + other.size - shared)


def judge_figures(
    found: Sequence[Duplicate], claims: Callable[[str], Sequence[Claim]]
) -> tuple[tuple[Duplicate, ...], frozenset[str]]:
    """The duplicates with those marked in which a figure has changed, and the documents that are not compared.

    Left out is whichever of a duplicate and its source claims nothing that the other does not: mostly the duplicate,
    but the source where the duplicate claims the same and more. Of a same text value and unit of its claims are held
    against each other, of a near one all that they hang on, too: two formats may be read with different contexts, two
    versions may differ in just that. A figure that is guessed in one and sure in the other is only held by the other.

    Args:
        claims: gives the claims of a document.
    """
    judged, left_out = [], set()
    for each in found:
        facets = each.kind != "same"
        own, source = _figures(claims(each.doc), facets), _figures(claims(each.of), facets)
        if _covers(source, own):
            left_out.add(each.doc)
        elif _covers(own, source):
            left_out.add(each.of)
        else:
            each = Duplicate(each.doc, each.of, "changed")
        judged.append(each)
    return tuple(judged), frozenset(left_out)


def _figures(claims: Iterable[Claim], facets: bool) -> dict[tuple, bool]:
    """What is claimed, each with whether it is sure."""
    found: dict[tuple, bool] = {}
    for claim in claims:
        quantity = claim.quantity
        key: tuple = (claim.measure, quantity.unit, quantity.low, quantity.high, quantity.bound)
        if facets:
            key += tuple(tuple(sorted(claim.values(name))) for name in _FACETS)
            # a format that links its marks tells more of what is cited than one that only raises them
            key += (claim.value("status") in DENIED,)
        found[key] = found.get(key, False) or not quantity.guessed
    return found


def _covers(one: Mapping[tuple, bool], other: Mapping[tuple, bool]) -> bool:
    """True if the first claims all that the second does, and as surely."""
    return all(key in one and (one[key] or not sure) for key, sure in other.items())
