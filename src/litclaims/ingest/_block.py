"""Which element of a page holds its text: trafilatura's choice, made wider where that would lose a dose."""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Iterable, Iterator

from lxml import etree

from litclaims.ingest._parts import HIDDEN_TAGS, Markup
from litclaims.vocab.wordlist import alternation, rows

MAX_CHOSEN = 200_000
"""Bytes of a page up to which trafilatura chooses; it reads about 1 MB/s, and a page that long is one text."""

_log = logging.getLogger(__name__)

_LEAVES = ("p", "li", "dt", "dd", "td", "th", "pre", "blockquote", "div", "section", "h2", "h3", "h4", "caption")
_HOLDERS = ("html", "body", "main", "article", "section", "div")
"""What may hold the text of a page; a paragraph does not, though it be all that was chosen."""

_SPANS = re.compile(rb"\s(?:row|col)span=\"[^\"]{0,40}\"")
"""Spans of cells: trafilatura fills every place that they claim, a million for each cell if so said."""

_FIGURE_BEFORE = re.compile(r"\d[^.;]{0,40}\Z")
MIN_LETTERS, MAX_LETTERS = 30, 10_000
"""A chosen block with fewer letters may be found again by chance; a longer one is no single block."""


def main_block(root: etree._Element, markup: Markup) -> etree._Element:
    """The element of a page to read."""
    body = root.find("body")
    body = root if body is None else body
    chosen = _chosen(root, body, markup)
    if chosen is not body:
        lost = [element for element in _outside(body, chosen, markup) if _holds_dose(element)]
        chosen = _common([chosen, *lost]) if lost else chosen
    return chosen


def _chosen(root: etree._Element, body: etree._Element, markup: Markup) -> etree._Element:
    """The element that trafilatura's choice lies in; of a large page, and where it chooses nothing, the one marked."""
    page = _SPANS.sub(b"", etree.tostring(root, encoding="utf-8"))
    texts = _trafilatura(page) if len(page) <= MAX_CHOSEN else frozenset()
    found = [element for element in _leaves(body, markup) if _letters(element) in texts] if texts else []
    if found:
        return next(one for one in (_common(found), *_common(found).iterancestors()) if one.tag in _HOLDERS)
    for tag in ("main", "article"):
        marked = [element for element in body.iter(tag) if element not in markup.skipped]
        if len(marked) == 1:
            return marked[0]
    return body


def _trafilatura(page: bytes) -> frozenset[str]:
    """The letters of each block of text that trafilatura keeps; empty where it keeps none."""
    import trafilatura  # late: it takes most of a second

    try:
        found = trafilatura.bare_extraction(
            page.decode("utf-8"), include_comments=False, include_tables=True, with_metadata=False, fast=True
        )
    except Exception as error:  # whatever a broken page does to it, the page can be read without
        _log.debug("trafilatura: %s: %s", type(error).__name__, error)
        return frozenset()
    body = getattr(found, "body", None)
    if body is None:
        return frozenset()
    texts = (_letters(element) for element in body.iter("p", "item", "cell", "quote", "head", "code"))
    return frozenset(text for text in texts if len(text) >= MIN_LETTERS)


def _leaves(body: etree._Element, markup: Markup) -> Iterator[etree._Element]:
    """The elements that hold text of their own and are read."""
    events = etree.iterwalk(body, events=("start",))
    for _, element in events:
        if not isinstance(element.tag, str) or element.tag in HIDDEN_TAGS or element in markup.skipped:
            events.skip_subtree()
        elif element.tag in _LEAVES and _has_text(element):
            yield element


def _has_text(element: etree._Element) -> bool:
    """True if text stands in an element itself, or in one that is no block."""
    if (element.text or "").strip():
        return True
    return any((child.tail or "").strip() or (child.tag not in _LEAVES and len(child) == 0) for child in element)


def _outside(body: etree._Element, chosen: etree._Element, markup: Markup) -> Iterator[etree._Element]:
    """The elements with text beside the chosen one, in order."""
    events = etree.iterwalk(body, events=("start",))
    for _, element in events:
        out = not isinstance(element.tag, str) or element.tag in HIDDEN_TAGS
        if out or element in markup.skipped or element is chosen:
            events.skip_subtree()
        elif element.tag in _LEAVES and _has_text(element):
            yield element


def _holds_dose(element: etree._Element) -> bool:
    """True if an element's text, links left out, names a number of cells."""
    text = " ".join(_unlinked(element).split())
    return any(_FIGURE_BEFORE.search(text[max(0, match.start() - 50) : match.start()]) for match in _cells()(text))


def _unlinked(element: etree._Element) -> str:
    """The text of an element outside links and outside the blocks in it, which are looked at on their own."""
    kept = [element.text or ""]
    events = etree.iterwalk(element, events=("start", "end"))
    for event, below in events:
        if below is element:
            continue
        if event == "end":
            kept.append(below.tail or "")
        elif below.tag == "a" or below.tag in _LEAVES or below.tag in HIDDEN_TAGS:
            events.skip_subtree()
        else:
            kept.append(below.text or "")
    return "".join(kept)


@functools.cache
def _cells():
    """Finds the words for what a dose counts."""
    words = [row.surface for row in rows("nouns", "unit", "role")]
    return re.compile(rf"(?<![^\W\d])(?:{alternation(words)})s?(?!\w)", re.IGNORECASE).finditer


def _common(elements: Iterable[etree._Element]) -> etree._Element:
    """The innermost element that holds all of some."""
    shared: list[etree._Element] | None = None
    for element in elements:
        line = [element, *element.iterancestors()][::-1]
        if shared is None:
            shared = line
        else:
            same = sum(1 for _ in _while_same(shared, line))
            shared = shared[:same]
    assert shared
    return shared[-1]


def _while_same(one: list[etree._Element], other: list[etree._Element]) -> Iterator[None]:
    for a, b in zip(one, other, strict=False):
        if a is not b:
            return
        yield


def _letters(element: etree._Element) -> str:
    """The letters and digits of an element; empty for a longer one than a block of text."""
    text = "".join(element.itertext())
    return "" if len(text) > MAX_LETTERS else "".join(character for character in text.lower() if character.isalnum())
