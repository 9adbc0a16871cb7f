"""Lines to runs of text: words with their boxes, and hyphens at line ends closed."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from litclaims import vocab
from litclaims.ingest._pdf.glyphs import HYPHEN, Piece, upright_box
from litclaims.ingest._pdf.segments import join_text
from litclaims.ingest.build import Run

JOINED = "word joined over a hyphen"
"""The repair of a word that was broken at the end of a line."""

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_TAIL = re.compile(r"(?:^|[^\w-])((?:[^\W\d_]+-)*[^\W\d_]+)[-‐\u00ad]$")
_HEAD = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)")
_TIGHT = re.compile(r"[^\s–/‐\u00ad-][–/‐\u00ad-]$")


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line's pieces and the page they are on, counted from 1."""

    pieces: list[Piece]
    page: int

    @property
    def text(self) -> str:
        return join_text(self.pieces)


def known_words(lines: Iterable[PageLine]) -> frozenset[str]:
    """The words of a document in lower case, without those that a line end may have broken."""
    words: set[str] = set()
    for line in lines:
        found = _WORD.findall(line.text.replace(HYPHEN, "-").lower())
        words.update(found[1:-1])
    return frozenset(words)


def runs(lines: Sequence[PageLine], words: frozenset[str] = frozenset()) -> list[Run]:
    """The text of lines that follow each other.

    Args:
        words: of the document, to tell a hyphen of the line end from one of the word.
    """
    made: list[Run] = []
    for index, line in enumerate(lines):
        parts = list(_line_runs(line))
        if not parts:
            continue
        after = lines[index + 1] if index + 1 < len(lines) else None
        if made and not made[-1].text.endswith(("\x00", "\x01")):
            parts[0] = replace(parts[0], text=" " + parts[0].text)
        elif made:
            closed = made[-1].text[-1] == "\x01"
            made[-1] = replace(made[-1], text=made[-1].text[:-1])
            parts[0] = replace(parts[0], repair=JOINED if closed else "")
        made += parts
        if after is not None and not made[-1].raised:
            made[-1] = replace(made[-1], text=_ended(line.text, made[-1].text, after.text, words))
    cleaned = [(run, run.text.replace(HYPHEN, "-").strip("\x00\x01")) for run in made]
    return [run if text == run.text else replace(run, text=text) for run, text in cleaned if text]


def _line_runs(line: PageLine) -> Iterator[Run]:
    """The words of a line, each with the white space before it; raised letters are a run of their own."""
    group: list[Piece] = []
    for piece in line.pieces:
        if group and (piece.blank or piece.shift != group[-1].shift) and not _is_one_power(group[-1], piece):
            yield _run(group, line.page)
            group = []
        group.append(piece)
    if group:
        yield _run(group, line.page)


def _is_one_power(last: Piece, piece: Piece) -> bool:
    """True for raised letters beside each other: a minus sign and its digit may come in two fonts, with a gap."""
    return last.shift == piece.shift == 1 and piece.x0 - last.x1 < 0.3 * piece.size


def _run(group: list[Piece], page: int) -> Run:
    first = group[0]
    box, text = (first.x0, first.low, first.x1, first.high), first.text
    if len(group) > 1:
        box = (
            min(piece.x0 for piece in group),
            min(piece.low for piece in group),
            max(piece.x1 for piece in group),
            max(piece.high for piece in group),
        )
        text = "".join(piece.text for piece in group)
    if first.turn:
        box = upright_box(box, -first.turn % 4)
    return Run(
        f" {text}" if first.blank else text,
        raised=first.shift > 0,
        lowered=first.shift < 0,
        kind="bibr" if first.shift > 0 and all(piece.linked for piece in group) else "",
        page=page,
        box=tuple(round(value, 2) for value in box),
    )


def _ended(line: str, last: str, after: str, words: frozenset[str]) -> str:
    """The last word of a line; ``\\x00`` at its end says that no space follows, ``\\x01`` that a hyphen was closed."""
    tail, head = _TAIL.search(line[-80:]), _HEAD.match(after)
    if tail is not None and head is not None and after[0].islower() and tail[1][-1].isalpha():
        if _is_broken(tail[1].lower(), head[1].lower(), words):
            return last[:-1] + "\x01"
        return last + "\x00"
    return last + "\x00" if _TIGHT.search(line[-2:]) and after[:1].isalnum() else last


def _is_broken(tail: str, head: str, words: frozenset[str]) -> bool:
    """True if the hyphen is of the line end and not of the word."""
    last = tail.rpartition("-")[2]
    kept, joined = f"{last}-{head}", last + head
    if kept in words or len(last) < 2:
        return False
    if joined in words:
        return True
    compound = len(last) > 3 and len(head) > 3 and last in words and head in words
    return not compound and kept not in _hyphenated()


@functools.cache
def _hyphenated() -> frozenset[str]:
    """The words of the vocabulary that are written with a hyphen."""
    surfaces = (surface.text for kind in vocab.kinds() for surface in vocab.load(kind).surfaces())
    return frozenset(word.lower() for text in surfaces for word in text.split() if "-" in word)
