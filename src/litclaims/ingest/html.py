"""Web pages: the main block, read element by element, so that powers, tables and places survive."""

from __future__ import annotations

import codecs
import re

from lxml import etree

from litclaims.errors import InputError
from litclaims.ingest._block import main_block
from litclaims.ingest._head import described
from litclaims.ingest._markup import Walk
from litclaims.ingest._parts import examine
from litclaims.ingest.build import Builder, Run
from litclaims.ingest.outline import Layout

SUFFIXES = (".html", ".htm", ".xhtml")
MEDIA_TYPE = "text/html"

MAX_DEPTH = 2_048
"""Elements within elements: the parser's own limit, beyond which it would leave out the rest without a word."""

MAX_ELEMENTS = 250_000
"""Elements of a page, which take some 40 µs each; a long review has a tenth of them."""

MAX_ATTRIBUTES = 256
"""Attributes of an element; the parser compares each with all others."""

_START = re.compile(
    rb"(?:\s|<!--(?:(?!-->).){0,4000}-->|<\?(?:(?!\?>).){0,500}\?>){0,20}<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_FRAGMENT = re.compile(
    rb"\s{0,200}<(?:div|p|h[1-6]|section|article|main|table|ul|ol|dl|span|meta|title|style)\b[^<]{0,2000}",
    re.IGNORECASE,
)
_DECLARED = re.compile(
    rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})|<meta\b[^>]{0,500}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})",
    re.IGNORECASE,
)
_ATTRIBUTE = r"[\s/]++[^\s=>/]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?+"
_TAG = re.compile(rf"<[a-zA-Z][^\s>/]*+(?:{_ATTRIBUTE}){{0,{MAX_ATTRIBUTES}}}+(?P<more>{_ATTRIBUTE})?+")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SUPERSETS = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "tis-620": "cp874"}
"""As browsers read them: a page that says ISO-8859-1 means Windows-1252."""

_UNASSIGNED_IN_1252 = {byte: byte for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}


def matches(raw: bytes) -> bool:
    """True for a page, and for a fragment of one that begins and ends with a tag."""
    head = raw[:65_536]
    for mark, name in _MARKS:
        if head.startswith(mark):
            head = head[len(mark) :].decode(name, "replace").encode("utf-8", "replace")
            break
    if _START.match(head):
        return True
    return _FRAGMENT.match(head) is not None and raw[-200:].rstrip().endswith(b">")


def read(raw: bytes, *, source: object) -> Layout:
    """The layout of a page.

    Raises:
        InputError: the character set is not the declared one, or there is no page in the bytes.
    """
    root = parse(decode_page(raw, source=source), source=source)
    markup = examine(root)
    builder = Builder(source)
    said = described(root)
    block = main_block(root, markup)
    walk = Walk(builder, markup)
    titled = next((one for one in block.iter("h1") if one not in markup.skipped), None) is not None
    if not titled and said.get("title"):
        builder.add("title", [Run(said["title"], path=_title_path(root))])
    walk.read(block)
    if not len(builder):
        raise InputError("holds no text", source=source, remedy="save the page after it has loaded, with its text")
    if titled and _retitle(builder, said.get("title", "")):
        said.pop("title", None)
    return builder.layout(**said, references=walk.references())


def decode_page(raw: bytes, *, source: object) -> str:
    """The text of a page by its byte order mark, by what it declares, else as UTF-8.

    Raises:
        InputError: the bytes are not of that character set, it is not known, or they hold a NUL.
    """
    name, start = _charset(raw)
    try:
        codec = codecs.lookup(name)
        if not codec._is_text_encoding:
            raise LookupError(name)
    except (LookupError, ValueError) as error:
        raise InputError(
            f"declares the character set {name}, which is not known", source=source, remedy=_REMEDY
        ) from error
    named = _SUPERSETS.get(codec.name, codec.name)
    try:
        text = raw[start:].decode(named)
    except (UnicodeError, ValueError) as error:
        text = _as_browsers(raw[start:]) if named == "cp1252" else None
        if text is None:
            at = getattr(error, "start", 0) + start
            raise InputError(f"is not {name} at byte {at}", source=source, remedy=_REMEDY) from error
    if "\0" in text:
        raise InputError("holds a NUL character and is no page", source=source, remedy="save the page again")
    return text


_REMEDY = "save the page as UTF-8, or declare the character set that it is in"


def _charset(raw: bytes) -> tuple[str, int]:
    """The character set of a page, and where its text begins."""
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return name, len(mark)
    match = _DECLARED.search(raw[:4096])
    if match is None:
        return "utf-8", 0
    name = (match[1] or match[2]).decode("ascii", "replace")
    # a page whose declaration can be read as single bytes is in no set of two bytes
    return ("utf-8" if name.lower().replace("_", "-").startswith(("utf-16", "utf-32")) else name), 0


def _as_browsers(raw: bytes) -> str:
    """Windows-1252 with its five unassigned bytes as control characters."""
    return raw.decode("latin-1").translate(
        {byte: bytes([byte]).decode("cp1252") for byte in range(0x80, 0xA0) if byte not in _UNASSIGNED_IN_1252}
    )


def parse(text: str, *, source: object) -> etree._Element:
    """The elements of a page; entities of its own and the network are off.

    Raises:
        InputError: it holds no element, or nests too deep.
    """
    if any(tag["more"] for tag in _TAG.finditer(text)):
        raise InputError(
            f"has an element with more than {MAX_ATTRIBUTES} attributes", source=source, remedy="save the page again"
        )
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True, recover=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise InputError("holds no page", source=source, remedy="save the page again") from error
    if root is None:
        raise InputError("holds no page", source=source, remedy="save the page again")
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise InputError(
            f"nests elements more than {MAX_DEPTH} deep", source=source, remedy="save the page again from a browser"
        )
    size = int(root.xpath("count(//*)"))
    if size > MAX_ELEMENTS:
        raise InputError(f"holds {size} elements, the limit is {MAX_ELEMENTS}", source=source, remedy="split it")
    return root


def _title_path(root: etree._Element) -> str | None:
    element = root.find(".//title")
    return None if element is None else root.getroottree().getpath(element)


def _retitle(builder: Builder, title: str) -> bool:
    """Make the first heading of the highest rank the title; of several the one that the head of the page names."""
    tops = builder.headings(1)
    if tops:
        like = (index for index in tops if _letters(builder.text_of(index)) == _letters(title))
        builder.retitle(next(like, tops[0]))
    return bool(tops)


def _letters(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())
