"""First pass: the numbers of a text, each with its power or multiplier, its exact value and the repairs on the way.

Reads ``2.5 million``, ``1,000,000``, ``0·2 × 10^6``, ``2 x 10(6)``, ``1.0E+06``, ``10⁷``, ``two hundred million``,
``half a million``, ``40M`` and the damaged forms that copying leaves: ``2 x 106`` (lost superscript), ``2*10E6``,
``0.`` and ``3 x 10 8`` on two lines. What could be two things is kept as a doubt, never as a value.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from litclaims.vocab.measurement import surfaces
from litclaims.vocab.wordlist import alternation, rows

LOST_SUPERSCRIPT = "lost superscript read from context"
TEN_E = "10eN read as 10^N"
LINE_BREAK = "number joined over a line break"
MISTYPED = "mistyped power read as 10^N"
NO_OPERATOR = "missing multiplication sign before the power"
POINT_AS_TIMES = "point read as a multiplication sign"

UNLIKELY_POWER = "a power with an unlikely exponent, or a product"
COMMA_IN_LIST = "a decimal comma, or a list"
POINT_OR_TIMES = "the point may be a multiplication sign"
TWO_POWERS = "two factors before a power"

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")

LONGEST_ABBREVIATION = 3
"""A multiplier of so many letters may end in a full stop: ``40 mln. cells``."""

MAX_DIGITS = 18
"""Longer digit runs are no figures; they are passed over, which also bounds the time that hostile text can take."""

_TEN = r"10\s{0,2}(?:\^|\*\*|[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]|<sup>|\(\d{1,2}\))"
"""Ten with an exponent that can't be anything else."""

_NUMERAL = (
    r"(?P<grouped>\d{1,3}(?:,\d{3}){1,6}(?:\.\d{1,18})?)(?!\d|,\d{3})"  # 1,000,000
    r"|(?P<spaced>\d{1,3}(?: \d{3}){1,6})(?![\d.,]\d|\d| \d{3})"  # 100 000
    r"|(?P<broken>\d{1,3}\.\s{0,3}\n\s{0,3}"  # 0.<line break>3
    r"(?!10\s?(?:\^|\*\*|[⁰¹²³⁴⁵⁶⁷⁸⁹]|\(\d))\d{1,6})(?!\d|,\d{3})"
    r"|(?P<pointed>\d{1,3}(?:\.\d{3}){2,6})(?![\d.,])|(?P<quoted>\d{1,3}(?:'\d{3}){1,6})(?![\d'])"  # 1.000.000, 1'000
    rf"|(?P<decimal>\d{{1,{MAX_DIGITS}}}[.·](?!{_TEN})\d{{1,{MAX_DIGITS}}})(?!\d)"  # 2.5, 0·2, but not 2·10^6
    r"|(?P<comma>(?<!\d,)\d{1,3},\d{1,2})(?!\d|,\s?\d)"  # 1,5
    rf"|(?P<whole>\d{{1,{MAX_DIGITS}}})(?!\d)"  # 200
    r"|(?P<point>\.\d{1,10})(?!\d)"  # .5
)
"""The forms of a numeral."""

_EXPONENT = r"(?P<e>[eE][+-]?(?:0?[3-9]|0?[12]\d)(?![\w]|\.\d))?"


@functools.cache
def _numeral() -> re.Pattern[str]:
    """A numeral that stands in no word, no code (IL-10) and no longer number.

    A hyphen with a letter before it makes a code, unless the letters are a multiplier or a unit: ``40M-200M``. The
    exponent of a unit is no number of its own: ``m^2``, ``cm(2)``.
    """
    multipliers = [word for word, (role, _) in _values().items() if role in ("multiplier", "letter", "suffix")]
    units = surfaces("time", "mass", "volume")
    after = [
        rf"\d{space}{re.escape(word)}{end}-" for word in multipliers + units for space in ("", " ") for end in ("", "s")
    ]
    ranged = "|".join(f"(?<={before})" for before in after)
    return re.compile(
        r"(?<![\w.^])(?<![cm/ ]m\()(?<!\d,(?=\d{3}))"
        rf"(?:(?<![A-Za-zµ]-)|(?<=kg-)(?=\d+(?:\.\d+)?\s?[x×X*])|{ranged})(?:{_NUMERAL}){_EXPONENT}"
    )


_FRACTIONS = {"¼": Decimal("0.25"), "½": Decimal("0.5"), "¾": Decimal("0.75")}

_POWER = re.compile(
    rf"(?:[\s]{{0,3}}(?P<operator>[x×X*·χΧ]|\\times|\\cdot|(?:times)(?=\s))|(?P<point>\.)(?=\s{{0,3}}{_TEN}))?"
    r"[\s]{0,3}(?:\\\(\s?)?\{?10\}?(?:"
    r"\s{0,2}\^\s?(?:(?P<caret>[+-]?\d{1,2})"  # 10^6
    r"|\{\s?(?P<brace>[+-]?\d{1,2})\s?\}(?:\\\))?|\(\s?(?P<round>\d{1,2})\s?\))"  # 10^{6}, 10^(6)
    r"|\*\*\s?(?P<star>\d{1,2})"  # 10**6
    r"|\s?\(\s{0,2}(?P<paren>\d{1,2})\s{0,2}\)"  # 10(6)
    r"|(?P<sup>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})"  # 10⁶
    r"|<sup>\s{0,2}(?P<html>[+-]?\d{1,2})\s{0,2}</sup>"
    r"|[eE]\+?0?(?P<e>\d{1,2})(?!\w)"  # 10E6
    r"|\s?[eE][xX][pP]\s?(?P<exp>\d{1,2})(?!\w)"  # 10exp6
    r"|\sto\sthe\s(?:power\s(?:of\s)?)?(?P<to>\d{1,2})(?:th|st|nd|rd)?(?:\spower)?(?!\w)"  # 10 to the 6th
    r"|\s{0,2}(?P<flat>1[0-5]|[3-9])(?!\d|[.,·]\d)"  # 106, 10 6
    r")"
)
_MISTYPED = re.compile(r"\s{0,2}[x×X*]\s{0,2}1\^0?(?P<caret>\d{1,2})(?!\d)")

_BARE_POWER = re.compile(
    r"(?<![\w.×x*^])10(?:\s{0,2}\^\{?(?P<caret>-?\d{1,2})\}?|\*\*(?P<star>\d{1,2})|\((?P<paren>\d{1,2})\)"
    r"|(?P<sup>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})|<sup>\s?(?P<html>\d{1,2})\s?</sup>|[eE]\+?0?(?P<e>\d{1,2})(?!\w))(?!\d)"
)


_OPERAND_BEFORE = re.compile(
    r"[\d)]\s{0,2}(?:[xX*·]|[^\w\s.,:;()\[\]/|±<>≤≥=~+–-])\s{0,2}$|[^\s(\[]\s{0,2}\*\s{0,2}$"
    r"|×\s{0,2}$|(?<!\w)[xX]\s{0,2}$|\\(?:times|cdot)\s{0,2}$"
    r"|[\d)]\s{0,2}[^\W\d_](?<![A-Za-z\u3000-\u9fff\uac00-\ud7a3])\s{0,2}$"
)
"""A factor and a sign before a power: with a sign or a factor that we do not know it is not the whole number."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the text.

    Attributes:
        start, end: its characters, power and multiplier included.
        mantissa: the value before power and multiplier.
        scale: what the mantissa is multiplied by, None if nothing was said: it may be shared from a later number.
        scale_start: where the power or multiplier begins, ``end`` if there is none.
        kind: ``digits``, ``words`` or ``power`` (a bare 10^7).
        letter: True if the scale is a letter (40M) that also stands for other things.
        doubt: why the value is not sure; empty if it is.
    """

    start: int
    end: int
    mantissa: Decimal
    scale: Decimal | None = None
    scale_start: int = 0
    kind: str = "digits"
    letter: bool = False
    flat: bool = False
    repairs: tuple[str, ...] = ()
    guessed: bool = False
    doubt: str = ""

    @property
    def value(self) -> Decimal:
        """Mantissa times scale."""
        return self.mantissa * (self.scale if self.scale is not None else 1)

    def scaled(self, scale: Decimal) -> Number:
        """The same number with a scale that it shares with another."""
        return replace(self, scale=scale)


def find_numbers(view: str) -> list[Number]:
    """The numbers of a text in order; none overlaps another. Time is linear in the length of the text."""
    found: list[Number] = []
    position = 0
    while position < len(view):
        number = _next(view, position)
        if number is None:
            break
        found.append(number)
        position = number.end
    return found


_POINTED = re.compile(r"(?<![\w.,])(\d{1,2}\.\s{0,4}10[eE]\d{1,2})(?!\w)")


@functools.lru_cache(maxsize=4)  # asked of the same document for each of its parts
def points_are_times(text: str) -> bool:
    """True if a text writes several powers as ``1.10e4`` and ``1.10e6``: that all began with 1.10 is no chance."""
    return len({re.sub(r"\s+", "", match[1]).lower() for match in _POINTED.finditer(text)}) > 1


def with_point_as_times(number: Number) -> Number:
    """A number as ``1.10e6`` whose point is a multiplication sign."""
    if number.doubt != POINT_OR_TIMES:
        return number
    repairs = (*number.repairs, POINT_AS_TIMES, TEN_E)
    return replace(number, mantissa=Decimal(int(number.mantissa)), repairs=repairs, guessed=True, doubt="")


@functools.cache
def _start() -> re.Pattern[str]:
    """Anything a number can begin with: one search finds the next candidate."""
    return re.compile(
        rf"(?P<word>(?<![\w-])(?:{_words()})(?![\w]))|(?P<fraction>[¼½¾])|(?P<digit>\.?\d)", re.IGNORECASE
    )


@functools.cache
def _words() -> str:
    return alternation([word for word in _values() if _values()[word][0] in ("unit", "ten", "fraction", "article")])


@functools.cache
def _values() -> dict[str, tuple[str, Decimal]]:
    """Role and value of each number word."""
    return {row.surface: (row.get("role"), Decimal(row.get("value"))) for row in rows("numbers", "role", "value")}


@functools.cache
def _multiplier() -> re.Pattern[str]:
    spelt = [word for word, (role, _) in _values().items() if role in ("multiplier", "hundred")]
    short = [word for word in spelt if len(word) <= LONGEST_ABBREVIATION]
    letters = [word for word, (role, _) in _values().items() if role == "letter"]
    suffixes = [word for word, (role, _) in _values().items() if role == "suffix"]
    return re.compile(
        rf"\+?[\s]{{0,2}}-?(?:(?P<short>(?i:{alternation(short)}))\.(?=\s[a-z]|\s[A-Z]{{2}})|(?P<spelt>(?i:{alternation(spelt)}))(?![A-Za-z]))"
        rf"|[ ]?(?P<letter>{alternation(letters)})(?![A-Za-z])"
        rf"|(?P<suffix>{alternation(suffixes)})(?![A-Za-z])"
    )


@functools.cache
def _word_sequence() -> re.Pattern[str]:
    every = alternation([word for word, (role, _) in _values().items() if role not in ("suffix", "letter")])
    return re.compile(rf"(?:{every})(?:(?:\s{{1,2}}|-)(?:and\s)?(?:{every})){{0,8}}(?!\w)", re.IGNORECASE)


def _next(view: str, position: int) -> Number | None:
    """The next number at or after a position."""
    while (match := _start().search(view, position)) is not None:
        number = _read(view, match)
        if number is not None:
            return number
        position = _skip(view, match)
    return None


def _skip(view: str, match: re.Match[str]) -> int:
    """Where to go on after something that was no number: past the whole digit run, so that time stays linear."""
    end = match.end()
    while end < len(view) and view[end].isdigit():
        end += 1
    return end


def _read(view: str, match: re.Match[str]) -> Number | None:
    if match.group("word"):
        return _read_words(view, match.start())
    if match.group("fraction"):
        number = Number(match.start(), match.end(), _FRACTIONS[match.group()], scale_start=match.end())
        return _with_scale(view, number)
    bare = _BARE_POWER.match(view, match.start())
    if bare is not None and not _POWER.match(view, bare.end()):
        return None if _OPERAND_BEFORE.search(view, max(0, bare.start() - 8), bare.start()) else _bare(bare)
    numeral = _numeral().match(view, match.start())
    return None if numeral is None else _from_numeral(view, numeral)


_ROUND_PAIR = re.compile(r"\d+0,\d0")
_LISTED = re.compile(r"\s(?:and|or)\s\d{1,3}(?![,.\d])")
"""What shows that a comma parts a list (``10,20 and 50 million``): the next member has no decimals."""


def _from_numeral(view: str, match: re.Match[str]) -> Number | None:
    number = _plain(match)
    if number is None:
        return None
    if match.group("comma") and (_ROUND_PAIR.fullmatch(match.group("comma")) or _LISTED.match(view, match.end())):
        number = replace(number, doubt=COMMA_IN_LIST)
    fraction = view[number.end : number.end + 1]
    if fraction in _FRACTIONS and match.group("whole"):
        number = replace(number, mantissa=number.mantissa + _FRACTIONS[fraction], end=number.end + 1)
    number = _with_scale(view, number)
    if match.group("spaced") and number.scale is not None:  # day 28 100 million: blanks part no thousands of millions
        end = view.index(" ", number.start)
        return Number(number.start, end, Decimal(view[number.start : end]), scale_start=end)
    if _glued(view, number.end):
        return None
    lost = LOST_PER_KG.match(view, number.start) if number.scale is None and match.group("whole") else None
    before = max(0, number.start - 8)
    if lost is not None and not (
        _OPERAND_BEFORE.search(view, before, number.start) or _SCALE.search(view, before, number.start)
    ):
        return _power_lost(number, int(lost["exponent"]))
    unlikely = match.group("whole") and re.fullmatch(r"10\d\d?", match.group("whole")) and number.scale is None
    if unlikely and FACTOR_BEFORE.search(view, max(0, number.start - 8), number.start):
        return replace(number, doubt=UNLIKELY_POWER)
    return number


_SCALE = re.compile(r"[(\[]\s?[x×X*]\s?$")
"""Before a power that is no number but what those below it are scaled with: ``Dose (× 106 cells/kg)``."""

LOST_PER_KG = re.compile(
    r"10(?P<exponent>[4-9]|1[0-3])(?=(?:\s?(?:[-–−]|to)\s?10(?:[4-9]|1[0-3]))?"
    r"\s?(?:(?:(?:[A-Za-z+-]{1,14}\s){0,2}cells?|[A-Za-z-]{0,3}[A-Z]{1,4}Cs?)\s?)?(?:/\s?|\sper\s)(?:kg|kilogram|m2|m²|m\^2))"
)
"""A bare power that lost its superscript: nobody gets a hundred and six cells per kg, ``106 cells/kg`` are 10⁶."""


def _power_lost(number: Number, exponent: int) -> Number:
    """A number as a bare power whose superscript was lost."""
    scale, repairs = Decimal(10) ** exponent, (*number.repairs, LOST_SUPERSCRIPT)
    return replace(
        number, mantissa=Decimal(1), scale=scale, scale_start=number.start, kind="power", flat=True, repairs=repairs
    )


_KINDS = ("grouped", "spaced", "broken", "pointed", "quoted", "decimal", "comma", "whole", "point")


def _plain(match: re.Match[str]) -> Number | None:
    """The value of a numeral without what follows it."""
    kind = next(name for name in _KINDS if match.group(name))
    text = match.group(kind)
    repairs: tuple[str, ...] = ()
    doubt = ""
    if kind == "broken":
        text, repairs = re.sub(r"\s+", "", text), (LINE_BREAK,)
    elif kind == "comma":
        text = text.replace(",", ".")
    elif kind == "pointed":
        text = text.replace(".", "")
    else:
        text = re.sub("[, ']", "", text)
    if kind == "decimal" and re.fullmatch(r"[1-9]\d{0,2}\.000", text):
        doubt = "the point may separate thousands"
    exponent = match.group("e") or ""
    if exponent and text == "10":
        exponent, repairs = f"e{int(exponent[1:]):+d}", (*repairs, TEN_E)
        text = "1"
    elif exponent and text.endswith(".10"):
        doubt = POINT_OR_TIMES
    try:
        value = Decimal(text.replace("·", "."))
    except InvalidOperation:
        return None
    scale = Decimal(10) ** int(exponent[1:]) if exponent else None
    start = match.start("e") if exponent else match.end()
    return Number(match.start(), match.end(), value, scale, start, repairs=repairs, doubt=doubt)


def _with_scale(view: str, number: Number) -> Number:
    """The number with the power or multiplier that follows it."""
    if number.scale is not None:
        return number
    power = _POWER.match(view, number.end)
    if power is not None and (power.group("operator") or not (power.group("flat") or power.group("to"))):
        return _doubted(view, _scaled_by_power(number, power))
    mistyped = _MISTYPED.match(view, number.end)
    if mistyped is not None:
        scale = Decimal(10) ** int(mistyped.group("caret"))
        return replace(number, end=mistyped.end(), scale=scale, guessed=True, repairs=(*number.repairs, MISTYPED))
    displaced = _BEFORE_MULTIPLIER.match(view, number.end)
    multiplier = _multiplier().match(view, displaced.end() if displaced else number.end)
    if multiplier is None or (displaced and not _PER_KG.match(view, multiplier.end())):
        return number
    return _scaled_by_word(number, multiplier)


_BEFORE_MULTIPLIER = re.compile(r"\scells(?=\s(?:mln|million))")
_PER_KG = re.compile(r"\s?(?:/|per\s)\s?kg\b", re.IGNORECASE)
"""Behind a multiplier that stands behind its noun: ``2 cells mln/kg``."""


def _exponent(match: re.Match[str]) -> tuple[int, str]:
    """The exponent of a power and the form it was written in."""
    for form, text in match.groupdict().items():
        if text and form not in ("operator", "point"):
            return int(text.translate(_SUPERSCRIPTS)), form
    raise AssertionError(f"no exponent in {match.group()!r}")


def _scaled_by_power(number: Number, match: re.Match[str]) -> Number:
    exponent, form = _exponent(match)
    repairs = number.repairs
    if form == "flat":
        repairs = (*repairs, LOST_SUPERSCRIPT)
    elif form == "e":
        repairs = (*repairs, TEN_E)
    if match.group("point"):
        repairs = (*repairs, POINT_AS_TIMES)
    elif not match.group("operator"):
        repairs = (*repairs, NO_OPERATOR)
    start = match.start() + (len(match.group()) - len(match.group().lstrip()))
    return replace(
        number,
        end=match.end(),
        scale=Decimal(10) ** exponent,
        scale_start=start,
        flat=form == "flat",
        repairs=repairs,
        guessed=number.guessed or bool(match.group("point")),
    )


FACTOR_BEFORE = re.compile(r"[\d)]\s{0,3}[x×X*]\s{0,3}$")
"""A factor before a number: ``4 × 25 million``."""


def _doubted(view: str, number: Number) -> Number:
    """The number with the doubt that its powers raise: of ``5 x 10 x 10^6`` the 5 or the 10 is one too many."""
    if number.mantissa == 10 and FACTOR_BEFORE.search(view, max(0, number.start - 8), number.start):
        return replace(number, doubt=TWO_POWERS)
    return number


def _scaled_by_word(number: Number, match: re.Match[str]) -> Number:
    text = match.group("spelt") or match.group("short") or match.group("letter") or match.group("suffix")
    key = text if text in _values() else text.lower()
    end, scale = match.end(), _values()[key][1]
    return replace(number, end=end, scale=scale, scale_start=match.start(), letter=bool(match.group("letter")))


def read_power(view: str, position: int) -> Number | None:
    """A power with its operator at a position (``× 10^6`` after a bracket), as a scale of one."""
    match = _POWER.match(view, position)
    if match is None or not match.group("operator"):
        multiplier = _multiplier().match(view, position)
        if multiplier is None or not (multiplier.group("spelt") or multiplier.group("short")):
            return None
        return _scaled_by_word(Number(position, position, Decimal(1)), multiplier)
    return _scaled_by_power(Number(position, position, Decimal(1)), match)


def _bare(match: re.Match[str]) -> Number:
    exponent, form = _exponent(match)
    repairs = (TEN_E,) if form == "e" else ()
    scale = Decimal(10) ** exponent
    return Number(match.start(), match.end(), Decimal(1), scale, match.start(), "power", repairs=repairs)


def _glued(view: str, end: int) -> bool:
    """True if letters are stuck to a number in a way that makes it a code: ``3T3``, ``5E1``, ``2nd``."""
    rest = view[end : end + 12]
    if not rest or not (rest[0].isalpha() or rest[0] == "_"):
        return False
    return _suffix_unit().match(rest) is None


@functools.cache
def _suffix_unit() -> re.Pattern[str]:
    """What may follow a number without a space: a unit or a cell word."""
    units = [surface for surface in surfaces() if surface[0].isalpha()]
    nouns = [row.surface for row in rows("nouns", "unit", "role")]
    return re.compile(rf"(?:{alternation(units + nouns)}|[x×X](?=\s?\d))(?:s|'s)?(?![A-Za-z0-9])|CD\d{{1,3}}[a-z]?\+")


def _read_words(view: str, start: int) -> Number | None:
    """The number that number words spell, e.g. ``two hundred million``; None if they spell none."""
    match = _word_sequence().match(view, start)
    if match is None:
        return None
    for text in (match.group(), match.group().rpartition(" and ")[0]):
        # "one hundred thousand and two hundred thousand" is two numbers: the words add up to none
        words = re.sub(r"\bhalf\s+a\b", "half a", text.lower()).replace("-", " ")
        if _ONE_HALF.search(words):
            return None  # the next one half a billion: one is no part of the number
        tokens = [token for token in re.findall(r"half a|[a-z]+", words) if token != "and"]
        value, scale = _spell([_values()[token] for token in tokens]) if tokens else (None, None)
        if value is not None:
            end = start + len(text)
            return Number(start, end, value, scale, end, "words")
    return None


_ONE_HALF = re.compile(r"\b(?!and\b)[a-z]+\shalf a\b")


def _spell(parts: list[tuple[str, Decimal]]) -> tuple[Decimal | None, Decimal | None]:
    """Value and scale of number words.

    ``three hundred twenty million`` adds up to 320 and scales by a million; a lone article, or words that do not add
    up (``two three``), give None.
    """
    if parts[0][0] == "article" and len(parts) == 1:
        return None, None
    total, scale, last = Decimal(0), None, Decimal("Infinity")
    for role, value in parts:
        if role == "multiplier":
            scale = (scale or 1) * value
        elif scale is not None:
            return None, None
        elif role == "hundred":
            total, last = total * value, value
        elif value >= last or (role == "unit" and last < 10):
            return None, None
        else:
            total, last = total + value, value
    return total, scale
