"""Names by likeness: an exact cosine over TF-IDF of character trigrams, in the shape of scispaCy's index.

scispaCy's own builder looks for neighbours approximately (nmslib), drops trigrams that fewer than ten names hold, and
needs an old scipy to save what it builds. Here every trigram counts, and the cosine of a name with every other is one
product of sparse matrices. Both classes are plain arrays and can be pickled.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy
import scipy.sparse

_SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789 "
_BASE = len(_SIGNS)
_CODES = numpy.full(256, _BASE, dtype="int32")
_CODES[numpy.frombuffer(_SIGNS.encode("ascii"), dtype="uint8")] = numpy.arange(_BASE, dtype="int32")


class Trigrams:
    """TF-IDF of the character trigrams of folded names (see :func:`litclaims.vocab.knowledge.fold`), rows of length 1.

    Stands where scispaCy expects a ``TfidfVectorizer``.

    Attributes:
        rows: of the names that it was made of.
    """

    def __init__(self, names: Sequence[str]) -> None:
        counts = _counts(names)
        documents = numpy.bincount(counts.indices, minlength=counts.shape[1])
        self.idf = numpy.log((1 + len(names)) / (1 + documents)).astype("float32") + 1
        self.rows = self._weighted(counts)

    def transform(self, names: Sequence[str]) -> scipy.sparse.csr_matrix:
        """A row a name; a name with no trigram is a row of zeros."""
        return self._weighted(_counts(names))

    def _weighted(self, weighted: scipy.sparse.csr_matrix) -> scipy.sparse.csr_matrix:
        weighted.data *= self.idf[weighted.indices]
        sums = numpy.sqrt(numpy.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
        lengths = numpy.repeat(numpy.where(sums > 0, sums, 1), numpy.diff(weighted.indptr))
        weighted.data /= lengths.astype("float32")
        return weighted


def _counts(names: Sequence[str]) -> scipy.sparse.csr_matrix:
    """How often each name, blanks around it, holds each trigram; a trigram that is not plain ASCII is left out."""
    padded = [f" {name} ".encode("ascii", "replace") for name in names]
    codes = _CODES[numpy.frombuffer(b"\n".join([*padded, b""]), dtype="uint8")]
    first, second, third = codes[:-2], codes[1:-1], codes[2:]
    whole = (first < _BASE) & (second < _BASE) & (third < _BASE)
    grams = ((first * _BASE + second) * _BASE + third)[whole]
    ends = numpy.cumsum([0, *(len(name) + 1 for name in padded)])  # of each name and the line break behind it
    places = numpy.concatenate([[0], numpy.cumsum(whole, dtype="int32")])
    rows = places[numpy.minimum(ends, len(whole))].astype("int32")
    counts = scipy.sparse.csr_matrix((numpy.ones(len(grams), "float32"), grams, rows), shape=(len(padded), _BASE**3))
    counts.sum_duplicates()
    return counts


class CosineIndex:
    """All pairs of a query and a row, exactly. Stands where scispaCy expects an index of nmslib."""

    def __init__(self, rows: scipy.sparse.csr_matrix) -> None:
        self.columns = rows.T.tocsr()

    def knnQueryBatch(self, vectors: scipy.sparse.csr_matrix, k: int) -> list[tuple[numpy.ndarray, numpy.ndarray]]:
        """For each query the ``k`` nearest rows and their distances (1 - cosine), nearest first; fewer where fewer
        share a trigram with it."""
        likeness = (vectors @ self.columns).tocsr()
        found = []
        for start, end in zip(likeness.indptr, likeness.indptr[1:], strict=False):
            rows, cosines = likeness.indices[start:end], likeness.data[start:end]
            best = numpy.lexsort((rows, -cosines))[:k] if len(rows) <= k else _best(rows, cosines, k)
            found.append((rows[best], 1 - cosines[best]))
        return found


def _best(rows: numpy.ndarray, cosines: numpy.ndarray, k: int) -> numpy.ndarray:
    """Places of the ``k`` greatest cosines, greatest first, the lower row first where two are the same."""
    best = numpy.argpartition(-cosines, k)[:k]
    return best[numpy.lexsort((rows[best], -cosines[best]))]
