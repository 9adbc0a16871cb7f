"""Plain text: titles, headings, paragraphs and lists read from the shape of the lines alone."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from litclaims.ingest.bars import with_cells, with_rows_of_lines, with_whole_rows
from litclaims.ingest.decode import decode
from litclaims.ingest.lines import MAX_HEADING_CHARS, Line, looks_like_heading, nest, split
from litclaims.ingest.outline import Layout, Raw, outline, retitle

SUFFIXES = (".txt", ".text")
MEDIA_TYPE = "text/plain"

WRAP = 100
"""Lines of a hard-wrapped text are at most this long; one-line paragraphs are longer."""

HEAD = 400
"""Characters of a text that tell its title."""

_ALONE = re.compile(
    r"\s{0,9}\S[^\n]{0,380}(?:[^\n\d.]\.?\n[ \t]{0,9}\n\s{0,9}\S|\d\.?\n[ \t]{0,9}\n\s{0,9}[^\s\d])[^\n]{0,80}"
)
"""A first line with a blank one behind it, which no number breaks, and the beginning of what follows."""

MAX_TITLE_WORDS = 60

MIN_TITLE_LETTERS = 12
"""Fewer letters than this repeat no title: they may stand in it by chance."""

MARK_LETTERS = 9
"""Letters that a mark after a repeated title may hold."""

_TITLE_LABEL = re.compile(r"title:\s*", re.IGNORECASE)
_SECTION_LABEL = re.compile(r"[A-Z][A-Z0-9 .,'’&?/()–-]{3,120}:$")
"""``BODY.METHODS.STUDY DESIGN:`` on a line of its own."""

BARS = 2
"""Bars in a line that make it the row of a table."""

_BROKEN = re.compile(r"(?:^|[^\w.])(\d{1,3})\.$")
_REST_OF_NUMBER = re.compile(
    r"\d+(?:[eE]\+?\d|\^|\*\*|\(\d{1,2}\)|[⁰¹²³⁴⁵⁶⁷⁸⁹]|(?:,|,?[ \t](?:and|or))[ \t]?\d"
    r"|[ \t]*(?:[x×X*·%/–-]|to\b|million|billion|thousand|m[lLgG]\b|[a-z-]*cells?\b|\d*$))"
)
_TEN_AT_END = re.compile(r"[\d)]\s{0,2}[x×X*·]\s{0,2}10$")
_EXPONENT = re.compile(r"(?:1[0-5]|[3-9])(?:$|[\s/),;–-])")
_UNIT_LINE = re.compile(r"/|[a-z]|[A-Za-z-]{0,12}[A-Z]{2,}s?\b")
"""How a line begins that may go on with what a number counts, or is per."""

_MARKED = re.compile(r"(?P<marks>#{1,6})[ \t]{1,3}(?=[^\s#])")
"""What opens a heading in a text that was written as Markdown."""

_VERSUS = (" vs.", "(vs.")
"""A number behind one of these is what another is compared with; the full stop ends no sentence."""

_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?\s+[A-Z]")


def read(raw: bytes, *, source: object) -> Layout:
    """The layout of a file's bytes.

    Raises:
        InputError: the bytes are not UTF-8, or no text.
    """
    return lay_out(decode(raw, source=source))


def lay_out(text: str) -> Layout:
    """The layout of a plain text."""
    lines = split(text)
    lines = _join(lines, wrapped=_is_wrapped(lines))
    raws = _title(_classify(lines, text))
    if text.count("|") >= BARS:
        raws = with_cells(with_whole_rows(with_rows_of_lines(raws, text), text), text, is_row=_is_row)
        raws = [replace(raw, text=text[raw.start : raw.end]) for raw in raws]
    return outline(_repeated_titles(raws), text)


def title_of(text: str) -> str | None:
    """The title that the layout of a text would have, told by its first lines alone; None if it opens with none."""
    alone = _ALONE.match(text)
    head = text[: alone.end()] if alone else text[:HEAD]
    raws = _opening(head)
    if alone and len(raws) > 1:
        return raws[0].text if raws[0].kind == "title" else None
    if len(head) < len(text) and (not raws or raws[-1].start + 1 >= len(head) or raws[0].end == len(head)):
        raws = _opening(text[: 20 * HEAD])  # what opens it is long
    return next((raw.text for raw in raws if raw.kind == "title"), None)


def _opening(text: str) -> list[Raw]:
    """The first two blocks of a text, its title among them."""
    lines = split(text)
    return _title(_classify(_join(lines, wrapped=_is_wrapped(lines))[:3], text)[:2])


def _is_row(raw: Raw) -> bool:
    return raw.kind != "title" and raw.text.count("|") >= BARS


def _is_wrapped(lines: list[Line]) -> bool:
    """True if the text breaks its lines at a margin: hardly any line is longer than one, and many come near it."""
    if len(lines) < 4:
        return False
    lengths = sorted(line.end - line.start for line in lines)
    return lengths[int(len(lengths) * 0.98)] <= WRAP and lengths[len(lengths) // 2] > 55


def _is_indented(lines: list[Line]) -> bool:
    """True if the text's paragraphs begin with white space: most lines after a blank line do, the first left out.

    What may be the rest of a number (a digit behind a digit and a point) tells nothing of it.
    """
    openings = [
        line
        for last, line in pairwise(lines)
        if line.after_blank and not (line.text[0].isdigit() and _BROKEN.search(last.text[-6:]))
    ]
    return 2 * sum(line.indent > 0 for line in openings) > len(openings)


def _join(lines: list[Line], *, wrapped: bool) -> list[Line]:
    """Lines that belong together as one: hard-wrapped ones, and numbers that a blank line split."""
    indented = _is_indented(lines)
    joined: list[Line] = []
    group: list[Line] = []
    for line in lines:
        if group and _continues(group, line, wrapped=wrapped, indented=indented):
            group.append(line)
            continue
        if group:
            joined.append(_merged(group))
        group = [line]
    return [*joined, _merged(group)] if group else joined


def _merged(group: list[Line]) -> Line:
    if len(group) == 1:
        return group[0]
    return replace(group[0], end=group[-1].end, text=" ".join(line.text for line in group))


def _continues(group: list[Line], line: Line, *, wrapped: bool, indented: bool) -> bool:
    if line.marker:
        return False
    last, size = group[-1], group[-1].end - group[0].start
    if line.text.count("|") >= BARS or last.text.count("|") >= BARS:
        return False
    if (indented and _breaks_number(last, line)) or _breaks_power(group, line):
        return True
    if line.after_blank:
        return False
    if wrapped and size > 45 and (line.text[0].islower() or not _may_be_heading(group, size)):
        return True
    return line.text[0].islower() and size > 40 and last.text[-1] not in ".;:!?"


def _may_be_heading(group: list[Line], size: int) -> bool:
    """True if the lines together look like a heading; long ones are not even joined to find out."""
    return size <= 2 * MAX_HEADING_CHARS and looks_like_heading(_merged(group))


def _breaks_number(last: Line, line: Line) -> bool:
    """True if a decimal was split after its point, as ``0.`` and, after a blank line, ``3 x 10 8``, or a comparison.

    Only in a text whose paragraphs are indented, where the rest begins at the margin and reads on as a quantity, or
    the whole part is 0. Registries break their texts so; elsewhere the full stop ends a sentence.
    """
    if line.after_blank and last.text.endswith(_VERSUS):
        return line.text[0].isdigit()
    if not line.after_blank or line.indent or not line.text[0].isdigit():
        return False
    match = _BROKEN.search(last.text[-6:])
    if match is None:
        return False
    return match.group(1) == "0" or _REST_OF_NUMBER.match(line.text) is not None


def _breaks_power(group: list[Line], line: Line) -> bool:
    """True if a line break tore off an exponent that was raised, ``2 × 10`` and ``6 cells``, or the unit behind it."""
    last = group[-1]
    if line.after_blank:
        return False
    if _TEN_AT_END.search(last.text[-8:]) is not None:
        return _EXPONENT.match(line.text) is not None
    alone = len(group) > 1 and len(last.text) <= 2 and _TEN_AT_END.search(group[-2].text[-8:]) is not None
    return alone and _UNIT_LINE.match(line.text) is not None


def _classify(lines: list[Line], text: str) -> list[Raw]:
    """Each line as a block; list nesting is counted from the indents in use."""
    raws: list[Raw] = []
    indents: list[int] = []
    for index, line in enumerate(lines):
        after = lines[index + 1] if index + 1 < len(lines) else None
        if after is not None and (marked := _marked(line)) is not None:
            indents.clear()
            raws.append(marked)
            continue
        kind, level, nesting = _kind(line, after), 0, 0
        if kind == "list_item":
            nesting = nest(indents, line.indent)
        else:
            indents.clear()
        if kind == "heading":
            level = _level(line.text)
        whole = line.text if text.startswith(line.text, line.start) else text[line.start : line.end]
        raws.append(Raw(kind, line.start, line.end, whole, level, nesting, not line.after_blank))
    return raws


def _marked(line: Line) -> Raw | None:
    """A line as the heading that the signs before it make it: ``### Results``; None for one without them."""
    match = None if line.marker or len(line.text) > 2 * MAX_HEADING_CHARS else _MARKED.match(line.text)
    if match is None:
        return None
    level, text = len(match["marks"]), line.text[match.end() :]
    return Raw("heading", line.start + match.end(), line.end, text, level, 0, not line.after_blank)


def _kind(line: Line, after: Line | None) -> str:
    if line.text[-1] == ":" and _SECTION_LABEL.match(line.text):
        return "heading"
    if line.marker and not _NUMBERED.match(f"{line.marker} {line.text}"):
        return "list_item"
    bare = replace(line, marker="") if line.marker else line
    if looks_like_heading(bare) and not line.text.endswith(":") and _is_followed(line, after):
        return "heading"
    return "list_item" if line.marker else "paragraph"


def _is_followed(line: Line, after: Line | None) -> bool:
    """True if what follows a heading-like line is what a heading heads: a sentence, a list or a lead-in."""
    if after is None:
        return False
    if line.marker and after.marker:
        return False
    return bool(after.marker) or after.words > 5 or after.text[-1] in ".:" or looks_like_heading(after)


def _level(text: str) -> int:
    """1, or one more for each dot in a section number (``2.1 Doses`` is 2)."""
    match = _NUMBERED.match(text)
    return 1 if match is None else match.group(1).count(".") + 1


def _title(raws: list[Raw]) -> list[Raw]:
    """The same blocks with the title marked, if the text opens with one."""
    if len(raws) < 2:
        return raws
    first, second = raws[0], raws[1]
    label = _TITLE_LABEL.match(first.text)
    if label and label.end() < len(first.text):
        titled = replace(first, start=first.start + label.end(), text=first.text[label.end() :])
        return [retitle(titled), *raws[1:]]
    if label or first.text.lower().rstrip(": ") == "title":
        return [first, retitle(second), *raws[2:]]
    return [retitle(first), *raws[1:]] if _is_title(first, second) else raws


def _is_title(first: Raw, second: Raw) -> bool:
    words = len(first.text.split())
    if first.kind == "list_item" or words > MAX_TITLE_WORDS:
        return False
    if first.kind == "heading":
        return True
    one_sentence = ". " not in first.text.rstrip(".")
    return "\n" not in first.text and not second.tight and one_sentence and not first.text.endswith(":")


def _repeated_titles(raws: list[Raw]) -> list[Raw]:
    """A block that repeats the title is a heading, no running text."""
    title = next((_letters(raw.text) for raw in raws if raw.kind == "title"), "")
    if len(title) < MIN_TITLE_LETTERS:
        return raws
    return [
        replace(raw, kind="heading", level=1) if raw.kind == "paragraph" and _repeats(raw, title) else raw
        for raw in raws
    ]


def _repeats(raw: Raw, title: str) -> bool:
    if _letters(raw.text[:MIN_TITLE_LETTERS]) not in title:  # a repetition begins where the title does, or within it
        return False
    letters = _letters(raw.text)
    if len(letters) > len(title) + 12:
        return False
    tail = letters[:-MARK_LETTERS]
    told = len(tail) >= max(MIN_TITLE_LETTERS, 0.6 * len(title))
    return letters.startswith(title) or (told and title.endswith(tail))


def _letters(text: str) -> str:
    words = "".join(text.lower().split())
    return words if words.isalnum() else "".join(filter(str.isalnum, words))
