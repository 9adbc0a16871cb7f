"""Markdown: headings, nested lists, tables row by row and paragraphs.

Markup stays in the text, so that offsets are the file's own.
"""

from __future__ import annotations

import re

from litclaims.ingest.lines import Line, split
from litclaims.ingest.outline import Layout, Raw, outline, retitle

SUFFIXES = (".md", ".markdown")
MEDIA_TYPE = "text/markdown"

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t#]*$")
_UNDERLINE = re.compile(r"(=+|-+)$")
_RULE = re.compile(r"([-*_])(?:[ \t]*\1){2,}$")
_FENCE = re.compile(r"(```|~~~)")
_TABLE_RULE = re.compile(r"\|?[ \t:|-]+\|[ \t:|-]*$")
_BOLD_LINE = re.compile(r"(\*\*|__)[^*_]+\1:?$")
_FRONT_MATTER = re.compile(r"---[ \t]*$")


def lay_out(text: str) -> Layout:
    """The layout of a Markdown text; code blocks and front matter hold no running text and are left out."""
    raws: list[Raw] = []
    indents: list[int] = []
    for line in _running(split(text)):
        _add(raws, indents, line, text)
    return outline(_title(raws))


def _running(lines: list[Line]) -> list[Line]:
    """The lines outside code fences, front matter, rules and comments."""
    kept: list[Line] = []
    fenced = bool(lines) and lines[0].start == 0 and _FRONT_MATTER.match(lines[0].text) is not None
    front = fenced
    for index, line in enumerate(lines):
        if front:
            front = index == 0 or not _FRONT_MATTER.match(line.text)
            fenced = front
            continue
        if _FENCE.match(line.text):
            fenced = not fenced
            continue
        if not fenced and not line.text.startswith("<!--"):
            kept.append(line)
    return kept


def _add(raws: list[Raw], indents: list[int], line: Line, text: str) -> None:
    """One line more: a block of its own, or the continuation of the last."""
    heading = _HEADING.match(line.text)
    last = raws[-1] if raws else None
    if heading and not line.marker:
        start = line.start + heading.start(2)
        raws.append(_raw("heading", start, line.start + heading.end(2), text, level=len(heading.group(1)), line=line))
        indents.clear()
    elif line.marker:
        nesting = _nest(indents, line.indent)
        raws.append(_raw("list_item", line.start, line.end, text, nesting=nesting, line=line))
    elif last and not line.after_blank and last.kind == "paragraph" and _UNDERLINE.match(line.text):
        raws[-1] = Raw("heading", last.start, last.end, last.text, level=1 if line.text[0] == "=" else 2)
    elif _RULE.match(line.text) or _TABLE_RULE.match(line.text):
        return
    elif last and not line.after_blank and last.kind in ("paragraph", "list_item") and "|" not in line.text:
        raws[-1] = Raw(last.kind, last.start, line.end, text[last.start : line.end], 0, last.nesting, last.tight)
    else:
        if not line.indent:
            indents.clear()
        kind = "heading" if _BOLD_LINE.match(line.text) and line.after_blank else "paragraph"
        raws.append(_raw(kind, line.start, line.end, text, level=6 if kind == "heading" else 0, line=line))


def _nest(indents: list[int], indent: int) -> int:
    """The depth of an indent; one column more than the parent's is not deeper, two are."""
    while indents and indent < indents[-1] - 1:
        indents.pop()
    if not indents or indent > indents[-1] + 1:
        indents.append(indent)
    return len(indents)


def _raw(kind: str, start: int, end: int, text: str, *, line: Line, level: int = 0, nesting: int = 0) -> Raw:
    return Raw(kind, start, end, text[start:end], level, nesting, not line.after_blank)


def _title(raws: list[Raw]) -> list[Raw]:
    """The same blocks with the first top heading as the title."""
    if raws and raws[0].kind == "heading" and raws[0].level == 1:
        return [retitle(raws[0]), *raws[1:]]
    return raws
