"""pysbd's splitter with its slow places done otherwise; the sentences are the same (a test holds it to that).

pysbd looks for each sentence with a pattern made of it, and for each of two hundred abbreviations with patterns made
anew: more than Python keeps compiled, so that most of its time went into compiling. It also looks for the items of
lists in many passes over texts that hold none.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

import pysbd
from pysbd.lang.english import English
from pysbd.lists_item_replacer import ListItemReplacer
from pysbd.processor import Processor
from pysbd.utils import Text, TextSpan

_BLANKS = re.compile(r"\s*")

_STOPPED_MARKS = tuple(re.compile(pattern) for pattern in (r"(\d(?<![^\s⁃-]\d)\d?)\.[\s)]", r"([a-z])\.(?<!\S[a-z]\.)"))
_CLOSED_MARKS = tuple(
    (re.compile(end), re.compile(mark))
    for end, mark in ((r"\)(?<=\d\))\s", r"\d{1,2}\Z"), (r"\)(?<=[a-z]\))", r"(?<![^\s(])[a-z]+\Z"))
)
"""What may be the mark of an item of a list, in the four ways that pysbd knows: with a stop, or a bracket behind it.
Lookbehinds stand late, and brackets are searched before what they close: a pattern that opens with a lookbehind or
with letters is tried at every character."""

_MARK_WIDTH = 12
"""Characters of the longest mark, and one before it: a longer word is no number and no letter."""

_ROMAN = {name: ListItemReplacer.ROMAN_NUMERALS.index(name) for name in ListItemReplacer.ROMAN_NUMERALS}

_PLACEHOLDERS = ("♨", "☝")
"""What pysbd puts for a moment where it found an item."""


def may_hold_list(text: str) -> bool:
    """True if two of the marks of items in a text follow one another: pysbd takes others for no list."""
    return (text.count(".") > 1 and any(_follow(pattern.findall(text)) for pattern in _STOPPED_MARKS)) or (
        text.count(")") > 1 and any(_follow(_closed(text, *patterns)) for patterns in _CLOSED_MARKS)
    )


def holds_list(text: str) -> bool:
    """True if pysbd finds a list in a text, which takes it a dozen passes."""
    return may_hold_list(text) and ListItemReplacer(text).add_line_break() != text


def _closed(text: str, end: re.Pattern[str], mark: re.Pattern[str]) -> list[str]:
    """The marks with a bracket behind them."""
    places = (match.start() for match in end.finditer(text))
    found = (mark.search(text, max(0, at - _MARK_WIDTH), at) for at in places)
    return [match.group() for match in found if match is not None]


def _follow(marks: Sequence[str]) -> bool:
    if len(marks) < 2:
        return False
    numbers = {int(mark) for mark in marks if mark.isdigit()}
    letters = {ord(mark) for mark in marks if len(mark) == 1 and mark.isalpha()}
    romans = {_ROMAN[mark] for mark in marks if mark in _ROMAN}
    follow = any(place + 1 in found for found in (numbers, letters, romans) for place in found)
    return follow or {0, 9} <= numbers


@functools.cache
def _patterns() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    """Each abbreviation as pysbd looks for it: itself, where it begins, and what pysbd takes for the next letter."""
    return tuple(
        (
            name,
            re.compile(rf"(?:^|\s|\r|\n){name}", re.IGNORECASE),
            re.compile(r"(?<={" + re.escape(name) + "} ).{1}"),  # pysbd's braces stand in no text but its own tests
        )
        for name in (each.strip() for each in English.Abbreviation.ABBREVIATIONS)
    )


_STOPPED = re.compile(r"(?<!\S)[^\s.]+(?=\.)")


class _Abbreviations(English.AbbreviationReplacer):
    def search_for_abbreviations_in_string(self, text: str) -> str:
        lowered = text.lower()
        stopped = set(_STOPPED.findall(lowered))
        for name, begins, next_letter in _patterns():
            # only a stop behind it is replaced; a name with a stop inside is found with another sign there, too
            if name not in (lowered if "." in name else stopped):
                continue
            found = begins.findall(text)
            letters = next_letter.findall(text) if found and "{" in text else []
            for index, match in enumerate(found):
                text = self.scan_for_replacements(text, match, index, letters)
        return text


class _Processor(Processor):
    def process(self) -> list[str]:
        if not self.text:
            return self.text
        self.text = self.text.replace("\n", "\r")
        if may_hold_list(self.text) or any(sign in self.text for sign in _PLACEHOLDERS):
            self.text = ListItemReplacer(self.text).add_line_break()
        self.replace_abbreviations()
        self.replace_numbers()
        self.replace_continuous_punctuation()
        self.replace_periods_before_numeric_references()
        language = self.lang
        rules = (
            language.Abbreviation.WithMultiplePeriodsAndEmailRule,
            language.GeoLocationRule,
            language.FileFormatRule,
        )
        self.text = Text(self.text).apply(*rules)
        return self.split_into_segments()


class _English(English):
    AbbreviationReplacer = _Abbreviations
    Processor = _Processor


class Splitter(pysbd.Segmenter):
    """``segment(text)`` gives the sentences of an English text with their offsets, the blanks behind them included."""

    def __init__(self) -> None:
        super().__init__(language="en", clean=False, char_span=True)
        self.language_module = _English

    def sentences_with_char_spans(self, sentences: Sequence[str]) -> list[TextSpan]:
        """Each sentence at its first place that ends behind the sentence before it."""
        text, spans, last = self.original_text, [], 0
        for sentence in sentences:
            start = text.find(sentence)
            while start >= 0:
                end = _BLANKS.match(text, start + len(sentence)).end()
                if end > last:
                    spans.append(TextSpan(text[start:end], start, end))
                    last = end
                    break
                start = text.find(sentence, max(end, start + 1))
        return spans


@functools.cache
def splitter() -> Splitter:
    """The splitter, made once a process. It keeps the text it is at: not for two threads at once."""
    return Splitter()
