"""A scan of raw text for what a dose of cells needs: a word for cells, and a number of thousands or more near it.

It only drops what the grammar could read no dose in (a test over all gold and the example documents holds it to that),
and takes its words from the files that the grammar takes them from.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from ahocorasick_rs import AhoCorasick, Implementation

from litclaims.extract.quantity import Context, find_quantities
from litclaims.extract.quantity.copied import NONE, Head, head_of
from litclaims.extract.quantity.labelled import labelled_by
from litclaims.extract.quantity.numbers import LOST_PER_KG
from litclaims.extract.quantity.units import ENDINGS_BEHIND, find_noun
from litclaims.model import Block, Span
from litclaims.segment.view import CARETS
from litclaims.vocab.lexicon import kinds_in
from litclaims.vocab.wordlist import alternation, rows

SHORT = 6
"""A block of so few words may be the cell of a table, whose words for cells and power stand elsewhere."""

LINE = 150
"""Characters on either side of a number on a line of so few words."""

LONG_FORM = 400
"""Characters before a bracket in which the long form of an abbreviation stands: seventeen words at most."""

CELL_TYPE, _ANY_CELL = "cell_type", "cell"
"""The lexicon of kinds of cells, and the word that each other kind ends with."""

MANY = 500
"""Abbreviations that a text explains; where there are more, each number is looked at."""

_RAISED = re.compile(r"(?<=[A-Za-z.,;:)])(?:[⁰¹²³⁴-⁹]|(?<=[a-z])\d{1,3}(?!\w))[⁰¹²³⁴-⁹\d,˒⁻–-]*")
"""What may be the mark of a citation behind a word, which hides it from the grammar."""

_FIGURE = re.compile(r"10(?<![\d.]10)|million|billion")
_SPELT_OUT, _BAR = re.compile(r"&\S"), "|"
"""A sign that is spelt out, or the bars of a table: what the grammar reads is not just what stands here."""

_SHORT_FORM = re.compile(r"\(\s?([A-Za-z][\w+-]{1,11}?)s?\s?[);,]")
_LONG_FORM = re.compile(r"\([^()]{10,200}\)")
_BEFORE_BRACKET = re.compile(r"(?<![\w+-])([a-z]{0,3}[A-Z][\w+-]{1,11}?)s?\s?\Z")
_SHORT_WIDTH = 16
"""Characters that :data:`_BEFORE_BRACKET` looks at."""

_ACRONYM = "Cs"
"""The end of abbreviations that the grammar takes for cells: OPCs."""


def may_hold_doses(text: str, *, table: bool = False) -> bool:
    """False for a document's text in which no number of cells, platelets or particles can be read.

    Args:
        table: True if cells of a table stand in it, other than those between bars.
    """
    if not _names_cells(text):
        return False
    if next(_scales(text), None) is not None:
        return True
    if _BAR in text or _SPELT_OUT.search(text) is not None:
        return _PLAIN.search(text) is not None
    if table and any(_is_short(match, text) for match in _PLAIN.finditer(text)):
        return True
    return _may_count(text, _shorts(text)) and _may_count(text, explained(text))


def dosed_blocks(text: str, blocks: Sequence[Block]) -> set[int]:
    """The blocks of a document that may hold a dose.

    A word for cells counts in the block, in what heads it, in the block before, and anywhere for a cell of a table and
    for a block that speaks of kilograms: a number per kg has no noun where the text is on cells alone.

    Args:
        text: the document's view.
        blocks: its blocks, in order.
    """
    starts = [block.span.start for block in blocks]

    def touched(spans: Iterable[tuple[int, int]]) -> set[int]:
        ends = ((bisect_right(starts, start) - 1, bisect_right(starts, end - 1) - 1) for start, end in spans)
        return {index for first, last in ends for index in range(max(0, first), last + 1)}

    whole = [text[block.span.start : block.span.end] for block in blocks]
    cells = (index for index, block in enumerate(blocks) if block.kind == "cell")
    found = {index for index in cells if any(map(str.isdigit, whole[index]))}
    found |= {index for index in touched(_spans(_FIGURE, text)) if _is_few_words(whole[index])}
    scaled = touched(_scales(text))
    found.update(place for index in scaled for place in labelled_by(text, blocks, index))
    scaled, plain = scaled - found, touched(_spans(_PLAIN, text)) - found
    if not (scaled or plain):
        return found
    shorts = _shorts(text)
    many = explained(text) if len(shorts) > MANY else None

    def meant(*texts: str) -> frozenset[str]:
        return explained(text, within=texts) if many is None else many

    for index in sorted(scaled):
        around = [whole[place] for place in (max(0, index - 1), *blocks[index].heading_path)]
        defined = meant(whole[index], *around)
        head = head_of(text, blocks, index)
        named = many is not None or any(_names_cells(each, defined) for each in (whole[index], *around, head.line))
        if (named or _BY_WEIGHT.search(whole[index])) and _counts_cells(whole[index], around, defined, head):
            found.add(index)
    for index in sorted(plain - scaled):
        if _may_count(whole[index], shorts) and _is_plain_count(whole[index], meant(whole[index])):
            found.add(index)
    return found


def _spans(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in pattern.finditer(text))


def _is_plain_count(text: str, defined: frozenset[str]) -> bool:
    """True for a block with a number that is written out, of cells that it names soon after."""
    return _may_count(text, defined) and _counts_cells(text, (), defined)


def _may_count(text: str, defined: frozenset[str]) -> bool:
    """True for a text with a number that is written out and may count cells."""
    return any(_is_counted(match, text, defined) for match in _PLAIN.finditer(text))


def _is_counted(match: re.Match[str], text: str, defined: frozenset[str]) -> bool:
    """True if a number that is written out may count cells: the word for them follows it, or what it goes on with.

    A range or a spread goes on with another number, an aside with a bracket. Of a number per kg the word
    may stand before it.
    """
    end = match.end()
    if _PER_KG.match(text, end) is not None:
        return True
    ends = (more.end() for more in _GOES_ON.finditer(text, end, end + CONTINUES))
    return any(find_noun(text, place, defined) is not None for place in (end, *ends))


def _is_short(match: re.Match[str], text: str) -> bool:
    """True if a match stands on a line of few words, as in the cell of a table."""
    line = text[max(0, match.start() - LINE) : match.end() + LINE]
    start = line.rfind("\n", 0, match.start() - max(0, match.start() - LINE)) + 1
    end = line.find("\n", start + 1)
    return _is_few_words(line[start : end if end >= 0 else len(line)])


def _is_few_words(text: str) -> bool:
    return len(text.split(None, SHORT)) <= SHORT


def explained(text: str, *, within: Sequence[str] | None = None) -> frozenset[str]:
    """The abbreviations that a text may explain as cells: in a bracket behind what may be a name of some.

    Args:
        within: texts of which one must hold the abbreviation, None for all that there are.
    """
    return frozenset(
        short
        for short, start, end in _brackets(text)
        if (within is None or any(short in each for each in within)) and _may_name_cells(text[start:end])
    )


def _shorts(text: str) -> frozenset[str]:
    """The abbreviations that a text may explain, as whatever: quicker told than :func:`explained`."""
    return frozenset(short for short, *_ in _brackets(text))


def _brackets(text: str) -> Iterator[tuple[str, int, int]]:
    """The abbreviations that may be explained, singular, each with where its long form stands: before the bracket that
    holds it, or in the one behind it."""
    for match in _SHORT_FORM.finditer(text):
        yield match[1], max(0, match.start() - LONG_FORM), match.start()
    for match in _LONG_FORM.finditer(text):
        if (short := _BEFORE_BRACKET.search(text, max(0, match.start() - _SHORT_WIDTH), match.start())) is not None:
            yield short[1], match.start(), match.end()


def _may_name_cells(text: str) -> bool:
    """True if a text may hold the name of a kind of cells."""
    return _ANY_CELL in text.lower() or CELL_TYPE in kinds_in(text)


def _counts_cells(text: str, around: Sequence[str], defined: frozenset[str], head: Head = NONE) -> bool:
    """True if the grammar reads a number of cells in a text, given or not, without a look at its sentences."""
    context = Context(sentences=(Span(0, len(text)),), headings=tuple(around), table_head=head.line, unit=head.unit)
    return any(
        finding.is_cells
        for each in dict.fromkeys((text, without_marks(text)))
        for finding in find_quantities(each, context, nouns=defined)
    )


def _names_cells(text: str, defined: Iterable[str] = ()) -> bool:
    if any(short in text for short in defined):
        return True
    single, names, pairs = _words()
    if any(index < names or _stands(text, start, end) for index, start, end in _matches(single, text)):
        return True
    lower = text.lower()
    return any(pair in lower for pair in pairs)


def _matches(automaton: AhoCorasick, text: str) -> list[tuple[int, int, int]]:
    return automaton.find_matches_as_indexes(_encodable(text))


SYLLABLE = 2
"""Letters of a noun that is part of too many words to be looked for by itself: ``pu``."""

_BEFORE_SYLLABLE = " \n0123456789)]"

_COUNTED_MARKER = re.compile(r"CD\d{1,3}[a-z]?(?:\+|\s{0,3}/|\s{1,3}p)")


def _stands(text: str, start: int, end: int) -> bool:
    """True if what names cells only behind a power may do so here: alone, or a marker with a sign or a denominator."""
    word, after = text[start:end], text[end : end + 1]
    if word.startswith("CD"):
        return _COUNTED_MARKER.match(text, start) is not None
    if _is_letter(after) and after != "s":
        return False
    before = text[start - 1 : start]
    if word in ENDINGS_BEHIND:
        return before.isupper()
    if not _is_letter(word[0]):
        return True  # a syllable of many words is looked for with what stands before it
    return not _is_letter(before) or (word.isupper() and (before.islower() or len(word) > 2))  # hNK, uncCIK


def without_marks(text: str) -> str:
    """A text with blanks for what may be marks of citations behind words; as long."""
    return _RAISED.sub(lambda match: " " * len(match.group()), text)


def _encodable(text: str) -> str:
    """A text without half surrogate pairs, which are no text to an automaton; as long."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


@functools.cache
def _words() -> tuple[AhoCorasick, int, tuple[str, ...]]:
    """The words for cells as the grammar compares them: single ones by case, but for a capital, and pairs.

    Of the single ones the number given name cells wherever they stand; the others, behind them, only alone.
    """
    table = [(row.surface, row.get("role") == "behind") for row in rows("nouns", "unit", "role")]
    single = {noun: behind for noun, behind in table if " " not in noun}
    single |= {noun.capitalize(): behind for noun, behind in single.items() if noun.islower()}
    named = {noun for noun, behind in single.items() if not behind}
    # part of another one that is looked for anyway
    named = {word for word in named if not any(other != word and other in word for other in named)} | {_ACRONYM}
    alone = {noun for noun, behind in single.items() if behind} | {
        "CAR+",
        "CAR T",
        "CART",
        *ENDINGS_BEHIND,
        *(f"CD{digit}" for digit in range(1, 10)),
    }
    syllables = {word for word in alone if word.islower() and len(word) <= SYLLABLE}
    alone |= {before + word for word in syllables for before in _BEFORE_SYLLABLE}
    alone -= syllables | {word.capitalize() for word in syllables}
    automaton = AhoCorasick([*sorted(named), *sorted(alone)], implementation=Implementation.DFA)
    return automaton, len(named), tuple(noun.lower() for noun, _ in table if " " in noun)


_PLAIN = re.compile(r"\d(?:\d{3}|[.,'’_\s]\d{3})(?:[.,'’_\s]?\d)*")
"""Part of a number of a thousand or more that is written out; it counts the cells that are named with it."""

CONTINUES = 24
"""Characters behind a number in which it may go on."""

_GOES_ON = re.compile(r"\d[\d.,]*|[)\]]")

_PER_KG = re.compile(r"\s{0,4}(?:/|per\b)\s{0,4}(?:kg|kilo|m2|m²|m\^2)", re.IGNORECASE)

_BY_WEIGHT = re.compile(r"kg|kilo", re.IGNORECASE)

_TEN = re.compile("10")
_TIMES = re.compile(r"(?:[x×X*·.χΧ]|\b[Tt]imes\s)\s{0,3}(?:\\\(\s?)?\{?\Z")
_TIMES_WIDTH = 16
"""Characters that :data:`_TIMES` looks at before a ten."""


def _scales(text: str) -> Iterator[tuple[int, int]]:
    """What numbers are scaled with, as ``(start, end)``: multipliers, letters and powers of ten, in no order."""
    words, signs = _scaled()
    lower = text.replace("İ", "I").lower()  # the one letter that is longer as a small one
    for _, start, end in words.find_matches_as_indexes(_encodable(lower), overlapping=True):
        if not (_is_letter(lower[start - 1 : start]) or _is_letter(lower[end : end + 1])):
            yield start, end
    yield from (match.span() for match in signs.finditer(text))
    for match in _TEN.finditer(text):
        if times := _TIMES.search(text, max(0, match.start() - _TIMES_WIDTH), match.start()):
            yield times.start(), match.end()
        elif lost := LOST_PER_KG.match(text, match.start()):
            yield lost.span()


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()


@functools.cache
def _scaled() -> tuple[AhoCorasick, re.Pattern[str]]:
    """The multipliers, and what begins with a digit and scales it."""
    table = [(row.surface, row.get("role")) for row in rows("numbers", "role", "value")]
    words = sorted({surface.lower() for surface, role in table if role == "multiplier"})
    letters = alternation([surface for surface, role in table if role in ("letter", "suffix")])
    signs = re.compile(
        rf"\d(?:\s{{0,3}}-?(?:{letters})(?![A-Za-z])|\^|[eE]\+?\d|\s{{1,6}}10\s{{0,2}}(?:1[0-5]|[3-9])(?!\d)"
        rf"|(?<=10)\s{{0,3}}[}}$\\]?(?:[\^{CARETS}]|\*\*|<|[⁰¹²³⁴-⁹⁺⁻]|\(\s{{0,2}}\d))"
    )
    return AhoCorasick(words, implementation=Implementation.DFA), signs
