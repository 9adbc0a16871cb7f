"""The text as the grammar reads it: the same length, with look-alike characters brought to one form.

Every character maps to exactly one, so an offset into the view is an offset into the text.
"""

from __future__ import annotations

import re

_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u200b\ufeff"
_HYPHENS = "\u2010\u2011\u2212\ufe63\uff0d\u00ad"
_DASHES = "\u2012\u2013\u2014\u2015"
_TIMES = "\u2715\u2716\u2a09\u2a2f\u00d7\u0445\u0425"

_TABLE = str.maketrans(
    {
        **dict.fromkeys(_SPACES, " "),
        **dict.fromkeys(_HYPHENS, "-"),
        **dict.fromkeys(_DASHES, "–"),
        **dict.fromkeys(_TIMES, "×"),
        **dict.fromkeys("\u223c\uff5e\u02dc\u2248\u2245\u2243", "~"),
        **dict.fromkeys("\u2264\u2a7d\u2266", "≤"),
        **dict.fromkeys("\u2265\u2a7e\u2267", "≥"),
        "\u03bc": "µ",
        "\u2019": "'",
        "\u2018": "'",
        "\u02bc": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u22c5": "·",
        "\u2219": "·",
        "\u2022": "·",
        "\u2044": "/",
        "\u2215": "/",
        "\t": " ",
    }
)
"""Spaces to a space, hyphens and minus signs to ``-``, long dashes to ``–``, crosses (and the Cyrillic ha) to ``×``."""

_MARKUP = re.compile(
    r"(?<!\d)\*\*|\*\*(?!\d)"  # bold, but not the power in 10**6
    r"|(?<![\w*])\*(?=[^\s*])|(?<=[^\s*\d])\*(?![\w*])|(?<=\d)\*(?=[\s.,;:)]|$)(?!\s{0,2}10)"  # emphasis, not 2*10
    r"|(?<!\w)__?(?=\w)|(?<=\w)__?(?!\w)"
    r"|`"
    r"|\]\([^)\s]{1,500}\)|\[(?=[^\]\n]{1,200}\]\()"  # the target of a link
)


def view(text: str, *, markdown: bool = False) -> str:
    """The view of a text, as long as the text; in Markdown, marks of emphasis, code and links become spaces."""
    if markdown:
        text = _MARKUP.sub(lambda match: " " * len(match.group()), text)
    return text.translate(_TABLE)
