"""Sentence ends: scispaCy's splitter, asked only where a plain rule is unsure.

pysbd takes some thirty passes over a text and is quadratic in its length. Most sentences end in a word and a full stop
before another word, and stops within one bracket end none: there it and the plain rule agree (a test holds them to
that), but that a bracket which opens a text stays with its sentence. The stretches between such ends are cut by pysbd
only where they hold another stop. A text with lists, quotes or line breaks, whose cut depends on more than its next
words, is cut by pysbd as a whole.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import zip_longest

import numpy
from pysbd.lang.english import English
from scispacy.consts import ABBREVIATIONS
from spacy.attrs import IDX, LENGTH, SENT_START
from spacy.language import Language
from spacy.tokens import Doc

from litclaims.segment.splitter import holds_list, splitter

NAME = "litclaims/sentences"

_BEYOND = re.compile(
    r"[\"“”«»\n…•⁃\\]|\.\.|--.*--|(?<!\S)['‘]"
    r"|^[\s⁃-]?\(?\w{1,3}[.)](?:\s|\))"
    r"|\((?=[mdclxvi])[mdclxvi]+\)\s[A-Z]"
)
"""What makes a cut depend on more than the next words: quotes, lines, dots, dashes, the mark of an item at the start, a
Roman number in brackets."""

_MARK = re.compile(r"[()\[\].!?]")
_CLOSED_BY = {"(": ")", "[": "]"}
_LAST = re.compile(r"(?:(?P<word>[A-Za-z-]+)|\d%?|[)\]])\Z")
_NEXT = re.compile(r"(?P<blanks>\s{1,3})(?!\w{1,3}[.)])[^\W_]")
_PLAIN = re.compile(r"[A-Za-z]*[A-Za-z][a-z]{3}|[A-Z]{2,}s?")
"""The last part of a word that is no abbreviation of a kind that carries a full stop."""


@Language.component(NAME, assigns=["token.is_sent_start"])
def sentencize(doc: Doc) -> Doc:
    """Set the sentence starts of a Doc, as ``pysbd_sentencizer`` would."""
    text = doc.text
    firsts = set(_first_tokens(text, _places(doc), certain_stretches(text)))
    starts = [1 if index in firsts else -1 for index in range(len(doc))]
    return doc.from_array([SENT_START], numpy.array(starts, dtype="int64").astype("uint64").reshape(-1, 1))


def sentences(text: str, tokens: Callable[[], Doc]) -> list[tuple[int, int]]:
    """The sentences of a text as a Doc of it would have them, half-open.

    Args:
        tokens: makes the Doc, sentences or none; only asked where the text alone does not tell.
    """
    stretches = certain_stretches(text)
    if stretches is not None and all(sure for *_, sure in stretches):
        spans = [_stripped(text, start, end) for start, end, _ in stretches]
        return [_with_blanks(span, after) for span, after in zip_longest(spans, spans[1:]) if span is not None]
    places = _places(tokens())
    firsts = sorted({0, *_first_tokens(text, places, stretches)}) if places else []
    lasts = [first - 1 for first in firsts[1:]] + [len(places) - 1]
    return [(places[first][0], sum(places[last])) for first, last in zip(firsts, lasts, strict=False)]


def _stripped(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A stretch without the blanks around it; None if nothing is left."""
    held = text[start:end]
    return (start + len(held) - len(held.lstrip()), start + len(held.rstrip())) if held.strip() else None


def _with_blanks(span: tuple[int, int], after: tuple[int, int] | None) -> tuple[int, int]:
    """A sentence with the blanks behind it where they are more than one: to the tokenizer they are a token of it."""
    return span if after is None or after[0] - span[1] < 2 else (span[0], after[0])


def _places(doc: Doc) -> list[list[int]]:
    """Where each token begins, and its length."""
    return doc.to_array([IDX, LENGTH]).tolist()


def _first_tokens(text: str, places: list[list[int]], stretches: list[tuple[int, int, bool]] | None) -> Iterator[int]:
    """The tokens that begin a sentence, by index."""
    if stretches is None:
        yield from _by_component(text, places)
        return
    ends = {start + length for start, length in places}
    starts = {at for start, end, sure in stretches for at in _starts(text[start:end], start, sure, ends)}
    for index, (start, _) in enumerate(places):
        if start in starts and not (index and _token(text, places[index - 1]) in ABBREVIATIONS):
            yield index


def _by_component(text: str, places: list[list[int]]) -> Iterator[int]:
    """The tokens that ``pysbd_sentencizer`` lets a sentence begin with.

    That are those where a sentence of pysbd begins that ends with a token, and those behind empty lines; but none
    behind an abbreviation, and none behind line breaks that open the text.
    """
    ends = {start + length for start, length in places}
    starts = set(_split(text, 0, ends))
    lines = text.count("\n") > 1
    for index, (start, _) in enumerate(places):
        if start in starts:
            before = _token(text, places[index - 1]) if index else None
            if before is None or not (before in ABBREVIATIONS or (index == 1 and not before.strip("\n"))):
                yield index
        elif lines and index > 1 and _token(text, places[index - 1]).count("\n") > 1:
            yield index


def _token(text: str, place: Sequence[int]) -> str:
    start, length = place
    return text[start : start + length]


def certain_stretches(text: str) -> list[tuple[int, int, bool]] | None:
    """A text cut at its certain sentence ends: start, end, and whether the stretch is one sentence for sure.

    None where no end is certain, because the cut depends on more than the next words.
    """
    if _BEYOND.search(text) or holds_list(text):
        return None
    found: list[tuple[int, int, bool]] = []
    start, sure, last = 0, True, len(text.rstrip()) - 1
    opened: list[str] = []
    deepest, held = 0, False  # of the brackets that are open: how deep they go, and whether a stop stands in them
    for mark in _MARK.finditer(text):
        sign, at = mark.group(), mark.start()
        if sign in _CLOSED_BY:
            opened.append(_CLOSED_BY[sign])
            deepest = max(deepest, len(opened))
        elif sign in ")]":
            if not opened or opened.pop() != sign:
                return None
            if not opened:
                sure &= not held or deepest < 2
                deepest, held = 0, False
        elif at == last or _is_decimal(text, at):
            continue
        elif sign == "." and len(opened) == 1 and not (text[at + 1].isdigit() or text[at + 1] == "["):
            held = True  # no end: pysbd hides it where no other bracket stands within this one
        elif not opened and (blanks := _blanks_behind(text, at)):
            found.append((start, at + 1, sure))
            start, sure = at + 1 + blanks, True
        else:
            sure = False
    return None if opened else [*found, (start, len(text), sure)]


def _is_decimal(text: str, at: int) -> bool:
    """True for the point of a decimal, before which the whole part may lack."""
    return text[at] == "." and text[at + 1].isdigit() and (text[at - 1].isdigit() or text[at - 1].isspace())


def _blanks_behind(text: str, at: int) -> int:
    """How many blanks stand behind a full stop that ends a sentence beyond doubt, 0 behind any other sign.

    A plain word or a number stands before it, and a word with a capital behind it.
    """
    follows = _NEXT.match(text, at + 1) if text[at] == "." else None
    if follows is None or not _may_end(text, at):
        return 0
    return len(follows["blanks"])


def _may_end(text: str, at: int) -> bool:
    """True if what stands before a full stop ends a sentence, for it is no abbreviation."""
    last = _LAST.search(text, max(0, at - 30), at)
    if last is None:
        return False
    word = last.group("word")
    if word is None:
        return True
    part = word.rsplit("-", 1)[-1]
    return _PLAIN.fullmatch(part) is not None and not {word.lower(), part.lower()} & _abbreviations()


def _starts(text: str, offset: int, sure: bool, ends: Collection[int]) -> Iterator[int]:
    """Where the sentences of a stretch begin; of pysbd's those that end with a token."""
    if sure:
        yield offset + len(text) - len(text.lstrip())
    else:
        yield from _split(text, offset, ends)


def _split(text: str, offset: int, ends: Collection[int]) -> Iterator[int]:
    """Where the sentences of pysbd begin that end with a token, in a text that stands at an offset."""
    for span in splitter().segment(text):
        if offset + span.start + len(span.sent.rstrip(" ")) in ends:
            yield offset + span.start


@functools.cache
def _abbreviations() -> frozenset[str]:
    return frozenset(English.Abbreviation.ABBREVIATIONS)
