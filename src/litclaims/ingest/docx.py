"""Word documents: mammoth gives HTML with superscripts, and the walk of the web pages goes on from there."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Sequence

from lxml import etree

from litclaims.errors import InputError
from litclaims.ingest._head import iso_date, language
from litclaims.ingest._markup import HEADINGS, Walk
from litclaims.ingest._package import clean, is_package
from litclaims.ingest._parts import examine_text
from litclaims.ingest.build import Builder
from litclaims.ingest.html import parse
from litclaims.ingest.outline import Layout

SUFFIXES = (".docx",)
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ISOLATED = True

_STYLES = """
p[style-name='Title'] => h1.title:fresh
p[style-name='Caption'] => p.caption:fresh
p[style-name='caption'] => p.caption:fresh
u => em
""" + "".join(
    f"p[style-name='List {kind}{depth}'] => {'ul|ol > li > ' * (depth - 1)}{tag} > li:fresh\n"
    for kind, tag in (("Bullet ", "ul"), ("Number ", "ol"))
    for depth in range(2, 6)
)
"""The styles List Bullet 2 to 5 tell their depth by their name: each is numbered as a list of its own."""

_NOTE = re.compile(r"(footnote|endnote)-(\d{1,9})")
_log = logging.getLogger(__name__)


def matches(raw: bytes) -> bool:
    """True for a Word document, one that is encrypted or cut short too."""
    return is_package(raw)


def read(raw: bytes, *, source: object) -> Layout:
    """The layout of a document: insertions in, deletions, comments, headers and footers out.

    Raises:
        InputError: the file is truncated, encrypted, a zip bomb, holds entities, or no text.
    """
    package = clean(raw, source=source)
    root = parse(f"<html><body>{_to_html(package.raw, source)}</body></html>", source=source)
    builder = Builder(source)
    walk = _Walk(builder, examine_text(root, notes=_NOTE))
    body = root.find("body")
    walk.read(root if body is None else body)
    if not len(builder):
        raise InputError("holds no text", source=source, remedy="give a document with text; pictures are not read")
    core = package.core
    said = {
        "authors": tuple(name.strip() for name in re.split(r"[;\n]", core.get("creator", "")) if name.strip()),
        "date": iso_date(core.get("created", "")),
        "language": language(core.get("language", "")),
    }
    if not _retitle(builder, root):
        said["title"] = core.get("title")
    return builder.layout(**said, references=walk.references())


class _Walk(Walk):
    """Names places as a word processor does: ``paragraph 12``, ``table 1, row 2, column 3``, ``footnote 1``."""

    _paragraphs = 0
    _where = ""

    def open_block(self, element: etree._Element, tag: str) -> None:
        note = _NOTE.fullmatch(element.get("id") or "")
        if note and tag == "li":
            self._where = f"{note[1]} {note[2]}"
        elif tag in ("p", "li", *HEADINGS) and not any(_NOTE.match(one.get("id") or "") for one in _items(element)):
            if next(element.iterancestors("table"), None) is None:
                self._paragraphs += 1
                self._where = f"paragraph {self._paragraphs}"
            else:
                self._where = f"table after paragraph {self._paragraphs}"

    def place(self, steps: Sequence[str]) -> str:
        return self._where

    def cell_place(self, steps: Sequence[str], row: int, column: int) -> str:
        return f"table {self._tables}, row {row}, column {column}"


def _items(element: etree._Element) -> Sequence[etree._Element]:
    return list(element.iterancestors("li"))[:2]


def _to_html(raw: bytes, source: object) -> str:
    """The document as HTML.

    Raises:
        InputError: the converter cannot read it.
    """
    import mammoth  # late: most runs hold no such document

    try:
        made = mammoth.convert_to_html(
            io.BytesIO(raw),
            style_map=_STYLES,
            include_embedded_style_map=False,
            ignore_empty_paragraphs=False,
            convert_image=lambda image: [],
        )
    except Exception as error:  # a damaged package breaks the converter in any place
        raise InputError(
            f"cannot be read as a Word document ({type(error).__name__}: {str(error)[:120]})",
            source=source,
            remedy="open it in a word processor and save it again",
        ) from error
    for message in made.messages[:20]:
        _log.debug("%s: %s", source, message.message)
    return made.value


def _retitle(builder: Builder, root: etree._Element) -> bool:
    """Make the paragraph of the style Title the title, else a first heading that is the only one of its rank."""
    tops = builder.headings(1)
    styled = root.find(".//h1[@class='title']") is not None
    if tops and (styled or tops == [0]):
        builder.retitle(tops[0])
        return True
    return False
