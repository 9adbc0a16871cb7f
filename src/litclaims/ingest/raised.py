"""What a superscript means: a power, a marker, or letters that are only set high.

After ``10`` it is an exponent, after a unit a power, after a word or a stop a marker; no marker is negative. Written
out in plain characters ``10<sup>6</sup>`` becomes ``106``, a dose some 9,400 times too small, so raised digits stay
raised: as the Unicode superscripts that say the same.
"""

from __future__ import annotations

import functools
import re

from litclaims.vocab.measurement import units

EXPONENT = "exponent restored from superscript"
"""The repair that a power of ten names."""

BRACKETED = "raised marker put in brackets"
"""The repair that keeps a marker after a number or a unit from being read as its power."""

_SUPERSCRIPTS = tuple("⁰¹²³⁴⁵⁶⁷⁸⁹")
_RAISED = str.maketrans("0123456789+-−–()=niabcdefghjklmoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁽⁾⁼ⁿⁱᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

_TEN = re.compile(r"(?<![\d.,])10\s?\Z")
_WORD = re.compile(r"[^\W\d_]+\Z|(?<=[/\s])[^\W\d_]{1,3}\Z")
_EXPONENT = re.compile(r"[-−–+]?\s?\d{1,2}")
_POWER = re.compile(r"[-−–]\s?[1-3]|[23]")
_NEGATIVE = re.compile(r"[-−]\s?[1-9]")
"""A power behind any letter: no mark opens with a minus sign."""

_UNSQUARED = ("mass", "body_weight", "volume", "time", "share")
"""What is never squared or cubed: raised digits after such a unit are a marker."""

_LONG = re.compile(r"\d{3}")
_MARKS = re.compile(r"[\d\s,;–−-]+")
_LETTERS = re.compile(r"[a-z](?:\s?,\s?[a-z])*")
_ORDINAL = re.compile(r"st|nd|rd|th")


def raise_text(before: str, text: str, *, linked: bool = False) -> tuple[str, str]:
    """A superscript in plain characters, and the repair that it amounts to (empty where there is none).

    A marker that would be read as a power where it stands is put in brackets.

    Args:
        before: what stands before it, at least the last word.
        text: the raised characters.
        linked: True if the format links them to a reference or a note: then they are a marker, whatever is before.
    """
    text = text.strip()
    if before.endswith("["):
        return text, ""
    if _MARKS.fullmatch(text) and _is_mistakable(before, text, linked=linked):
        return f" [{text}]", BRACKETED
    if not linked:
        if follows_ten(before) and _EXPONENT.fullmatch(text):
            return _plain_power(text), EXPONENT
        if _POWER.fullmatch(text) and (_is_unit(before) or (text[0] in "-−" and before[-1:].isalpha())):
            return _plain_power(text), ""
        if _NEGATIVE.fullmatch(text) and before[-1:].isalpha():
            return _plain_power(text), ""
        if _ORDINAL.fullmatch(text) and before[-1:].isdigit():
            return text, ""
    if _MARKS.fullmatch(text):
        return text.translate(_DIGITS), ""
    if _LETTERS.fullmatch(text):
        return text.translate(_RAISED), ""
    return text, ""


def follows_ten(before: str) -> bool:
    """True if a superscript after this text would be an exponent."""
    return _TEN.search(before) is not None


def _is_mistakable(before: str, text: str, *, linked: bool) -> bool:
    """True if raised digits are no power and would be read as one, or as more digits of an exponent."""
    if not text[:1].isdigit():
        return False
    if before[-1:] in _SUPERSCRIPTS or (follows_ten(before) and _LONG.search(text)):
        return True
    if not linked:
        return _is_unit(before, _UNSQUARED)
    return before[-1:].isdigit() or _is_unit(before)


def _plain_power(text: str) -> str:
    return text.replace(" ", "").translate(_RAISED)


def _is_unit(before: str, dimensions: tuple[str, ...] = ()) -> bool:
    """True if the last word is a unit of measure, of some dimensions or of any."""
    word = _WORD.search(before)
    dimension = None if word is None else _units().get(word.group())
    return dimension is not None and (not dimensions or dimension in dimensions)


@functools.cache
def _units() -> dict[str, str]:
    """The dimensions of the units."""
    return {unit.surface: unit.dimension for unit in units()}
