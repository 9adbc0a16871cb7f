"""Which block stands under which: headings, items that head others, and sentences that end in a colon."""

from __future__ import annotations

from dataclasses import dataclass, replace

from litclaims.ingest.lines import MAX_LEAD_WORDS, is_label, is_lead_in
from litclaims.model import Block, Cell, Link, Origin, Reference, Repair, Span

HEADING, ITEM, LEAD_IN = 0, 100, 500
"""Ranks: a heading ends all below it, an item that heads others ends items and lead-ins, a lead-in only lead-ins."""

MAX_LABEL_WORDS = 8
"""A line as short as this that ends in a colon opens a list of its own; it is no text under the item before it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a reader gives: a text with its blocks, and what the format says of the document.

    The fields are those of :class:`litclaims.model.Document`.
    """

    text: str
    blocks: tuple[Block, ...]
    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    doi: str | None = None
    language: str | None = None
    origins: tuple[Origin, ...] = ()
    links: tuple[Link, ...] = ()
    references: tuple[Reference, ...] = ()
    repairs: tuple[Repair, ...] = ()


@dataclass(slots=True)  # not frozen: a document has one for each block, and a frozen one takes three times as long
class Raw:
    """A block before the outline.

    Attributes:
        nesting: depth of a list item, counted from 1.
        tight: True if no blank line is before it.
        heads: blocks that head this one beside the outline, outermost first: a cell's caption, headers and labels.
        notes: footnotes that it refers to.
        closes: rank of what ends before it, with all that is of a lower place; None where nothing but its kind tells.
    """

    kind: str
    start: int
    end: int
    text: str
    level: int = 0
    nesting: int = 0
    tight: bool = False
    page: int | None = None
    cell: Cell | None = None
    heads: tuple[int, ...] = ()
    notes: tuple[int, ...] = ()
    closes: int | None = None


ASIDE = ("caption", "cell", "footnote")
"""Blocks beside the running text: they stand under its headings, and head nothing but cells."""


def outline(raws: list[Raw], text: str) -> Layout:
    """The layout of raw blocks of a text: each gets its heading path."""
    stack: list[tuple[int, int]] = []
    above: tuple[int, ...] = ()  # the blocks on the stack, made anew only where it changes
    blocks: list[Block] = []
    for index, raw in enumerate(raws):
        rank = _rank(raws, index)
        closed = raw.closes is not None and _pop(stack, raw.closes)
        if (stack and _close(stack, raw, rank)) or closed:
            above = tuple([entry for _, entry in stack])
        path = (*above, *raw.heads) if raw.heads else above
        level = raw.level or raw.nesting
        blocks.append(Block(raw.kind, Span(raw.start, raw.end), level, path, raw.page, raw.cell, raw.notes))
        if rank is not None:
            stack.append((rank, index))
            above = (*above, index)
    title = next((raw.text for raw in raws if raw.kind == "title"), None)
    return Layout(text, tuple(blocks), title)


def _rank(raws: list[Raw], index: int) -> int | None:
    """How high a block heads what follows; None if it heads nothing."""
    raw = raws[index]
    if raw.kind == "title" or raw.kind in ASIDE:
        return None
    if raw.kind == "heading":
        return HEADING + raw.level
    if raw.kind == "list_item":
        return _item_rank(raws, index)
    return LEAD_IN if is_lead_in(raw.text) else None


def _item_rank(raws: list[Raw], index: int) -> int | None:
    """The rank of a list item that heads what follows it, None if it heads nothing.

    Even for the parent of deeper items, which the next item of its depth ends; odd, and one higher up, for an item
    that heads items of its own depth.
    """
    raw = raws[index]
    after = raws[index + 1] if index + 1 < len(raws) else None
    if after is None or after.kind in ("heading", "title", *ASIDE):
        return None
    if after.kind == "list_item" and after.nesting > raw.nesting:
        return ITEM + 2 * raw.nesting
    return ITEM + 2 * raw.nesting - 1 if _heads(raw, after) else None


def _heads(raw: Raw, after: Raw) -> bool:
    """True if a list item is the heading of the block after it, which lies no deeper.

    It is when it is short, no sentence and no labelled value, and the next block is running text on the next line or a
    labelled item (``Dosage: …``) of the same depth.
    """
    if len(raw.text.split()) > 14 or raw.text[-1] in ".;," or is_label(raw.text):
        return False
    if after.kind == "list_item":
        return after.nesting == raw.nesting and is_label(after.text)
    return after.tight and not (is_lead_in(after.text) and len(after.text.split()) <= MAX_LABEL_WORDS)


def _close(stack: list[tuple[int, int]], raw: Raw, rank: int | None) -> bool:
    """Take from the stack what ends at this block; True if anything did."""
    if rank is not None:
        limit = rank
    elif raw.kind in ASIDE:
        return False
    elif raw.kind == "list_item":
        limit = ITEM + 2 * raw.nesting if _deeper(stack, raw) else LEAD_IN + 1
    else:
        limit = LEAD_IN
        if stack[-1][0] < limit or len(raw.text.split(maxsplit=MAX_LEAD_WORDS)) <= MAX_LEAD_WORDS:
            return False
    return _pop(stack, limit)


def _pop(stack: list[tuple[int, int]], limit: int) -> bool:
    """Take what ranks at a limit or deeper from the stack; True if anything did."""
    before = len(stack)
    while stack and stack[-1][0] >= limit:
        stack.pop()
    return len(stack) < before


def _deeper(stack: list[tuple[int, int]], raw: Raw) -> bool:
    """True if the innermost item on the stack lies deeper than this one, or is the parent of deeper items beside it."""
    return bool(stack) and ITEM + 2 * raw.nesting <= stack[-1][0] < LEAD_IN


def retitle(raw: Raw) -> Raw:
    """The same block as the document's title."""
    return replace(raw, kind="title", level=0, nesting=0)
