"""Where the reference lists of a document are: under a heading, or as a run of entries without one."""

from __future__ import annotations

import bisect
import functools
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from litclaims.extract.reference import cues
from litclaims.extract.reference.authors import starts_with_authors
from litclaims.extract.reference.parse import MARKER, MAX_CHARS, Fields, parse_reference
from litclaims.model import Document, Span

Found = TypeVar("Found")

MIN_RUN = 2
"""So many entries in a row make a list without a heading; a lone line of that shape may be a byline."""

_NUMBERING = r"\s*(?:\d{1,2}(?:\.\d{1,2})*[.)]?\s+|[ivxIVX]{1,5}[.)]\s+|#{1,6}\s+)?"
_BROKEN = re.compile(r"(?:10\.\d{4,9}/|https?://|www\.)(?:[^\s<>]{0,200}[-/_.=(])?$")
_HYPHEN = re.compile(r"([^\W\d_]{2,40})[-‐]$")
_LOWER = re.compile(r"([^\W\d_A-Z]{2,40})")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+){0,3}(?!-?\s*\n)")
"""A word that no line end may have cut."""

_LONE_MARKER = re.compile(r"\[\d{1,4}\]|\(?\d{1,4}[.)]")
_BARE_NUMBER = re.compile(r"\d{1,3}\s")
_PAGE = re.compile(r"(?:page\s)?\d{1,4}(?:\s?(?:of|/)\s?\d{1,4})?|[-–—]\s?\d{1,4}\s?[-–—]", re.IGNORECASE)
_LINE = re.compile(r"[^\r\n]+")
_MARKER_BEFORE = re.compile(r"(?:\[\d{1,4}\]|\(?\d{1,4}[.)]|[A-Z]\.)\s*")
_DATED = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|10\.\d{4,9}/|PMID")
_COMPLETE = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|10\.\d{4,9}/")


class Line(NamedTuple):
    """A line of a block.

    ``span`` includes a number that the block leaves out as list marker; ``tight`` says that no blank line is before it.
    """

    block: int
    span: Span
    text: str
    kind: str
    tight: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """The lines of one entry; ``words`` are those of the document if one of them ends in a hyphen."""

    lines: tuple[Line, ...]
    words: frozenset[str] = frozenset()

    @property
    def span(self) -> Span:
        return Span(self.lines[0].span.start, self.lines[-1].span.end)

    @property
    def text(self) -> str:
        """The lines as one; an identifier, address or word that was broken over two lines is put together."""
        text = self.lines[0].text
        for line in self.lines[1:]:
            if (tail := _HYPHEN.search(text)) is not None and (head := _LOWER.match(line.text)) is not None:
                text = f"{text[:-1] if self._is_broken(tail[1], head[1]) else text}{line.text}"
            else:
                broken = _BROKEN.search(text) is not None and line.text[:1].isalnum()
                text = f"{text}{'' if broken else ' '}{line.text}"
        return " ".join(text.split())

    def _is_broken(self, tail: str, head: str) -> bool:
        """True if a hyphen is of the line end and not of the word, as the other words of the document tell."""
        tail, head = tail.casefold(), head.casefold()
        if f"{tail}-{head}" in self.words or tail + head in self.words:
            return tail + head in self.words
        return not (tail in self.words and head in self.words)


def once_per_document(function: Callable[[Document], Found]) -> Callable[[Document], Found]:
    """The function with its last results kept, by the identity of the document: hashing one takes as long."""
    kept: deque[tuple[Document, Found]] = deque(maxlen=4)

    @functools.wraps(function)
    def kept_or_new(document: Document) -> Found:
        for known, result in tuple(kept):
            if known is document:
                return result
        result = function(document)
        kept.append((document, result))
        return result

    return kept_or_new


@once_per_document
def entries(document: Document) -> tuple[Entry, ...]:
    """Every entry of every reference list that the text prints, repeats included, in order of the text.

    Where the format structures its list itself, nothing is looked for: see :attr:`Document.references`.
    """
    if document.references:
        return ()
    lines = list(_lines(document))
    found: list[Entry] = []
    at = 0
    while at < len(lines):
        if is_list_heading(lines[at].text):
            taken, at = _headed(lines, at + 1)
        else:
            taken, at = _unheaded(lines, at)
        found.extend(taken)
    if any(_HYPHEN.search(line.text) for entry in found for line in entry.lines[:-1]):
        words = frozenset(word.casefold() for word in _WORD.findall(document.text))
        found = [Entry(entry.lines, words) for entry in found]
    return tuple(found)


@once_per_document
def reference_blocks(document: Document) -> frozenset[int]:
    """Indices of the blocks that hold entries of a reference list."""
    printed = frozenset(line.block for entry in entries(document) for line in entry.lines)
    starts = [block.span.start for block in document.blocks]
    given = set()
    for reference in document.references:
        at = max(0, bisect.bisect_right(starts, reference.span.start) - 1)
        while at < len(starts) and starts[at] < reference.span.end:
            if document.blocks[at].span.overlaps(reference.span):
                given.add(at)
            at += 1
    return printed | given


def is_list_heading(text: str) -> bool:
    """True if a block is nothing but the heading of a reference list, numbered or not."""
    if len(text) > 60:
        return False
    name = re.sub(rf"^{_NUMBERING}", "", text).strip(" *_:.")
    return any(cue.regex().fullmatch(name) is not None for cue in cues.load("reference")["list_heading"])


def is_strong_entry(text: str) -> bool:
    """True if a line alone is an entry: a web page with its date of access, or names, title and place of an article."""
    if not 20 <= len(text) <= MAX_CHARS or _DATED.search(text) is None:
        return False
    fields = parse_reference(text)
    if not fields["title"] and not fields["journal"]:
        return False
    return _is_web_entry(text, fields) or _is_article(fields)


def _is_web_entry(text: str, fields: Fields) -> bool:
    """True if nothing but an address follows the date of access, so that the line is no sentence about access."""
    if fields["accessed"] is None or len(fields["title"] or "") > 300:
        return False
    cue = list(cues.matcher("reference", "accessed").finditer(text))
    opened = text[: cue[0].start()].rstrip()
    return (bool(opened) and opened[-1] in ".?!,;([)]") or bool(re.search(r"(?:https?://|www\.)\S+$", opened))


def _is_article(fields: Fields) -> bool:
    located = fields["volume"] is not None or fields["pages"] is not None
    if fields["first_author"] is None:
        return fields["journal"] is not None and located and fields["year"] is not None
    return (located and fields["year"] is not None) or bool(fields["doi"] or fields["pmid"])


def _is_weak_entry(line: Line) -> bool:
    """True if a line under the heading of a list may open an entry."""
    if _LONE_MARKER.fullmatch(line.text):
        return True
    fields = parse_reference(line.text)
    if fields["marker"] is not None and len(line.text) > 15:
        return True
    if starts_with_authors(line.text):
        return True
    if len(line.text) < 15:
        return False
    named = fields["first_author"] is not None
    known = any(fields[name] for name in ("doi", "pmid", "url", "accessed"))
    return known or (fields["year"] is not None and (named or fields["title"] is not None))


def _lines(document: Document) -> Iterator[Line]:
    text = document.text
    for index, block in enumerate(document.blocks):
        previous = document.blocks[index - 1].span.end if index else 0
        start = _with_marker(text, previous, block.span.start)
        tight = "\n" not in text[previous:start].replace("\r", "").replace("\n", "", 1)
        for match in _LINE.finditer(text, start, block.span.end):
            content = match.group().strip()
            if content:
                begin = match.start() + len(match.group()) - len(match.group().lstrip())
                yield Line(index, Span(begin, begin + len(content)), content, block.kind, tight)
                tight = True


def _with_marker(text: str, previous: int, start: int) -> int:
    """Where a block begins if the number before it, left out of its span as a list marker, is taken in."""
    begin = max(previous, text.rfind("\n", previous, start) + 1)
    before = text[begin:start]
    marker = _MARKER_BEFORE.fullmatch(before.lstrip()) if len(before) < 40 else None
    return start if marker is None else begin + len(before) - len(before.lstrip())


def _headed(lines: list[Line], at: int) -> tuple[list[Entry], int]:
    """The entries below the heading of a list and the line after them."""
    found: list[list[Line]] = []
    numbered = False
    while at < len(lines):
        line = lines[at]
        if found and _is_furniture(line):
            at += 1
            continue
        if _is_next_heading(line, found):
            break
        if found and _continues(found[-1], line, numbered=numbered):
            found[-1].append(line)
        elif _is_weak_entry(line):
            numbered = numbered or MARKER.match(line.text) is not None
            found.append([line])
        elif found and _resumes(lines, at):
            found.append([line])
        else:
            break
        at += 1
    return [entry for group in found for entry in _split_run(Entry(tuple(group)))], at


def _is_next_heading(line: Line, found: list[list[Line]]) -> bool:
    """True if a heading ends the list; short lines of an entry that was broken over lines can look like headings."""
    if line.kind not in ("heading", "title") or is_strong_entry(line.text):
        return False
    marker = MARKER.match(line.text) or _BARE_NUMBER.match(line.text)
    if starts_with_authors(line.text[marker.end() if marker else 0 :]):  # an entry that was broken over lines
        return False
    broken_off = found and line.tight and found[-1][-1].text[-1] not in ".?!:)]0123456789"
    return not broken_off


def _continues(entry: list[Line], line: Line, *, numbered: bool) -> bool:
    """True if a line goes on with the entry before it."""
    if line.kind == "list_item" and line.block != entry[-1].block:
        return False
    if MARKER.match(line.text) is not None:
        return False
    if not line.tight:
        return line.text[0].islower() and not any(_COMPLETE.search(part.text) for part in entry)
    if cues.matcher("reference", "continuation").match(line.text) or _LONE_MARKER.fullmatch(entry[-1].text):
        return True
    before = " ".join(part.text for part in entry)
    if before.endswith((",", ";", "&", "-", "‐", "–")):
        return True
    if _COMPLETE.search(before) and before[-1] in ".]0123456789":
        return False
    return numbered or (
        entry[-1].kind != "list_item" and not starts_with_authors(line.text) and "ccessed" not in before
    )


def _is_furniture(line: Line) -> bool:
    """True for what stands in a list and is no part of it: a page's number, the links of a publisher."""
    if _PAGE.fullmatch(line.text):
        return True
    rest = cues.matcher("reference", "link_text").sub("", line.text) if len(line.text) < 120 else line.text
    return not any(character.isalnum() for character in rest)


def _resumes(lines: list[Line], at: int) -> bool:
    """True if the list goes on after a line that is no entry by its looks: one of the next two is a sure one."""
    after = lines[at + 1 : at + 3]
    return lines[at].kind == "list_item" or any(
        line.kind != "heading" and (is_strong_entry(line.text)) for line in after
    )


def _unheaded(lines: list[Line], at: int) -> tuple[list[Entry], int]:
    """A run of sure entries that starts at a line, or nothing."""
    end = at
    while end < len(lines) and is_strong_entry(lines[end].text) and not is_list_heading(lines[end].text):
        end += 1
    if end - at < MIN_RUN:
        return [], max(end, at + 1)
    return [Entry((line,)) for line in lines[at:end]], end


def _split_run(entry: Entry) -> list[Entry]:
    """The entries of one line in which several numbered ones run on: ``1. … 2. … 3. …``."""
    if len(entry.lines) != 1 or (first := MARKER.match(entry.lines[0].text)) is None:
        return [entry]
    told = next(group for group in first.groups() if group)
    if not told.isdecimal():
        return [entry]
    line, number = entry.lines[0], int(told)
    starts = [0]
    while (
        follower := re.compile(rf"(?<=[.\d\])])\s(?=[\[(]?{number + 1}[\]).]\s?[^\W\d_])").search(
            line.text, starts[-1] + 1
        )
    ) is not None:
        starts.append(follower.end())
        number += 1
    parts = [(start, end) for start, end in zip(starts, [*starts[1:], len(line.text)], strict=True)]
    return [
        Entry(
            (
                line._replace(
                    span=Span(line.span.start + start, line.span.start + len(line.text[:end].rstrip())),
                    text=line.text[start:end].strip(),
                ),
            )
        )
        for start, end in parts
    ]
