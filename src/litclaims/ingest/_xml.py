"""XML of unknown origin, parsed without trust: nothing is fetched, no entity is expanded, depth and size are bounded.

The DTDs of JATS and MEDLINE name some two thousand characters (``&plusmn;``). They are not loaded; the names, which are
those of HTML 5 (both took them from ISO 8879 and MathML), are replaced before the parser sees them.
"""

from __future__ import annotations

import html.entities
import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from litclaims.errors import InputError

MAX_DEPTH = 100
"""Elements nested deeper than this are no document; journals stay below 30. Walks of a tree may recurse, therefore."""

HEAD = 1 << 16
"""The first element of a document stands within so many bytes."""

OPTIONS = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
"""For every parser of :mod:`lxml.etree` that reads a document."""

_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")
_NAMED = re.compile(rb"&(?!(?:lt|gt|amp|quot|apos);)([A-Za-z][A-Za-z0-9]{0,40});")
_WIDE = ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,300}\?>")
_ASIDE = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,60}:)?([A-Za-z_][\w.-]{0,60})(?=[\s/>])")
_ENTITY = re.compile(rb"<!ENTITY\s+(?:%\s+)?([^\s\"'>]{1,60})\s+(SYSTEM|PUBLIC)?")
_UNPARSED = re.compile(rb"<!ENTITY\s+[^\s\"'>]{1,60}\s+(?:SYSTEM|PUBLIC)[^>]{0,600}?\bNDATA\b")


def parse(raw: bytes, *, source: object) -> etree._Element:
    """The root element of a document.

    Raises:
        InputError: the bytes are no well-formed XML, or declare entities of their own, which could name files of this
            machine or grow without bound.
    """
    try:
        root = etree.fromstring(prepared(raw, source=source), etree.XMLParser(**OPTIONS))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise broken(error, source=source) from error
    if _TOO_DEEP(root):
        raise InputError(f"nests elements more than {MAX_DEPTH} deep", source=source, remedy="check the file")
    return root


def broken(error: Exception, *, source: object) -> InputError:
    """The error of a document that the parser refused."""
    return InputError(f"is no well-formed XML: {error}", source=source, remedy="download it again, it may be cut off")


def prepared(raw: bytes, *, source: object) -> bytes:
    """The bytes as the parser may have them: in an encoding that extends ASCII, named characters as numbers.

    Raises:
        InputError: the document is empty, in a broken encoding, or declares entities of its own.
    """
    raw = _narrow(raw, source)
    if not raw.strip():
        raise InputError("is empty", source=source, remedy="download it again")
    _refuse_entities(raw, source)
    return _NAMED.sub(_numbered, raw)


def head_of(raw: bytes) -> bytes:
    """The first bytes of a file in an encoding that extends ASCII. Never fails."""
    head = raw[:HEAD]
    for mark, encoding in _WIDE:
        if head.startswith(mark):
            return head.decode(encoding, "ignore").encode("utf-8", "ignore")
    return head.removeprefix(b"\xef\xbb\xbf")


def root_name(raw: bytes) -> str:
    """The local name of the first element; empty if the first bytes hold none. Never fails."""
    head = head_of(raw).lstrip()
    if not head.startswith(b"<"):
        return ""
    head = _ASIDE.sub(b"", head).lstrip()
    found = _ROOT.search(head) if head.startswith(b"<") else None
    return found[1].decode("ascii", "replace") if found else ""


def local(element: etree._Element) -> str:
    """The name of an element without its namespace; empty for what is no element."""
    name = element.tag
    return name if name[:1] != "{" else name.rpartition("}")[2]


def children(element: etree._Element, path: str) -> Iterator[tuple[etree._Element, str, str]]:
    """Each child with its local name and its path as XPath writes it, numbered only where its name is not unique."""
    named = [(child, local(child)) for child in element if isinstance(child.tag, str)]
    if len(named) == 1:
        child, name = named[0]
        yield child, name, f"{path}/{name}"
        return
    totals = Counter(name for _, name in named)
    seen: Counter[str] = Counter()
    for child, name in named:
        seen[name] += 1
        yield child, name, f"{path}/{name}[{seen[name]}]" if totals[name] > 1 else f"{path}/{name}"


def first(element: etree._Element | None, *names: str) -> etree._Element | None:
    """The first child of one of these names, in order of the names; None if there is none."""
    if element is None:
        return None
    if len(names) == 1:
        return next((child for child in element if local(child) == names[0]), None)
    found = firsts(element)
    return next((found[name] for name in names if name in found), None)


def firsts(element: etree._Element) -> dict[str, etree._Element]:
    """The first child of each name."""
    found: dict[str, etree._Element] = {}
    for child in element:
        found.setdefault(local(child), child)
    return found


def words(element: etree._Element | None) -> str:
    """All text of an element with its white space collapsed; empty for None."""
    if element is None:
        return ""
    text = "".join(element.itertext()) if len(element) else element.text or ""
    return " ".join(text.split())


def date_of(element: etree._Element | None, *, months: str = "month", days: str = "day") -> str | None:
    """The ISO date of an element with year, month and day below it, as much of it as is known.

    Months are numbers or English names, of which the first three letters count.
    """
    year = re.search(r"(?:1[5-9]|20)\d\d", words(first(element, "year", "Year")))
    if year is None:
        return None
    month = _month(words(first(element, months, "Month")))
    if month is None:
        return year.group()
    day = words(first(element, days, "Day"))
    full = day.isdecimal() and 1 <= int(day) <= 31
    return f"{year.group()}-{month:02d}-{int(day):02d}" if full else f"{year.group()}-{month:02d}"


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _month(text: str) -> int | None:
    if text.isdecimal():
        return int(text) if 1 <= int(text) <= 12 else None
    name = text[:3].casefold()
    return _MONTHS.index(name) + 1 if name in _MONTHS else None


def _numbered(match: re.Match[bytes]) -> bytes:
    characters = html.entities.html5.get(f"{match[1].decode('ascii')};")
    if characters is None:
        return b"&amp;" + match.group()[1:]
    return "".join(f"&#{ord(character)};" for character in characters).encode("ascii")


def _narrow(raw: bytes, source: object) -> bytes:
    """UTF-16 and UTF-32 as UTF-8, without their declaration."""
    for mark, encoding in _WIDE:
        if raw.startswith(mark):
            try:
                text = raw.decode(encoding)
                return _DECLARATION.sub("", text, count=1).encode("utf-8")
            except UnicodeError as error:
                raise InputError(
                    f"is no {encoding.upper()}: {error}", source=source, remedy="save it as UTF-8"
                ) from error
    return raw


def _refuse_entities(raw: bytes, source: object) -> None:
    """Raise if the document declares entities; those of pictures (``NDATA``), which no text can hold, may stay."""
    if b"<!ENTITY" not in raw:
        return
    for match in _ENTITY.finditer(raw):
        if _UNPARSED.match(raw, match.start()) is None:
            name = match[1].decode("utf-8", "replace")
            kind = "an external entity" if match[2] else "an entity of its own"
            remedy = "save it with its entities written out"
            raise InputError(f"declares {kind}, {name!r}, which is not expanded", source=source, remedy=remedy)
