"""What the elements of a page are: hidden, boilerplate, reference list, footnotes. Words are in ``page_parts.csv``."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from litclaims.vocab.wordlist import rows

HIDDEN_TAGS = frozenset(
    [
        "annotation", "annotation-xml", "applet", "audio", "base", "button", "canvas", "datalist", "del", "embed",
        "head", "iframe", "img", "input", "link", "map", "meta", "noembed", "noframes", "noscript", "object",
        "option", "param", "rp", "rt", "s", "script", "select", "source", "strike", "style", "svg", "template",
        "textarea", "title", "track", "video", "wbr",
    ]
)  # fmt: skip
"""Elements that show no text of the document: programs, pictures, controls, what was deleted."""

MAX_LOOKS = 200
"""Elements whose size is measured before they are taken for boilerplate; a page has no more boxes."""

_HIDING = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_MARK = re.compile(r"\W{0,3}\w{1,3}\W{0,3}|\W{1,3}")
_ROOTS = ("html", "body", "main", "article")
_HEADS = ("h1", "h2", "h3", "h4", "h5", "h6")
_OWN_PLACES = ("table", "figure", "blockquote")
MAX_HEADING = 80
MAX_LINKED = 0.7
"""A list with a larger share of its characters in links to other pages is a menu."""


@dataclass(frozen=True)
class Markup:
    """A parsed page and what was found out about its elements.

    Attributes:
        skipped: elements that are not read.
        parts: ``reference`` or ``footnote`` for elements that hold such entries.
        ids: elements by the key that a link in the page may point to.
    """

    root: etree._Element
    skipped: frozenset[etree._Element] = frozenset()
    parts: Mapping[etree._Element, str] = field(default_factory=dict)
    ids: Mapping[str, etree._Element] = field(default_factory=dict)

    def part(self, element: etree._Element | None) -> str:
        """The part that an element lies in, empty for running text."""
        while element is not None:
            if element in self.parts:
                return self.parts[element]
            element = element.getparent()
        return ""


def examine(root: etree._Element) -> Markup:
    """Find what is hidden or boilerplate in a page, and where its references and footnotes are."""
    return _Examination(root).markup()


def examine_text(root: etree._Element, *, notes: re.Pattern[str]) -> Markup:
    """The same for a document that is all text: its reference list by its heading, footnotes by their keys."""
    ids = _ids(root)
    parts = {element: "footnote" for key, element in ids.items() if element.tag == "li" and notes.fullmatch(key)}
    for heading in root.iter(*_HEADS):
        if part_of_heading("".join(heading.itertext())) == "reference":
            parts |= {below: "reference" for below in _following(heading) if not _holds(below, parts)}
    return Markup(root, parts=parts, ids=ids)


def _holds(element: etree._Element, parts: Mapping[etree._Element, str]) -> bool:
    """True if an element is the list of the footnotes."""
    return any(parts.get(child) == "footnote" for child in element)


class _Examination:
    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._ids = _ids(root)
        self._targets = {key for key in _marks(root) if key in self._ids}
        self._skipped: set[etree._Element] = set()
        self._parts: dict[etree._Element, str] = {}
        self._looks = 0
        self._size: int | None = None

    def markup(self) -> Markup:
        """What was found."""
        events = etree.iterwalk(self._root, events=("start",))
        for _, element in events:
            if not isinstance(element.tag, str) or element.tag in HIDDEN_TAGS:
                events.skip_subtree()
            elif is_hidden(element) or self._is_boilerplate(element):
                self._skipped.add(element)
                events.skip_subtree()
        return Markup(self._root, frozenset(self._skipped), self._parts, self._ids)

    def _is_boilerplate(self, element: etree._Element) -> bool:
        """True for boilerplate; on the way notes the parts of references and footnotes."""
        tag = element.tag
        if tag in _ROOTS or element in self._skipped:
            return element in self._skipped
        if tag in _HEADS:
            return self._headed(element)
        part = part_of_element(element)
        if part == "boilerplate":
            return not _stands_in(element, _OWN_PLACES) and self._is_aside(element)
        if part:
            self._parts[element] = part
        return tag in ("ul", "ol") and self._is_menu(element)

    def _headed(self, heading: etree._Element) -> bool:
        """True if a heading opens boilerplate; what follows it is that, or the part that it names."""
        part = part_of_heading("".join(heading.itertext()))
        if not part:
            return False
        box = _box_of(heading)
        if part != "boilerplate":
            self._parts |= dict.fromkeys([box] if box is not None else _following(heading), part)
            return False
        if box is not None:
            if not self._is_aside(box):
                return False
            self._skipped.add(box)
        else:
            self._skipped.update(below for below in _following(heading) if _is_linked(below))
        return True

    def _is_aside(self, element: etree._Element) -> bool:
        """True unless an element holds the text itself: the title, what marks point to, or half of the page."""
        if self._looks >= MAX_LOOKS:
            return next(element.iter("h1", "main", "article"), None) is None
        self._looks += 1
        if next(element.iter("h1", "main"), None) is not None:
            return False
        if self._targets and any(key in self._targets for below in element.iter() for key in _keys(below)):
            return False
        if self._size is None:
            body = self._root.find("body")
            self._size = _length(self._root if body is None else body)
        return 2 * _length(element) <= self._size or element.tag in ("nav",)

    def _is_menu(self, items: etree._Element) -> bool:
        """True for a list of links to other pages that is no reference list."""
        links = sum(1 for _ in items.iter("a"))
        if links < 2 or _stands_in(items, self._parts):
            return False
        if any(key in self._targets for below in items.iter() for key in _keys(below)):
            return False
        return _is_linked(items)


def is_hidden(element: etree._Element) -> bool:
    """True if a browser does not show an element, by an attribute of its own."""
    if not element.keys():
        return element.tag == "dialog"
    said = element.attrib
    hidden = said.get("hidden")
    if hidden is not None and hidden.lower() != "until-found":
        return True
    if said.get("aria-hidden", "").lower() == "true" or (element.tag == "dialog" and "open" not in said):
        return True
    return _HIDING.search(said.get("style", "")) is not None


def part_of_heading(text: str) -> str:
    """The part that a heading opens: ``reference``, ``footnote``, ``boilerplate``, or empty."""
    if len(text) > MAX_HEADING:
        return ""
    words = re.sub(r"^[\W\d]+|[\W\d]+$", "", " ".join(text.lower().split()))
    return _table().get(("heading", words), "")


def part_of_element(element: etree._Element) -> str:
    """The part that an element says to be by its tag, its role, its class or its id; empty if by none."""
    table = _table()
    if part := table.get(("tag", element.tag)):
        role = element.get("role") or ""
        return table.get(("role", _words(role)), part) if role else part
    if not element.keys():
        return ""
    said = element.attrib
    if "role" in said and (part := table.get(("role", _words(said["role"][:100])))):
        return part
    names = f"{said.get('class', '')} {said.get('id', '')}"[:500].split()
    return next((part for name in names if (part := part_of_name(name))), "")


@functools.lru_cache(maxsize=4096)  # a page repeats the names of its classes
def part_of_name(name: str) -> str:
    """The part that a class or an id names, with its first words, its last or all of them."""
    table = _table()
    words = _words(name[:100])
    if part := table.get(("whole", words)):
        return part
    split = words.split()
    for size in range(min(4, len(split)), 0, -1):
        for some in (split[:size], split[-size:]):
            if part := table.get(("name", " ".join(some))):
                return part
    return ""


def has_class(element: etree._Element, name: str) -> bool:
    """True if an element is of a class."""
    return name in (element.get("class") or "").lower().split()


@functools.cache
def _table() -> dict[tuple[str, str], str]:
    """The parts by place and words."""
    return {(row.get("place"), row.surface): row.get("part") for row in rows("page_parts", "place", "part")}


def _words(name: str) -> str:
    """``relatedArticles`` and ``related-articles`` as words."""
    return " ".join(_WORD.findall(name)).lower()


def _ids(root: etree._Element) -> dict[str, etree._Element]:
    """The elements that a link may point to, the first of each key."""
    found: dict[str, etree._Element] = {}
    for element in root.xpath("//*[@id or self::a[@name]]"):
        for key in _keys(element):
            found.setdefault(key, element)
    return found


def _keys(element: etree._Element) -> Iterator[str]:
    if not isinstance(element.tag, str):
        return
    if key := element.get("id"):
        yield key
    if element.tag == "a" and (key := element.get("name")):
        yield key


def _marks(root: etree._Element) -> Iterator[str]:
    """The keys that links of a few characters point to: references and footnotes."""
    for link in root.iter("a"):
        _, _, key = (link.get("href") or "").partition("#")
        if key and _MARK.fullmatch("".join(link.itertext())[:20]):
            yield key


def _stands_in(element: etree._Element, places: object) -> bool:
    """True if an element or one above it is of these elements or tags."""
    while element is not None:
        if element.tag in places or element in places:
            return True
        element = element.getparent()
    return False


def _box_of(heading: etree._Element) -> etree._Element | None:
    """The largest element that a heading opens; None if it stands in the text itself."""
    box, element = None, heading
    for _ in range(4):
        above = element.getparent()
        if above is None or above.tag in _ROOTS or above[0] is not element or (above.text or "").strip():
            break
        box = element = above
    return box


def _following(heading: etree._Element) -> list[etree._Element]:
    """What stands under a heading beside it."""
    found = []
    for below in heading.itersiblings():
        if below.tag in _HEADS and below.tag <= heading.tag:
            break
        found.append(below)
    return found


def _is_linked(element: etree._Element) -> bool:
    """True if most of an element's text is in links to other pages."""
    size = _length(element)
    linked = sum(_length(link) for link in element.iter("a") if not (link.get("href") or "#").startswith("#"))
    return size > 0 and linked > MAX_LINKED * size


def _length(element: etree._Element) -> int:
    """How many characters an element shows, white space left out."""
    return sum(len(text.strip()) for text in element.itertext())
