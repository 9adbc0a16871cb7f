"""The ways in which documents write one value or one range: for each a function from exact values to text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Value:
    """``mantissa × 10^exponent``; a whole number."""

    mantissa: Decimal
    exponent: int

    @property
    def exact(self) -> Decimal:
        """The value."""
        return self.mantissa.scaleb(self.exponent)


def plain(number: Decimal) -> str:
    """A number in digits, without an exponent and without zeros at its end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _mantissa(value: Value) -> str:
    return plain(value.mantissa)


def _grouped(separator: str) -> Callable[[Value], str]:
    return lambda value: f"{int(value.exact):,}".replace(",", separator)


def _millions(word: str) -> Callable[[Value], str]:
    return lambda value: plain(value.exact.scaleb(-6)) + word


def _power(form: str) -> Callable[[Value], str]:
    """A notation written as ``m`` for the mantissa, ``e`` for the exponent, ``s`` for a superscript one."""

    def write(value: Value) -> str:
        fields = {"m": _mantissa(value), "e": value.exponent, "s": str(value.exponent).translate(_SUPERSCRIPTS)}
        return form % fields

    return write


POWERS: dict[str, Callable[[Value], str]] = {
    "caret": _power("%(m)s x 10^%(e)d"),
    "capital": _power("%(m)s X 10^%(e)d"),
    "cross": _power("%(m)s × 10^%(e)d"),
    "tight cross": _power("%(m)s×10^%(e)d"),
    "star": _power("%(m)s*10^%(e)d"),
    "two stars": _power("%(m)s * 10**%(e)d"),
    "mid-dot": _power("%(m)s · 10^%(e)d"),
    "tight mid-dot": _power("%(m)s·10^%(e)d"),
    "superscript": _power("%(m)s × 10%(s)s"),
    "tight superscript": _power("%(m)s·10%(s)s"),
    "brackets": _power("%(m)s x 10(%(e)d)"),
    "spaced brackets": _power("%(m)s x 10 ( %(e)d )"),
    "braces": _power("%(m)s × 10^{%(e)d}"),
    "TeX": _power("%(m)s \\times 10^{%(e)d}"),
    "math": _power("%(m)s × \\({10}^{%(e)d}\\)"),
    "markup": _power("%(m)s x 10<sup>%(e)d</sup>"),
    "times": _power("%(m)s times 10^%(e)d"),
    "zero": _power("%(m)s x 10^%(e)02d"),
    "plus": _power("%(m)s x 10^+%(e)d"),
    "vector cross": _power("%(m)s ⨯ 10%(s)s"),
    "Cyrillic ha": _power("%(m)s х 10%(s)s"),
    "no-break spaces": _power("%(m)s\u00a0×\u00a010%(s)s"),
    "thin spaces": _power("%(m)s\u2009×\u200910%(s)s"),
    "line break": _power("%(m)s x\n10^%(e)d"),
    "ten E": _power("%(m)s x 10E%(e)d"),
    "ten e with zero": _power("%(m)s*10e%(e)02d"),
    "lost superscript": _power("%(m)s x 10%(e)d"),
    "lost superscript, tight": _power("%(m)s×10%(e)d"),
    "lost superscript, apart": _power("%(m)s x 10 %(e)d"),
    "decimal comma": lambda value: _mantissa(value).replace(".", ",") + f" x 10^{value.exponent}",
    "decimal mid-dot": lambda value: _mantissa(value).replace(".", "·") + f" × 10^{value.exponent}",
}
"""Powers of ten; any mantissa."""

LETTERED: dict[str, Callable[[Value], str]] = {
    "E": _power("%(m)sE%(e)d"),
    "e": _power("%(m)se%(e)d"),
    "E with plus": _power("%(m)sE+%(e)02d"),
}
"""Powers of ten with a letter; not for a mantissa of 10, as ``10e6`` stands for a million."""

WHOLE: dict[str, Callable[[Value], str]] = {
    "digits": lambda value: str(int(value.exact)),
    "commas": _grouped(","),
    "grouping spaces": _grouped(" "),
    "grouping no-break spaces": _grouped("\u00a0"),
    "grouping thin spaces": _grouped("\u2009"),
    "million": _millions(" million"),
    "millions": _millions(" millions"),
    "glued million": _millions("million"),
    "mln": _millions(" mln"),
    "mio": _millions(" mio"),
    "M": _millions("M"),
    "M apart": _millions(" M"),
}
"""Whole numbers and multipliers."""

JOINS: dict[str, str] = {
    "en dash": "%s–%s",
    "hyphen": "%s-%s",
    "minus": "%s−%s",
    "em dash": "%s—%s",
    "spaced dash": "%s – %s",
    "spaced hyphen": "%s - %s",
    "to": "%s to %s",
    "between": "between %s and %s",
    "from": "from %s to %s",
}
"""Two ends, each written whole."""

SHARED: dict[str, str] = {
    "shared power": "%(a)s–%(b)s × 10^%(e)d",
    "shared power, to": "%(a)s to %(b)s x 10%(s)s",
    "shared power, bracketed": "(%(a)s–%(b)s) × 10%(s)s",
    "shared power, brackets twice": "(%(a)s-%(b)s) x 10(%(e)d)",
    "shared lost superscript": "%(a)s-%(b)s x 10%(e)d",
    "shared E": "%(a)s to %(b)sE%(e)d",
    "between, shared power": "between %(a)s and %(b)s x 10^%(e)d",
}
"""Two mantissas and one power."""


def shared(form: str, low: Decimal, high: Decimal, exponent: int) -> str:
    """A range that says its power once."""
    superscript = str(exponent).translate(_SUPERSCRIPTS)
    return SHARED[form] % {"a": plain(low), "b": plain(high), "e": exponent, "s": superscript}
