"""pysbd's splitter with its two slow places done otherwise; the sentences are the same (a test holds it to that).

pysbd looks for each sentence with a pattern made of it, and for each of two hundred abbreviations with patterns made
anew: more than Python keeps compiled, so that most of its time went into compiling.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

import pysbd
from pysbd.lang.english import English
from pysbd.utils import TextSpan

_BLANKS = re.compile(r"\s*")


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


class _Abbreviations(English.AbbreviationReplacer):
    def search_for_abbreviations_in_string(self, text: str) -> str:
        lowered = text.lower()
        for name, begins, next_letter in _patterns():
            # only a stop behind it is replaced; a name with a stop inside is found with another sign there, too
            if (name if "." in name else f"{name}.") not in lowered:
                continue
            found = begins.findall(text)
            letters = next_letter.findall(text) if found and "{" in text else []
            for index, match in enumerate(found):
                text = self.scan_for_replacements(text, match, index, letters)
        return text


class _English(English):
    AbbreviationReplacer = _Abbreviations


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
