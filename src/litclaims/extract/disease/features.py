"""What the trained model sees of a word: its form, and what the knowledge base says of it.

A spaCy embedding layer like ``MultiHashEmbed``, with the dictionary as further columns: whether the word begins, ends
or lies in a name of a disease, a site or a cell type, and how many names of diseases it ends or stands in.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy
from spacy import registry
from spacy.ml.staticvectors import StaticVectors
from spacy.strings import hash_string
from spacy.tokens import Doc
from thinc.api import HashEmbed, Maxout, Model, chain, concatenate, list2ragged, ragged2list, with_array
from thinc.layers.chain import forward as in_turn
from thinc.layers.chain import init as in_turn_made
from thinc.types import Floats2d, Ints2d

from litclaims.vocab import knowledge

COLUMNS = ("lower", "prefix", "suffix", "long_suffix", "shape", "disease", "other", "weight")
"""A table of embeddings each, in this order."""

MAX_BUCKET = 9
"""Counts of names are told apart by their power of two, up to this one."""

_APOSTROPHES = ("'", "’", "‘")
_JOINTS = ("-", "‐", "‑", "–", *_APOSTROPHES)
_NONE, _ONE, _FIRST, _INNER, _LAST = range(5)


@registry.architectures("litclaims.DictionaryEmbed.v1")
def dictionary_embed(width: int, rows: Sequence[int], include_static_vectors: bool) -> Model[list[Doc], list[Floats2d]]:
    """The layer: a hash embedding for each of :data:`COLUMNS`, mixed to one vector a word.

    Args:
        width: of each table and of the output.
        rows: of each table.
        include_static_vectors: True to add the vectors of the vocabulary.
    """
    tables = [
        HashEmbed(width, size, column=column, seed=8 + column) for column, size in enumerate(rows[: len(COLUMNS)])
    ]
    mixed = Maxout(width, width * (len(tables) + include_static_vectors), nP=3, dropout=0.0, normalize=True)
    embedded = chain(Model("litclaims_features", _forward), list2ragged(), with_array(concatenate(*tables)))
    if include_static_vectors:
        embedded = concatenate(embedded, StaticVectors(width, dropout=0.0))
    whole = chain(embedded, with_array(mixed), ragged2list())
    return Model(whole.name, _each_once, init=in_turn_made, dims={"nO": width}, layers=whole.layers)


def _each_once(model: Model, docs: Sequence[Doc], is_train: bool) -> tuple[list[Floats2d], object]:
    """The vectors of the words; of words that are the same in all that the layer sees of them one is made, for all."""
    if is_train:
        return in_turn(model, docs, is_train)
    seen: dict[_Seen, int] = {}
    places = [[seen.setdefault(word, len(seen)) for word in _words_of(doc)] for doc in docs]
    if not seen:
        return in_turn(model, docs, is_train)
    words = Doc(docs[0].vocab, words=[word.text for word in seen])
    words.user_data[_FEATURES] = numpy.array([_row(word) for word in seen], dtype="uint64")
    ((vectors,), _) = in_turn(model, [words], is_train)
    return [vectors[numpy.array(each, dtype="intp")] for each in places], lambda gradient: []


_FEATURES = "litclaims features"
"""Where a Doc keeps what is known of its words from elsewhere."""


def _forward(model: Model, docs: Sequence[Doc], is_train: bool) -> tuple[list[Ints2d], object]:
    del is_train
    found = (doc.user_data[_FEATURES] if _FEATURES in doc.user_data else features(doc) for doc in docs)
    return [model.ops.asarray2i(rows, dtype="uint64") for rows in found], lambda gradient: []


class _Seen(NamedTuple):
    """A word as the layer sees it: itself, and its places in names of a disease, and of a site or cell type."""

    text: str
    disease: int
    other: int


def features(doc: Doc) -> numpy.ndarray:
    """A row a token and a column for each of :data:`COLUMNS`, unsigned 64 bit."""
    rows = [_row(word) for word in _words_of(doc)]
    return numpy.array(rows, dtype="uint64").reshape(len(rows), len(COLUMNS))


def _words_of(doc: Doc) -> list[_Seen]:
    texts = [token.text for token in doc]
    folded = [_folded(text) for text in texts]
    placed = in_names(folded, ("condition",)), in_names(folded, ("target", "cell_type"))
    return [_Seen(*word) for word in zip(texts, *placed, strict=True)]


def _row(word: _Seen) -> tuple[int, ...]:
    return (*_form(word.text), word.disease, word.other, _weight(_folded(word.text)))


@functools.lru_cache(maxsize=50_000)
def _folded(text: str) -> str:
    return knowledge.fold_word(text.lower())


@functools.lru_cache(maxsize=50_000)
def _form(text: str) -> tuple[int, ...]:
    lower = text.lower()
    parts = (lower, lower[:3], lower[-3:], lower[-5:], _shape(text))
    return tuple(hash_string(part) for part in parts)


def _shape(text: str) -> str:
    """Capitals, small letters and digits of a word, runs cut to four: ``Xxxxx``, ``XXX``, ``dd``."""
    marks = "".join(
        "X" if each.isupper() else "x" if each.isalpha() else "d" if each.isdigit() else each for each in text
    )
    kept = [mark for index, mark in enumerate(marks) if marks[max(0, index - 4) : index] != mark * 4]
    return "".join(kept[:12])


def in_names(words: Sequence[str], kinds: Sequence[str]) -> list[int]:
    """For each token its place in the longest name of these kinds that holds it, and which kind that is.

    Args:
        words: folded; a hyphen, an apostrophe and white space part no name, any other sign does.
        kinds: the first one wins where two overlap.
    """
    places = [_NONE] * len(words)
    for number, kind in enumerate(kinds):
        for first, last in names_in(words, kind):
            if not any(places[first : last + 1]):
                places[first : last + 1] = [5 * number + place for place in _places(last + 1 - first)]
    return places


def names_in(words: Sequence[str], kind: str) -> Iterator[tuple[int, int]]:
    """First and last token of each name of a kind, the longest from the left."""
    base = knowledge.load()
    kept = [at for at, word in enumerate(words) if (word.isalnum() and word != "s") or not _is_joint(words, at, word)]
    told = [words[at] for at in kept]
    behind = 0
    begins = base.beginnings(kind)
    for at in [at for at, word in enumerate(told) if word in begins]:
        following = told[at + 1] if at + 1 < len(told) else None
        reach = base.reach(kind, told[at], following) if at >= behind else 0
        if reach and (size := _longest(base, kind, told[at : at + reach])):
            yield kept[at], kept[at + size - 1]
            behind = at + size


def _is_joint(words: Sequence[str], at: int, word: str) -> bool:
    """True for what a name is found without: a hyphen, an apostrophe, and the s of a possessive."""
    return word in _JOINTS or not word or word.isspace() or (word == "s" and at > 0 and words[at - 1] in _APOSTROPHES)


def _longest(base: knowledge.KnowledgeBase, kind: str, words: Sequence[str]) -> int:
    """Of how many of these words the longest name is that they begin with; 0 if they begin with none."""
    sizes = range(len(words), 0, -1)
    return next((size for size in sizes if base.of_words(kind, tuple(words[:size])) is not None), 0)


def _places(size: int) -> list[int]:
    return [_ONE] if size == 1 else [_FIRST, *[_INNER] * (size - 2), _LAST]


@functools.cache
def _weights() -> tuple[Counter[str], Counter[str]]:
    """How many names of diseases each word ends, and stands in."""
    ends: Counter[str] = Counter()
    within: Counter[str] = Counter()
    for words, _ in knowledge.load().names("condition"):
        ends[words[-1]] += 1
        within.update(set(words))
    return ends, within


def ended_by(word: str) -> int:
    """How many names of diseases a folded word ends."""
    return _weights()[0][word]


def _weight(word: str) -> int:
    ends, within = _weights()
    return 1 + 10 * min(MAX_BUCKET, ends[word].bit_length()) + min(MAX_BUCKET, within[word].bit_length())
