"""Figures marked in the sentence that holds them."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from litclaims.report.cells import visible
from litclaims.tables import SEPARATOR

MAX_SHOWN = 1_200
"""Characters of a sentence on the page; a longer one is a block that no full stop ends."""

MAX_UNBROKEN = 24
"""Characters of a figure that is kept on one line."""

_ELLIPSIS = "…"


def marked(sentence: str, figures: str) -> Markup:
    """The sentence as safe HTML, each of the figures in ``<mark>``.

    Args:
        sentence: as in the tables.
        figures: as written, joined with ``; ``. One that is not in the sentence is passed over; ``2`` is not marked
            within ``200``.
    """
    text = visible(sentence)
    wanted = sorted({visible(figure) for figure in figures.split(SEPARATOR)} - {""}, key=len, reverse=True)
    if not wanted:
        return escape(_around(text, 0))
    pattern = re.compile(rf"(?<!\d)(?<!\d[.,])({'|'.join(map(re.escape, wanted))})(?!\d|[.,]\d)")
    first = pattern.search(text)
    parts = pattern.split(_around(text, first.start() if first else 0))
    return Markup("").join(_mark(part) if index % 2 else escape(part) for index, part in enumerate(parts))


def _mark(figure: str) -> Markup:
    """A short figure stays on one line: ``40–`` at a line's end reads as another figure."""
    kind = Markup(' class="whole"') if len(figure) <= MAX_UNBROKEN else Markup("")
    return Markup("<mark{}>{}</mark>").format(kind, figure)


def _around(text: str, place: int) -> str:
    """The part of an overlong text around a place, with dots where it is cut; cut between words if there are any."""
    if len(text) <= MAX_SHOWN:
        return text
    start = max(0, min(place - MAX_SHOWN // 3, len(text) - MAX_SHOWN))
    end = min(len(text), start + MAX_SHOWN)
    start = _next_space(text, start) if start else 0
    return (_ELLIPSIS if start else "") + text[start:end] + (_ELLIPSIS if end < len(text) else "")


def _next_space(text: str, place: int) -> int:
    space = text.find(" ", place, place + 40)
    return place if space < 0 else space
