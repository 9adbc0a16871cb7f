"""Lines of a text and what each looks like: blank, list item, heading-like. Shared by the text and Markdown readers."""

from __future__ import annotations

import re
from dataclasses import dataclass

MARKER = re.compile(
    r"(?P<bullet>[-*+•‣◦▪●·–—])[ \t\u00a0]+(?=\S)|(?P<number>\(?(?:\d{1,2}|[a-hA-H]|[ivx]{1,4})[.)])[ \t\u00a0]+(?=\S)"
)
"""What opens a list item: ``- ``, ``• ``, ``1. ``, ``a) ``, ``(ii) ``."""

TERMINAL = ".;,!"
"""A line that ends so is no heading; a colon and a question mark may end one."""

MAX_HEADING_WORDS = 14
MAX_HEADING_CHARS = 110

LABEL = re.compile(r"[A-Z][^:.;\n]{0,60}:\s+\S")
"""A labelled item: ``Dosage: 15 million``."""

MAX_LEAD_WORDS = 35
"""A sentence longer than this is running text: it leads in nothing, and belongs to no list that a lead-in opened."""

_SENTENCE_END = re.compile(r"[.!?]\s")
_WORD = re.compile(r"\S+")


@dataclass(slots=True)  # not frozen: a text has one for each line, and a frozen one takes three times as long to make
class Line:
    """A line without its white space.

    Attributes:
        start, end: of the stripped content after any list marker.
        indent: columns of white space before it (a tab counts four).
        marker: the list marker, empty if none.
        after_blank: True if a blank line (or the start) is before it.
    """

    start: int
    end: int
    text: str
    indent: int = 0
    marker: str = ""
    after_blank: bool = False

    @property
    def words(self) -> int:
        return len(_WORD.findall(self.text))


def split(text: str) -> list[Line]:
    """The lines of a text that hold anything, in order."""
    lines: list[Line] = []
    blank, position = True, 0
    for raw in text.splitlines(keepends=True):
        content = raw.strip()
        if not content:
            blank = True
        else:
            lines.append(_line(raw, content, position, blank))
            blank = False
        position += len(raw)
    return lines


def _line(raw: str, content: str, position: int, blank: bool) -> Line:
    if raw[0] == content[0]:
        start, indent = position, 0
    else:
        lead = len(raw) - len(raw.lstrip())
        start, indent = position + lead, len(raw[:lead].expandtabs(4))
    match = MARKER.match(content)
    if match is None:
        return Line(start, start + len(content), content, indent, "", blank)
    body = content[match.end() :]
    return Line(start + match.end(), start + len(content), body, indent, match.group().strip(), blank)


def looks_like_heading(line: Line) -> bool:
    """True if the line alone could be a heading: short, capital or digit first, no sentence end."""
    text = line.text
    return (
        not line.marker
        and len(text) <= MAX_HEADING_CHARS
        and line.words <= MAX_HEADING_WORDS
        and text[-1] not in TERMINAL
        and (text[0].isupper() or text[0].isdigit())
        and any(character.isalpha() for character in text)
    )


def nest(indents: list[int], indent: int, *, slack: int = 0) -> int:
    """The depth of an indent among those open, counted from 1; a difference of ``slack`` columns is none."""
    while indents and indent < indents[-1] - slack:
        indents.pop()
    if not indents or indent > indents[-1] + slack:
        indents.append(indent)
    return len(indents)


def is_lead_in(text: str) -> bool:
    """True if the text announces what follows: its last sentence ends in a colon, and is short."""
    if text[-1:] not in ":*_ ":
        return False
    text = text.rstrip("*_ ")
    return text.endswith(":") and len(_SENTENCE_END.split(text)[-1].split()) <= MAX_LEAD_WORDS


def is_label(text: str) -> bool:
    """True if the text is a label and its value."""
    return LABEL.match(text) is not None
