"""Markdown: headings, nested lists, tables cell by cell and paragraphs.

Markup stays in the text, so that offsets are the file's own.
"""

from __future__ import annotations

import re
from dataclasses import replace

from litclaims.ingest.bars import is_rule, with_cells
from litclaims.ingest.decode import decode
from litclaims.ingest.lines import Line, nest, split
from litclaims.ingest.outline import Layout, Raw, outline, retitle

SUFFIXES = (".md", ".markdown")
MEDIA_TYPE = "text/markdown"

_HEADING = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_UNDERLINE = re.compile(r"(=+|-+)$")
_RULE = re.compile(r"([-*_])(?:[ \t]*\1){2,}$")
_FENCE = re.compile(r"(`{3,})[^`]*$|(~{3,})")
_BOLD_LINE = re.compile(r"(\*\*|__)[^*_]+\1:?$")
_COMMENT = re.compile(r"(?<![`\\])<!--")
_ROW = "|"
"""Marks a row of a table until the texts are filled in."""

_FRONT_MATTER_ENDS = ("---", "...")


def read(raw: bytes, *, source: object) -> Layout:
    """The layout of a file's bytes.

    Raises:
        InputError: the bytes are not UTF-8, or no text.
    """
    return lay_out(decode(raw, source=source))


def lay_out(text: str) -> Layout:
    """The layout of a Markdown text; code blocks, comments and front matter are no running text and are left out."""
    raws: list[Raw] = []
    indents: list[int] = []
    open_block = False
    for line in split(_running(text)):
        open_block = _add(raws, indents, line, continues=open_block and not line.after_blank)
    raws = with_cells(raws, text, is_row=_is_row)
    sliced = [replace(raw, text=text[raw.start : raw.end]) for raw in raws]
    return outline(_title(sliced), text)


def _is_row(raw: Raw) -> bool:
    return raw.text == _ROW


def _running(text: str) -> str:
    """The text, as long as before, with front matter, code fences and comments blanked; what is never closed stays."""
    lines = split(text)
    closers, last_close = _closers(lines), text.rfind("-->")
    hidden: list[tuple[int, int]] = []
    index = _after_front_matter(lines)
    if index:
        hidden.append((0, lines[index - 1].end))
    position = hidden[-1][1] if hidden else 0
    while index < len(lines):
        line = lines[index]
        index += 1
        if line.end <= position:
            continue
        if line.start >= position and (opener := _FENCE.match(line.text)):
            sign, size = line.text[0], len(opener.group(1) or opener.group(2))
            if closers[index][sign] >= size:
                while _closing(lines[index], sign) < size:
                    index += 1
                position = lines[index].end
                hidden.append((line.start - len(line.marker), position))
                continue
        position = _hide_comments(text, line, position, hidden, last_close)
    return _blanked(text, hidden)


def _after_front_matter(lines: list[Line]) -> int:
    """The index of the first line after front matter, 0 if there is none."""
    if len(lines) < 2 or lines[0].start or lines[0].text != "---" or lines[1].after_blank:
        return 0
    return next((i + 1 for i, line in enumerate(lines) if i and line.text in _FRONT_MATTER_ENDS), 0)


def _closing(line: Line, sign: str) -> int:
    """How long a fence the line closes, 0 if it is no closing line of that sign."""
    return len(line.text) if not line.marker and not line.text.strip(sign) else 0


def _closers(lines: list[Line]) -> list[dict[str, int]]:
    """For each line, and the end, the longest closing fence of each sign from there on."""
    longest = [{"`": 0, "~": 0}]
    for line in reversed(lines):
        last, sign = longest[-1], line.text[:1]
        longest.append({**last, sign: max(last[sign], _closing(line, sign))} if sign in last else last)
    return longest[::-1]


def _hide_comments(text: str, line: Line, position: int, hidden: list[tuple[int, int]], last: int) -> int:
    """Add the comments that begin in a line to what is hidden; gives the end of the last."""
    while opener := _COMMENT.search(text, max(position, line.start), line.end):
        if last < opener.end():
            break
        position = text.find("-->", opener.end()) + 3
        hidden.append((opener.start(), position))
    return position


def _blanked(text: str, hidden: list[tuple[int, int]]) -> str:
    kept, position = [], 0
    for start, end in hidden:
        kept += [text[position:start], re.sub(r"[^\r\n]", " ", text[start:end])]
        position = end
    return "".join([*kept, text[position:]])


def _heading(line: Line) -> tuple[int, int, int] | None:
    """Level, start and end of a heading's text; None if the line is no heading."""
    match = None if line.marker else _HEADING.match(line.text)
    if match is None:
        return None
    body = line.text[match.end() :]
    bare = body.rstrip("#")
    if not bare or bare[-1] in " \t":  # closing marks
        body = bare.rstrip()
    start = line.start + match.end()
    return len(match.group(1)), start, start + len(body)


def _add(raws: list[Raw], indents: list[int], line: Line, *, continues: bool) -> bool:
    """One line more: a block of its own, or the continuation of the last. True if the next line may continue it."""
    last = raws[-1] if continues else None
    if heading := _heading(line):
        level, start, end = heading
        if start < end:
            raws.append(_raw("heading", start, end, level=level, line=line))
        indents.clear()
        return False
    if line.marker:
        raws.append(_raw("list_item", line.start, line.end, nesting=nest(indents, line.indent, slack=1), line=line))
    elif last and last.kind == "paragraph" and last.text != _ROW and _UNDERLINE.match(line.text):
        raws[-1] = Raw("heading", last.start, last.end, "", level=1 if line.text[0] == "=" else 2)
        return False
    elif _RULE.match(line.text) or is_rule(line.text):
        return False
    elif last and last.kind in ("paragraph", "list_item") and "|" not in line.text:
        raws[-1] = replace(last, end=line.end)
    else:
        if not line.indent:
            indents.clear()
        kind = "heading" if _BOLD_LINE.match(line.text) and line.after_blank else "paragraph"
        raw = _raw(kind, line.start, line.end, level=6 if kind == "heading" else 0, line=line)
        raws.append(replace(raw, text=_ROW) if "|" in line.text else raw)
        return kind == "paragraph"
    return True


def _raw(kind: str, start: int, end: int, *, line: Line, level: int = 0, nesting: int = 0) -> Raw:
    """A block whose text is filled in at the end, once it is known how far it goes."""
    return Raw(kind, start, end, "", level, nesting, not line.after_blank)


def _title(raws: list[Raw]) -> list[Raw]:
    """The same blocks with the first top heading as the title."""
    if raws and raws[0].kind == "heading" and raws[0].level == 1:
        return [retitle(raws[0]), *raws[1:]]
    return raws
