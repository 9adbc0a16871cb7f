"""Which block stands under which: headings, items that head others, and sentences that end in a colon."""

from __future__ import annotations

from dataclasses import dataclass, replace

from litclaims.ingest.lines import MAX_LEAD_WORDS, is_label, is_lead_in
from litclaims.model import Block, Span

HEADING, ITEM, LEAD_IN = 0, 100, 500
"""Ranks: a heading ends all below it, an item that heads others ends items and lead-ins, a lead-in only lead-ins."""

MAX_LABEL_WORDS = 8
"""A line as short as this that ends in a colon opens a list of its own; it is no text under the item before it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The blocks of a text in order, and its title."""

    blocks: tuple[Block, ...]
    title: str | None


@dataclass(frozen=True, slots=True)
class Raw:
    """A block before the outline: ``nesting`` counts list depth from 1, ``tight`` says no blank line is before it."""

    kind: str
    start: int
    end: int
    text: str
    level: int = 0
    nesting: int = 0
    tight: bool = False


def outline(raws: list[Raw]) -> Layout:
    """The layout of raw blocks: each gets its heading path."""
    stack: list[tuple[int, int]] = []
    blocks: list[Block] = []
    for index, raw in enumerate(raws):
        rank = _rank(raws, index)
        _close(stack, raw, rank)
        path = tuple(entry for _, entry in stack)
        blocks.append(Block(raw.kind, Span(raw.start, raw.end), raw.level or raw.nesting, path))
        if rank is not None:
            stack.append((rank, index))
    title = next((raw.text for raw in raws if raw.kind == "title"), None)
    return Layout(tuple(blocks), title)


def _rank(raws: list[Raw], index: int) -> int | None:
    """How high a block heads what follows; None if it heads nothing."""
    raw = raws[index]
    if raw.kind == "title":
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
    if after is None or after.kind in ("heading", "title"):
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


def _close(stack: list[tuple[int, int]], raw: Raw, rank: int | None) -> None:
    """Take from the stack what ends at this block."""
    if rank is not None:
        limit = rank
    elif raw.kind == "list_item":
        limit = ITEM + 2 * raw.nesting if _deeper(stack, raw) else LEAD_IN + 1
    elif len(raw.text.split()) > MAX_LEAD_WORDS:
        limit = LEAD_IN
    else:
        return
    while stack and stack[-1][0] >= limit:
        stack.pop()


def _deeper(stack: list[tuple[int, int]], raw: Raw) -> bool:
    """True if the innermost item on the stack lies deeper than this one, or is the parent of deeper items beside it."""
    return bool(stack) and ITEM + 2 * raw.nesting <= stack[-1][0] < LEAD_IN


def retitle(raw: Raw) -> Raw:
    """The same block as the document's title."""
    return replace(raw, kind="title", level=0, nesting=0)
