"""One cell at a time: how a value becomes text, for files (exact) and for people (readable, harmless)."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any

import pandas as pd

from litclaims.compare.wording import say_interval
from litclaims.tables import SEPARATOR

LARGEST_WHOLE = 2.0**53
"""Above this a float no longer names one whole number."""

# Control characters, and the marks that reorder text on a screen (bidirectional overrides): a file name or a sentence
# must not be able to move the cursor, colour the terminal or show another figure than it holds.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_UNSEEN_IN_LINE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_SPACE = re.compile(r"\s+")


def collapse(text: str) -> str:
    """The text on one line: every run of white space as one space, none at the ends."""
    return _SPACE.sub(" ", text).strip()


def visible(text: str) -> str:
    """The text as it may be shown: on one line, without control and text-direction characters."""
    return collapse(_UNSEEN.sub(" ", text))


def harmless(text: str) -> str:
    """The text as it may be shown, line breaks and tabs kept, without control and text-direction characters."""
    return _UNSEEN_IN_LINE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def encodable(text: str) -> str:
    """The text as every reader of a table can take it.

    Lone surrogates, as a file name in another encoding brings them, are spelt out (``\\udce9``). NUL becomes U+FFFD:
    pandas ends a CSV cell at it, and PostgreSQL refuses it.
    """
    if text.isascii() and "\0" not in text:
        return text
    made = text.replace("\0", "\ufffd").encode("utf-8", "backslashreplace").decode("utf-8")
    return text if made == text else made  # a copy of every text would take as much memory again


def missing(value: Any) -> bool:
    """True for None, NaN and pandas' NA."""
    return bool(pd.isna(value))


def number_text(value: float) -> str:
    """A number in plain digits that reads back as the same float: ``40000000``, ``0.25``, never ``4e7`` or ``40.0``."""
    if not math.isfinite(value):
        return repr(float(value))
    digits = format(Decimal(repr(float(value))), "f")
    return digits.removesuffix(".0") if digits != "-0.0" else "0"


def plain(value: Any) -> Any:
    """A cell as a JSON value: None for a missing one, a whole float as an integer, an infinite one as text."""
    if missing(value):
        return None
    if isinstance(value, float):
        if not math.isfinite(value):
            return repr(value)
        return int(value) if value.is_integer() and abs(value) <= LARGEST_WHOLE else value
    return value


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as dictionaries of JSON values, in order."""
    names = list(table.columns)
    cells = [[plain(value) for value in table[name].array.astype(object)] for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]


def exact(value: float | None) -> Decimal | None:
    """The decimal that a float of a table stands for; None for a missing or infinite one."""
    if value is None or missing(value) or not math.isfinite(value):
        return None
    return Decimal(repr(value))


def interval_text(low: float | None, high: float | None, unit: str, bound: str | None = None) -> str:
    """An interval for people, e.g. ``40–200 million cells``; says so if both sides are open.

    Args:
        bound: one of :data:`litclaims.model.BOUNDS`; without it the open side tells.
    """
    ends = exact(low), exact(high)
    if ends == (None, None):
        return "open on both sides"
    return visible(say_interval(*ends, unit, bound or _bound(*ends)))


def _bound(low: Decimal | None, high: Decimal | None) -> str:
    if low is None:
        return "at_most"
    if high is None:
        return "at_least"
    return "exact" if low == high else "range"


def joined(values: tuple[str | None, ...]) -> str | None:
    """Several values in one cell, an empty place for a missing one; None if there is nothing at all."""
    if not any(values):
        return None
    return SEPARATOR.join(value or "" for value in values)
