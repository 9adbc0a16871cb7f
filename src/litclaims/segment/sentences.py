"""Sentence ends: scispaCy's splitter, asked only where a plain rule is unsure.

pysbd takes some thirty passes over a text and is quadratic in its length. Most sentences end in a word and a full stop
before a capital, where it and the plain rule always agree (a test holds them to that); the stretches between such ends
are cut by pysbd only where they hold another stop. A text with lists, quotes or line breaks, whose cut depends on
more than its next words, is left whole to scispaCy's component.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

import pysbd
from pysbd.lang.english import English
from scispacy.consts import ABBREVIATIONS
from scispacy.custom_sentence_segmenter import pysbd_sentencizer
from spacy.language import Language
from spacy.tokens import Doc

NAME = "litclaims/sentences"

_BEYOND = re.compile(
    r"[\"“”«»\n…•⁃]|\.\.|\.(?=[^\s\d)\]])|(?<!\d)\.\d|(?:^|\s)\(?(?:[a-zA-Z]|\d{1,2}|[ivxIVX]+)[.)](?:\s|$)"
)
"""What makes a cut depend on more than the next words: quotes, lines, lists, a stop that touches the next word."""

_MARK = re.compile(r"[()\[\].!?]")
_LAST = re.compile(r"(?:(?P<word>[A-Za-z-]+)|\d%?|[)\]])\Z")
_NEXT = re.compile(r"\s(?:[A-Z][a-z]+|A|[A-Z]{2,})[\s,-]")
_PLAIN = re.compile(r"[A-Za-z]*[A-Za-z][a-z]{3}|[A-Z]{2,}s?")
"""The last part of a word that is no abbreviation of a kind that carries a full stop."""


@Language.component(NAME, assigns=["token.is_sent_start"])
def sentencize(doc: Doc) -> Doc:
    """Set the sentence starts of a Doc, as ``pysbd_sentencizer`` would."""
    text = doc.text  # spaCy joins its tokens anew each time it is asked
    stretches = certain_stretches(text)
    if stretches is None:
        return pysbd_sentencizer(doc)
    starts = {start + offset for start, end, sure in stretches for offset in _starts(text[start:end], sure)}
    before = ""
    for token in doc:
        token.is_sent_start = token.idx in starts and before not in ABBREVIATIONS
        before = token.text
    return doc


def certain_stretches(text: str) -> list[tuple[int, int, bool]] | None:
    """A text cut at its certain sentence ends: start, end, and whether the stretch is one sentence for sure.

    None where no end is certain, because the cut depends on more than the next words.
    """
    if _BEYOND.search(text):
        return None
    found: list[tuple[int, int, bool]] = []
    start, depth, sure = 0, 0, True
    for mark in _MARK.finditer(text):
        sign, at = mark.group(), mark.start()
        depth += (sign in "([") - (sign in ")]")
        if depth < 0:
            return None
        if sign in "()[]" or (sign == "." and text[at + 1 : at + 2].isdigit()) or not text[at + 1 :].strip():
            continue
        if depth == 0 and _is_end(text, at):
            found.append((start, at + 1, sure))
            start, sure = at + 2, True
        else:
            sure = False
    return None if depth else [*found, (start, len(text), sure)]


def _is_end(text: str, at: int) -> bool:
    """True if a full stop ends a sentence beyond doubt: a plain word or a number before it, a capital behind it."""
    last = _LAST.search(text, max(0, at - 30), at) if text[at] == "." and _NEXT.match(text, at + 1) else None
    if last is None:
        return False
    word = last.group("word")
    if word is None:
        return True
    part = word.rsplit("-", 1)[-1]
    return _PLAIN.fullmatch(part) is not None and not {word.lower(), part.lower()} & _abbreviations()


def _starts(text: str, sure: bool) -> Iterator[int]:
    """Where the sentences of a stretch begin."""
    if sure:
        yield len(text) - len(text.lstrip())
    else:
        for span in pysbd.Segmenter(language="en", clean=False, char_span=True).segment(text):
            yield span.start


@functools.cache
def _abbreviations() -> frozenset[str]:
    return frozenset(English.Abbreviation.ABBREVIATIONS)
