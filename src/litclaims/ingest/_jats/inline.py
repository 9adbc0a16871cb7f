"""The running text of a JATS element: superscripts, markers that are linked, formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from litclaims.ingest._math import mathml, tex
from litclaims.ingest._runs import LOWERED, PLAIN, RAISED, Runs
from litclaims.ingest._xml import first, local
from litclaims.ingest.build import Run

MAX_RANGE = 40
"""A range of more markers than this is none."""

HIDDEN = frozenset(
    (
        "index-term",
        "index-term-range-end",
        "graphic",
        "inline-graphic",
        "alt-text",
        "long-desc",
        "object-id",
        "permissions",
        "processing-meta",
        "private-char",
        "milestone-start",
        "milestone-end",
        "attrib",
        "inline-media",
        "related-article",
        "related-object",
    )
)
"""Elements that print nothing of their own in running text."""

ASIDE = frozenset(
    ("fn", "fig", "fig-group", "table-wrap", "table-wrap-group", "boxed-text", "supplementary-material", "media")
)
"""Elements that belong beside the running text in which they may stand."""

_BREAKING = frozenset(
    (
        "p",
        "title",
        "list",
        "list-item",
        "def-list",
        "def-item",
        "term",
        "def",
        "disp-quote",
        "disp-formula",
        "break",
        "caption",
        "sec",
        "verse-group",
        "verse-line",
        "td",
        "th",
        "tr",
        "label",
    )
)
"""Elements that a space sets off from the text around them, where they stand in running text."""

_KINDS = {
    "ref": "bibr",
    "element-citation": "bibr",
    "mixed-citation": "bibr",
    "citation": "bibr",
    "fn": "fn",
    "table-wrap": "table",
    "table": "table",
    "fig": "fig",
}
"""The kind of a link by the element that it points to …"""

_TYPES = {"bibr": "bibr", "fn": "fn", "table-fn": "fn", "table": "table", "fig": "fig"}
"""… and by its type, where it points to nothing."""

_DASH = re.compile(r"\s*[-‐‑‒–—−]\s*")
_RANGE = re.compile(r"\s*(\d{1,4})\s*[-‐‑‒–—−]\s*(\d{1,4})\s*")
_NUMBERS = re.compile(r"[\s\[(]*\d{1,4}[a-z]?(?:[\s,;–-]+\d{1,4}[a-z]?)*[\s\])]*")
_NOTE_MARK = re.compile(r"[\da-zA-Z*+#†‡§¶‖|,\s]{1,5}")
_JOINT = re.compile(r"[\s,;‐‑‒–—-]*")


@dataclass
class Inline:
    """Reads running text of one document.

    Attributes:
        targets: each element with an id by its id.
        order: the place of each reference by its id, from 0.
        called: ids that the text has pointed to since it was last asked, in order.
        aside: elements with their paths that were met in running text and belong beside it: footnotes and floats.
        numbered, named: how many markers into the reference list are numbers, and how many are not.
    """

    targets: Mapping[str, etree._Element]
    order: Mapping[str, int]
    called: list[str] = field(default_factory=list)
    aside: list[tuple[etree._Element, str]] = field(default_factory=list)
    numbered: int = 0
    named: int = 0
    _keys: tuple[str, ...] = ()
    _last: _Marker | None = None
    _silent: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._keys = tuple(self.order)

    def runs(self, element: etree._Element, path: str, *, without: Iterable[str] = ()) -> list[Run]:
        """The runs of all that an element holds.

        Args:
            without: names of children to pass over.
        """
        runs = self.begin(path)
        self._inside(element, runs, PLAIN, frozenset(without))
        return runs.done()

    def begin(self, path: str) -> Runs:
        """Empty runs, to which :meth:`add` adds."""
        self._last, self._silent = None, ()
        return Runs(path)

    def add(self, element: etree._Element, runs: Runs) -> None:
        """Add one element, without the text behind it."""
        self._element(element, runs, PLAIN)

    def _inside(
        self, element: etree._Element, runs: Runs, style: tuple[bool, bool], without: frozenset[str] = frozenset()
    ) -> None:
        if element.text:
            runs.add(element.text, style)
        for child in element:
            if not without or local(child) not in without:
                self._element(child, runs, style)
            if child.tail:
                runs.add(child.tail, style)

    def _element(self, element: etree._Element, runs: Runs, style: tuple[bool, bool]) -> None:
        name = local(element)
        if name == "sup":
            self._inside(element, runs, RAISED)
        elif name == "sub":
            self._inside(element, runs, LOWERED)
        elif name == "xref":
            self._marker(element, runs, style)
        elif name == "alternatives":
            self._alternatives(element, runs, style)
        elif name == "math":
            mathml(element, runs)
        elif name == "tex-math":
            tex(element.text or "", runs)
        elif name in ASIDE:
            self.aside.append((element, runs.path or ""))
        elif name in _BREAKING:
            runs.space()
            self._inside(element, runs, style, frozenset({"label"} if name == "disp-formula" else ()))
            runs.space()
        elif name not in HIDDEN:
            self._inside(element, runs, style)

    def _alternatives(self, element: etree._Element, runs: Runs, style: tuple[bool, bool]) -> None:
        """The version of a thing that reads best as text; the picture of it is left out."""
        best = first(element, "math", "textual-form", "tex-math", "table")
        if best is not None:
            self._element(best, runs, style)
            return
        for child in element:
            self._element(child, runs, style)

    def _marker(self, element: etree._Element, runs: Runs, style: tuple[bool, bool]) -> None:
        """A cross-reference: a link if it points to a work, a footnote, a table or a figure, else plain text."""
        keys = tuple((element.get("rid") or "").split())
        kind = self._kind(element, keys)
        if not kind or not keys:
            self._inside(element, runs, style)
            return
        inner = Runs()
        self._inside(element, inner, style)
        pieces = inner.done()
        text = "".join(piece.text for piece in pieces)
        self.called.extend(keys)
        if kind == "bibr":
            self._cite(text, keys, runs, raised=style == RAISED or any(piece.raised for piece in pieces))
        else:
            raised = style == RAISED or any(piece.raised for piece in pieces) or (kind == "fn" and _hangs(text, runs))
            runs.link(text, kind, keys, raised=raised)

    def _kind(self, element: etree._Element, keys: tuple[str, ...]) -> str:
        target = next((self.targets[key] for key in keys if key in self.targets), None)
        if target is None:
            return _TYPES.get(element.get("ref-type") or "", "")
        name = local(target)
        if name in ("p", "note") and element.get("ref-type") in ("fn", "table-fn"):
            return "fn"
        return _KINDS.get(name, "")

    def _cite(self, text: str, keys: tuple[str, ...], runs: Runs, *, raised: bool) -> None:
        """A marker into the reference list, and what the dash before it leaves unsaid."""
        if not text.strip():
            # the middle of a range, which prints nothing
            self._silent += keys
            return
        number = _NUMBERS.fullmatch(text) is not None
        self.numbered, self.named = self.numbered + number, self.named + (not number)
        between = runs.between()
        last = self._last if self._last is not None and self._last.runs is runs else None
        if number and not raised:
            follows = last is not None and _JOINT.fullmatch(between) is not None
            raised = last.raised if last is not None and follows else _hangs(text, runs)
        middle = self._silent or (self._middle(last.key, keys[0]) if last is not None else ())
        if middle and last is not None and _DASH.fullmatch(between):
            runs.link_between("bibr", tuple(key for key in middle if key not in (last.key, *keys)) or middle)
        elif self._silent:
            keys = tuple(dict.fromkeys((*self._silent, *keys)))
        self._silent = ()
        runs.link(text, "bibr", self._written_out(text, keys), raised=raised)
        self._last = _Marker(runs, keys[-1], raised)

    def _middle(self, low: str, high: str) -> tuple[str, ...]:
        """The works between two of the list."""
        start, end = self.order.get(low), self.order.get(high)
        if start is None or end is None or not 0 < end - start <= MAX_RANGE:
            return ()
        return self._keys[start + 1 : end]

    def _written_out(self, text: str, keys: tuple[str, ...]) -> tuple[str, ...]:
        """The works of a marker that prints a range and names only its first or its ends."""
        match = _RANGE.fullmatch(text)
        start = self.order.get(keys[0])
        if match is None or start is None or len(keys) > 2:
            return keys
        count = int(match[2]) - int(match[1])
        if not 0 < count <= MAX_RANGE or (len(keys) == 2 and self.order.get(keys[1]) != start + count):
            return keys
        return self._keys[start : start + count + 1]


@dataclass(frozen=True, slots=True)
class _Marker:
    """The marker before: in which runs, the last work that it points to, and whether it is raised."""

    runs: Runs
    key: str
    raised: bool


def _hangs(text: str, runs: Runs) -> bool:
    """True if a marker that is not said to be raised hangs on the word before it, so that it can only be raised.

    A copy that leaves out ``sup`` would glue ``million`` and ``12``.
    """
    before = runs.tail[-2:]
    if not before or _NOTE_MARK.fullmatch(text) is None:
        return False
    if before[-1] == "," and len(before) == 2:
        return before[0].isalpha()
    return before[-1].isalnum() or before[-1] in ".;:)]%”’\"'"
