"""The mark of a citation."""

from __future__ import annotations

from typing import NamedTuple

from litclaims.model import Span


class CitationMark(NamedTuple):
    """A mark in a text.

    Attributes:
        span: its place in the text that was searched, brackets included.
        markers: ``3``, ``Murphy 2008``, ``doi:10.…``, ``pmid:…``; ranges written out.
        rule: ``bracket``, ``parenthesis``, ``superscript``, ``glued``, ``bare``, ``author year``, ``narrative``,
            ``doi``, ``pmid``.
    """

    span: Span
    markers: tuple[str, ...]
    rule: str
