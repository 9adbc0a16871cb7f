"""The abbreviations that a document defines, each with its long form: in brackets, or in a list of them.

What stands in brackets is judged by scispaCy's detector (Schwartz & Hearst 2003, doi:10.1142/9789812776303_0042), which
wants tokens. Most brackets of a paper hold a number, a figure or a work, and of a text only what may be a definition,
with the words before it, is made into tokens.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

import numpy
from scispacy.abbreviation import filter_matches, find_abbreviation
from spacy.attrs import ORTH
from spacy.tokens import Doc, Span

from litclaims.segment.pipeline import load

LONGEST_BRACKET = 8
"""Tokens in a bracket that the detector looks at."""

LONGEST_SHORT, LONGEST_TOKEN = 3, 9
"""Tokens of a short form in a bracket, and letters of each; a longer bracket may hold the long form."""

MORE_WORDS = 5
"""A long form has so many words more than its short form has letters, and no more than two words a letter."""

WORDS_BEFORE = LONGEST_SHORT * LONGEST_TOKEN + MORE_WORDS + 2
"""Words before a bracket that the detector looks at, the short form of a long bracket and one to spare included."""

MAX_BRACKET = 400
"""Characters of a bracket: a longer one of so few words is no text."""

_BRACKET = re.compile("[()]")
_WORD = re.compile(r"\S+")

_ENTRY = re.compile(
    r"(?:(?<=[;.:]\s)|(?<![^\n]))(?P<short>[A-Z][A-Za-z0-9-]{0,7}[A-Z])[,:=]\s(?P<long>[^\W\d][^;.:,()\n]{3,70})(?=[;.\n]|\Z)"
)
"""An entry of a list of abbreviations."""


def definitions(text: str) -> list[tuple[str, str]]:
    """The abbreviations that a text defines in brackets, each with its long form, as scispaCy's detector tells them.

    The detector goes on to mark every place of each, which nobody here asks for and costs most of its time.
    """
    found: dict[str, str] = {}
    for start, end in _stretches(text):
        for short, long in _pairs(load().make_doc(text[start:end])):
            if short.text not in found and long.text not in found.values():
                found[short.text] = long.text
    return list(found.items())


def listed(text: str) -> list[tuple[str, str]]:
    """The entries of a list of abbreviations, as below a table: ``BM, bone marrow; IA, intra-arterial``."""
    if ";" not in text:
        return []
    entries = [match.group("short", "long") for match in _ENTRY.finditer(text)]
    entries = [(short, long) for short, long in entries if _stands_for(short, long)]
    return entries if len(entries) > 1 else []


def _stands_for(short: str, long: str) -> bool:
    """True if the letters of a short form stand in this order in the long one, the first at its beginning."""
    letters = [letter for letter in short.casefold() if letter.isalpha()]
    rest = iter(long.casefold())
    return long[:1].casefold() == letters[0] and all(letter in rest for letter in letters)


def _pairs(doc: Doc) -> Iterator[tuple[Span, Span]]:
    """Short and long forms that brackets define."""
    for long_candidate, short_candidate in filter_matches(list(_brackets(doc)), doc):
        short, long = find_abbreviation(long_candidate, short_candidate)
        if long is not None:
            yield short, long


def _brackets(doc: Doc) -> Iterator[tuple[int, int, int]]:
    """What stands in brackets, as the detector's matcher gives it in a time that grows with their square."""
    signs = doc.to_array(ORTH)
    opened, closed = (numpy.flatnonzero(signs == doc.vocab.strings[sign]).tolist() for sign in "()")
    for close in closed:
        first = bisect_left(opened, close - LONGEST_BRACKET - 1)
        yield from ((0, at + 1, close) for at in reversed(opened[first : bisect_left(opened, close - 1)]))


def _stretches(text: str) -> list[tuple[int, int]]:
    """The stretches of a text that may define an abbreviation, in order, each of whole words; none overlap."""
    found: list[tuple[int, int]] = []
    low = _lower(text)
    for opened, closed in _in_brackets(text):
        if _may_define(low, opened, closed):
            start, end = _first_word(text, opened), _end_of_word(text, closed)
            while found and found[-1][1] > start:
                start = min(start, found.pop()[0])
            found.append((start, end))
    return found


def _in_brackets(text: str) -> Iterator[tuple[int, int]]:
    """Where brackets open and close, of those that may be short enough; of one in another both."""
    opened: list[int] = []
    for match in _BRACKET.finditer(text):
        place = match.start()
        opened = [at for at in opened if place - at <= MAX_BRACKET]
        if match.group() == "(":
            opened.append(place)
            continue
        for start in reversed(opened):
            if place - start > LONGEST_BRACKET and len(text[start + 1 : place].split()) > LONGEST_BRACKET:
                break
            yield start, place


def _first_word(text: str, end: int) -> int:
    """Where the words begin that the detector looks at before a bracket; 0 where there are no more."""
    words = text[:end].rsplit(None, WORDS_BEFORE)
    if len(words) <= WORDS_BEFORE:
        return 0
    start = _WORD.search(text, len(words[0]))
    return end if start is None else start.start()


def _end_of_word(text: str, start: int) -> int:
    word = _WORD.match(text, start)
    return word.end() if word else start


def _may_define(low: str, opened: int, closed: int) -> bool:
    """True if a bracket may hold the short form of the words before it, or the long form of the last of them.

    Args:
        low: the text in small letters.
    """
    inside = low[opened + 1 : closed].strip()
    if size := _size_of_short(inside):
        start = _begins(low, opened, inside)
        if start >= 0 and len(low[start:opened].split()) <= min(size + MORE_WORDS, 2 * size):
            return True
    last = low[max(0, opened - LONGEST_TOKEN - 2) : opened].split()
    return bool(last) and any(_begins(inside, len(inside), short) >= 0 for short in _last_tokens(last[-1]))


def _last_tokens(word: str) -> Iterator[str]:
    """What may be the last token of a word, if it may be a short form: the word, or from a letter behind a sign on."""
    for start in range(max(0, len(word) - LONGEST_TOKEN), len(word) - 1):
        if word[start].isalpha() and not (start and word[start - 1].isalpha()):
            yield word[start:]


def _size_of_short(inside: str) -> int:
    """Letters and signs of what may be a short form in a bracket, else 0."""
    if not inside[:1].isalpha() or len(inside) > LONGEST_SHORT * (LONGEST_TOKEN + 1):
        return 0
    words = inside.split()
    size = sum(map(len, words))
    return size if size > 1 and len(words) <= LONGEST_SHORT and 2 * sum(map(str.isalpha, inside)) >= len(inside) else 0


def _begins(low: str, end: int, short: str) -> int:
    """Where the long form of a short one begins before a place, -1 if none does: the letters and digits of the one
    stand in the other in their order, each as far back as it must, the first where a word may begin."""
    signs = [sign for sign in reversed(short) if sign.isalnum()]
    at = end
    for sign in signs[:-1]:
        if (at := low.rfind(sign, 0, at)) < 0:
            return -1
    while (at := low.rfind(signs[-1], 0, at)) > 0:
        if not low[at - 1].isalpha():
            break
    return at


def _lower(text: str) -> str:
    """A text in small letters, as long."""
    low = text.lower()
    if len(low) == len(text):  # one letter, İ, is longer as a small one, and none is shorter
        return low
    return "".join(sign if len(low := sign.lower()) > 1 else low for sign in text)
