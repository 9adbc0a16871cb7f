"""Units of general science text by grammar: symbols with SI prefixes, exponents, products and quotients of them.

Reads ``kJ mol-1``, ``W m−2``, ``µmol m⁻² s⁻¹``, ``mg/L``, ``° C``, ``wt.%``, ``percentage points per year``,
``stems/ha``, and what copying leaves of them (``kgs-1``). Symbols and names are rows of ``vocab/science_units.csv``;
the prefixes are those of the SI brochure (9th edition, table 7) that text uses: with atto and exa, words such as
``as`` and ``Es`` would be units.
"""

from __future__ import annotations

import functools
import re

from litclaims.vocab.wordlist import Row, alternation, rows

PREFIXES = "[TGMkhdcmµunpf]"
"""SI prefixes by symbol; ``u`` is the typewriter's µ."""

FORMS = ("prefixed", "apart", "scaled", "symbol", "word", "phrase")
"""What a row is: a symbol that takes prefixes; one that without a prefix stands apart from its number (``5 A``, but
``3A`` is a panel); one that never goes without (``mS``); one that takes none; a name; a quantity of its own."""

MAX_FACTORS = 6
"""Factors of one compound unit; more are no unit but a formula."""

_NEGATIVE = r"(?:\s?\^?\s?-\s?[1-9](?![\d.]\d)|\s?\^?[({]\s?-\s?[1-9]\s?[)}]|⁻[¹²³⁴⁵⁶])"
_POWER = rf"(?:{_NEGATIVE}|\^?[2346](?![\d.]\d|\d)|[²³⁴⁶])"
_END = r"(?![^\W\d_]|\d|'[a-z])"


def unit_rows() -> tuple[Row, ...]:
    """The rows of the units' vocabulary; ``form`` is one of :data:`FORMS`."""
    return rows("science_units", "unit", "dimension", "form")


def _surfaces(*forms: str) -> str:
    return alternation([row.surface for row in unit_rows() if row.get("form") in forms])


@functools.cache
def unit_pattern() -> str:
    """A regular expression for a whole unit that stands at a number's end or a space behind it.

    A factor behind a space needs a negative power, or ``2 m s`` would swallow words; one that is glued on does, too.
    """
    prefixed = _surfaces("prefixed", "apart")
    symbol = rf"(?:{_surfaces('symbol')}|{PREFIXES}?(?:{prefixed})|{PREFIXES}(?:{_surfaces('scaled')}))"
    first = (
        rf"(?:{_surfaces('symbol')}|(?:{_surfaces('prefixed')})|(?<!\d)(?:{_surfaces('apart')})"
        rf"|{PREFIXES}(?:{_surfaces('prefixed', 'apart', 'scaled')}))"
    )
    name = rf"(?i:(?:{_surfaces('word')})s?)(?![A-Za-z])"
    factor = (
        rf"\s?/\s?(?:{symbol}{_POWER}?{_END}|{name})"
        rf"|\s{{1,2}}per\s{{1,2}}[a-z]{{1,15}}(?![\w-])"
        rf"|\s?[·*.]?\s?(?:{symbol}|{name}){_NEGATIVE}"
        rf"|\s?[·*]\s?{symbol}{_POWER}?"
    )
    counted = rf"[a-z]{{3,15}}/{symbol}{_POWER}?"
    return rf"(?!×\s?\d)(?:{name}|{first}{_POWER}?|{counted})(?:{factor}){{0,{MAX_FACTORS}}}{_END}"


@functools.cache
def phrase_pattern() -> re.Pattern[str]:
    """Phrases that are quantities without a number: ``room temperature``."""
    return re.compile(rf"(?<!\w)(?i:{_surfaces('phrase')})(?!\w)")
