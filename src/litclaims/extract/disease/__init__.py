"""Diseases and complaints: what the vocabulary knows, what the document's abbreviations mean, what the model finds.

The three are combined in this order of trust:

1. an abbreviation that the text defines is a disease where its long form is one, and is none where it is not;
2. the model's stretches (it sees the dictionary, see :mod:`litclaims.extract.disease.features`), each bracket closed,
   those within one name of the dictionary as that name;
3. names of the dictionary that the model passed over, if they have a word more than one or are curated. A curated
   name that ends as no disease does (a transplantation) is a reason for treatment, and is left to the lexicon.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from litclaims import vocab
from litclaims.extract.disease.features import ended_by, names_in
from litclaims.extract.disease.model import ANY, Named, load, named, record
from litclaims.extract.disease.plain import TOKEN
from litclaims.vocab import knowledge

__all__ = ["ANY", "KIND", "Found", "diseases", "find", "in_dictionary", "load", "named", "record"]

KIND = "condition"

HEADS = 10
"""A word that ends fewer names of diseases than these in the knowledge base is no sign of one."""

_SIGNS = " \t\n,;:(<>=./-–"
_CLOSED = re.compile(r"\s*\)\s+([^\W\d_]+)(?![^\W_])")


class Found(NamedTuple):
    """A disease in a text, half-open, and the way it was found: ``abbreviation``, ``model`` or ``dictionary``."""

    start: int
    end: int
    way: str


def find(
    texts: Sequence[str],
    *,
    definitions: Sequence[Mapping[str, str]] | None = None,
    model: str | None = None,
) -> list[tuple[Found, ...]]:
    """The diseases of each text, in order; none overlap.

    Args:
        texts: of any length.
        definitions: for each text the abbreviations that hold in it, with their long forms.
        model: see :func:`litclaims.extract.disease.model.load`.

    Raises:
        ConfigurationError: the model cannot be used.
    """
    definitions = [
        {short: long for short, long in each.items() if short in text}
        for text, each in zip(texts, definitions or [{}] * len(texts), strict=True)
    ]
    meant = {long: _is_named(long) for each in definitions for long in each.values()}
    unsure = sorted(long for long, is_disease in meant.items() if not is_disease)
    spans = named([*unsure, *texts], model=model)
    for long, seen in zip(unsure, spans, strict=False):  # a disease, too, if the model sees one that ends it
        meant[long] = any(end == len(long) for _, end in diseases(long, seen))
    return [
        combine(text, diseases(text, seen), {short: meant[long] for short, long in given.items()})
        for text, seen, given in zip(texts, spans[len(unsure) :], definitions, strict=True)
    ]


def diseases(text: str, spans: Iterable[Named]) -> list[tuple[int, int]]:
    """Those of a model's stretches that are diseases: by their label, else because a concept has their name."""
    base = knowledge.load()
    return [
        (each.start, each.end)
        for each in spans
        if each.kind == KIND or (each.kind == ANY and base.exact(KIND, text[each.start : each.end]) is not None)
    ]


def combine(text: str, modelled: Sequence[tuple[int, int]], meant: Mapping[str, bool]) -> tuple[Found, ...]:
    """The diseases of a text from the model's stretches and from what each abbreviation means (True for a disease)."""
    short = {place: meant[name] for name in meant for place in places(text, name)}
    found: list[Found] = []
    named_here = in_dictionary(text)
    closed = (whole(text, *span) for span in joined(sorted(modelled), named_here))
    _add(found, (span for span in closed if span[0] < span[1] and short.get(span, True)), "model")
    _add(found, (span for span in sorted(short) if short[span]), "abbreviation")
    _add(
        found,
        (span for span in named_here if short.get(span, True) and _is_sure(text[slice(*span)])),
        "dictionary",
    )
    return tuple(sorted(found))


def _add(found: list[Found], spans: Iterable[tuple[int, int]], way: str) -> None:
    for start, end in spans:
        if not any(start < each.end and each.start < end for each in found):
            found.append(Found(start, end, way))


def joined(spans: Sequence[tuple[int, int]], names: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches in order, two or more that lie within one name of the dictionary as that name: ``migraine without
    aura`` is one disease."""
    kept = list(spans)
    for start, end in names:
        within = [span for span in kept if start <= span[0] and span[1] <= end]
        if len(within) > 1:
            kept = [span for span in kept if span not in within] + [(start, end)]
    return sorted(kept)


def whole(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch with each bracket in it closed and no sign at its end.

    ``von Hippel-Lindau (VHL`` takes in ``) disease``, because that word ends names of diseases; without such a word
    it ends before the bracket.
    """
    while (opened := text.rfind("(", start, end)) > text.rfind(")", start, end):
        follows = _CLOSED.match(text, end)
        if follows and _is_head(follows[1]):
            return start, follows.end()
        end = opened
    return start, start + len(text[start:end].rstrip(_SIGNS))


@functools.lru_cache(maxsize=16_384)
def _is_head(word: str) -> bool:
    """True for a word that is a disease, or that ends the names of several."""
    return ended_by(knowledge.fold_word(word)) >= HEADS or knowledge.load().exact(KIND, word) is not None


def _is_sure(surface: str) -> bool:
    """True for a name that is a disease wherever it stands: of several words that end as one, or a curated word."""
    words = knowledge.fold(surface)
    if len(words) > 1:
        return _is_head(words[-1]) or knowledge.load().exact(KIND, surface) is not None
    return bool(vocab.load(KIND).find(surface))


@functools.lru_cache(maxsize=16_384)
def _is_named(long: str) -> bool:
    """True for a long form that is a disease by name."""
    if knowledge.load().exact(KIND, long):
        return True
    return any(hit.end == len(long) for hit in vocab.load(KIND).find(long))


def places(text: str, short: str) -> Iterator[tuple[int, int]]:
    """Where a short form stands as a word of its own, its plural included."""
    if short not in text:
        return
    for match in re.finditer(rf"(?<![^\W_]){re.escape(short)}s?(?![^\W_])", text):
        yield match.span()


def in_dictionary(text: str) -> tuple[tuple[int, int], ...]:
    """The names of the lexicon and of the knowledge base in a text, the longest first; none overlap."""
    tokens = list(TOKEN.finditer(text))
    folded = [knowledge.fold_word(token.group()) for token in tokens]
    spans = [(tokens[first].start(), tokens[last].end()) for first, last in names_in(folded, KIND)]
    spans += [(hit.start, hit.end) for hit in vocab.load(KIND).find(text)]
    kept: list[tuple[int, int]] = []
    for start, end in sorted(set(spans), key=lambda span: (span[0] - span[1], span)):
        if not any(start < other and begin < end for begin, other in kept):
            kept.append((start, end))
    return tuple(sorted(kept))
