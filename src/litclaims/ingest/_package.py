"""A DOCX package made safe and plain: limits before anything is unpacked, no entities, superscripts said outright."""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from litclaims.errors import InputError, UnsupportedFormat

MAX_MEMBERS = 5_000
MAX_DIRECTORY = 2 * 1024 * 1024
MAX_UNPACKED = 512 * 1024 * 1024
"""Bytes of all members together, pictures included; they are not read."""

MAX_TEXT = 24 * 1024 * 1024
"""Bytes of the parts that are read: their tree takes some twenty times as much."""

MAX_ELEMENTS = 250_000
"""Elements of the text that the converter is given, which takes some 40 µs for each; a long thesis has half as many."""

MAX_RATIO = 200
"""Bytes unpacked for each packed one; text is packed 5 to 20 times."""

MIN_BOMB = 8 * 1024 * 1024
"""A small document of blank pages may be packed as tight as a bomb."""

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_END = b"PK\x05\x06"
_CORE = "docProps/core.xml"
_READ = re.compile(r"\[Content_Types\]\.xml|_rels/\.rels|word/_rels/[\w.-]+\.rels|word/[\w.-]+\.xml|docProps/core\.xml")
_UNREAD = re.compile(r"word/(?:header|footer|settings|webSettings|fontTable|comments|people|theme)[\w.-]*\.xml")
_BODIES = re.compile(r"word/(?:document|footnotes|endnotes)[\w.-]*\.xml")
_STYLES = re.compile(r"word/styles[\w.-]*\.xml")
_HEADING = re.compile(r"heading [1-6]|title|caption")

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_KEPT = frozenset(f"{_W}{name}" for name in ("b", "vertAlign", "rStyle", "pStyle", "numPr", "ins", "del", "rPr"))
"""The properties that say something of the text; all others only cost time."""

_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": _W[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/math": _M[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    ),
}
MAX_CHAIN = 20


@dataclass(frozen=True)
class Package:
    """A package that can be read without care.

    Attributes:
        raw: the bytes of a new one that holds the parts with text only.
        core: the fields of its core properties by their local names.
    """

    raw: bytes
    core: Mapping[str, str]


@dataclass(frozen=True)
class _Style:
    """What a style sets for the characters of its runs or the rank of its paragraphs."""

    raised: str = ""
    hidden: bool = False
    like: str = ""


def is_package(raw: bytes) -> bool:
    """True for a zip archive with a Word document by its directory or, if that is of no use, its first name."""
    if raw.startswith(COMPOUND):
        return True
    if not raw.startswith(b"PK\x03\x04"):
        return False
    directory = _directory(raw)
    if not directory:
        names = raw[30 : 30 + int.from_bytes(raw[26:28], "little")]
        return names in (b"[Content_Types].xml", b"_rels/.rels") or names.startswith((b"word/", b"docProps/"))
    return b"[Content_Types].xml" in directory and b"word/" in directory


def clean(raw: bytes, *, source: object) -> Package:
    """The package made safe.

    Raises:
        InputError: it is encrypted, truncated, larger than the limits, or holds entities.
        UnsupportedFormat: it is of the format before DOCX.
    """
    _refuse_compound(raw, source)
    try:
        with zipfile.ZipFile(io.BytesIO(_checked(raw, source))) as archive:
            infos = _members(archive, source)
            parts = {info.filename: archive.read(info) for info in infos}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error) as error:
        raise InputError("is truncated or damaged", source=source, remedy="fetch or save the file again") from error
    except (NotImplementedError, RuntimeError) as error:
        raise InputError(
            "is packed in a way that is not known", source=source, remedy="save it again as .docx"
        ) from error
    return _cleaned(parts, source)


def _refuse_compound(raw: bytes, source: object) -> None:
    if not raw.startswith(COMPOUND):
        return
    if _ENCRYPTED in raw:
        raise InputError("is encrypted", source=source, remedy="open it with its password and save it without one")
    raise UnsupportedFormat("is an Office file of the format before .docx", source=source, remedy="save it as .docx")


def _directory(raw: bytes) -> bytes | None:
    """The central directory; None if there is none or it is too large to be a document's."""
    at = raw.rfind(_END, max(0, len(raw) - 65_557))
    if at < 0 or len(raw) < at + 22:
        return None
    count, size, start = struct.unpack("<10xHII", raw[at : at + 20])
    if count > MAX_MEMBERS or size > MAX_DIRECTORY:
        return b""
    return raw[start : start + size]


def _checked(raw: bytes, source: object) -> bytes:
    """The bytes, if their directory may be read."""
    directory = _directory(raw)
    if directory is None:
        raise InputError("is truncated: it has no end", source=source, remedy="fetch or save the file again")
    if not directory:
        raise InputError(
            f"lists more than {MAX_MEMBERS} members", source=source, remedy="save it again from a word processor"
        )
    return raw


def _members(archive: zipfile.ZipFile, source: object) -> list[zipfile.ZipInfo]:
    """The members to read, all members being within the limits by what the directory says."""
    infos = archive.infolist()
    names = [info.filename for info in infos]
    if len(set(names)) != len(names):
        raise InputError("holds two members of one name", source=source, remedy="save it again")
    for info in infos:
        name = info.filename
        if name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name.split("/")[0]:
            raise InputError(
                f"holds a member that leads out of it, {name[:80]!r}", source=source, remedy="do not trust the file"
            )
        if info.flag_bits & 1:
            raise InputError("is encrypted", source=source, remedy="save it without a password")
    _refuse_bomb(infos, source)
    kept = [info for info in infos if _READ.fullmatch(info.filename) and not _UNREAD.fullmatch(info.filename)]
    size = sum(info.file_size for info in kept)
    if size > MAX_TEXT:
        raise InputError(f"holds {size} bytes of text, the limit is {MAX_TEXT}", source=source, remedy="split it")
    return kept


def _refuse_bomb(infos: list[zipfile.ZipInfo], source: object) -> None:
    if len(infos) > MAX_MEMBERS:
        raise InputError(f"holds more than {MAX_MEMBERS} members", source=source, remedy="do not trust the file")
    size = sum(info.file_size for info in infos)
    packed = max(1, sum(info.compress_size for info in infos))
    if size > MAX_UNPACKED or (size > MIN_BOMB and size > MAX_RATIO * packed):
        raise InputError(
            f"unpacks from {packed} to {size} bytes, as only a zip bomb does", source=source, remedy="do not trust it"
        )


def _cleaned(parts: Mapping[str, bytes], source: object) -> Package:
    trees = {name: _parse(data, name, source) for name, data in parts.items()}
    styles = _styles([tree for name, tree in trees.items() if _STYLES.fullmatch(name)])
    bodies = [tree for name, tree in trees.items() if _BODIES.fullmatch(name)]
    for body in bodies:
        _say_outright(body, styles)
    size = sum(1 for body in bodies for _ in body.iter())
    if size > MAX_ELEMENTS:
        raise InputError(f"holds {size} elements, the limit is {MAX_ELEMENTS}", source=source, remedy="split it")
    core = trees.pop(_CORE, None)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, tree in trees.items():
            archive.writestr(posixpath.normpath(name), etree.tostring(tree, encoding="utf-8", xml_declaration=True))
    return Package(made.getvalue(), {} if core is None else _fields(core))


def _parse(data: bytes, name: str, source: object) -> etree._Element:
    """The tree of a part; entities are refused, for no word processor writes any."""
    for strict, transitional in _STRICT.items():
        data = data.replace(strict, transitional)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InputError(
            f"holds a broken part, {name}: {str(error)[:120]}", source=source, remedy="save the file again"
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise InputError(
            f"declares a document type or entities in {name}, as no word processor does",
            source=source,
            remedy="do not trust the file",
        )
    return root


def _fields(core: etree._Element) -> dict[str, str]:
    """The core properties that hold text."""
    return {
        etree.QName(child).localname: " ".join(child.text[:2000].split())
        for child in core
        if isinstance(child.tag, str) and child.text and child.text.strip()
    }


def _styles(trees: list[etree._Element]) -> dict[str, _Style]:
    """What each style sets, itself or by the styles that it is based on."""
    found = {style.get(f"{_W}styleId", ""): style for tree in trees for style in tree.iter(f"{_W}style")}
    return {name: _style(style, found) for name, style in found.items()}


def _style(style: etree._Element, found: Mapping[str, etree._Element]) -> _Style:
    raised, hidden, like = "", False, ""
    for _ in range(MAX_CHAIN):
        run = style.find(f"{_W}rPr")
        raised = raised or _position(run)
        hidden = hidden or _is_on(run, "vanish")
        name = (_value(style, "name") or "").lower()
        if not like and style.get(f"{_W}type") == "paragraph" and _HEADING.fullmatch(name):
            like = style.get(f"{_W}styleId", "")
        above = found.get(_value(style, "basedOn") or "")
        if above is None:
            break
        style = above
    return _Style(raised, hidden, like)


def _value(element: etree._Element | None, name: str) -> str | None:
    child = None if element is None else element.find(f"{_W}{name}")
    return None if child is None else child.get(f"{_W}val")


def _is_on(properties: etree._Element | None, name: str) -> bool:
    child = None if properties is None else properties.find(f"{_W}{name}")
    return child is not None and child.get(f"{_W}val", "1") not in ("0", "false", "off")


def _position(properties: etree._Element | None) -> str:
    """``superscript``, ``subscript`` or ``baseline`` as run properties say, by name or by height; empty if neither."""
    said = _value(properties, "vertAlign")
    if said:
        return said
    height = _value(properties, "position") or ""
    if not re.fullmatch(r"-?\d{1,4}", height) or not int(height):
        return ""
    return "superscript" if int(height) > 0 else "subscript"


def _say_outright(body: etree._Element, styles: Mapping[str, _Style]) -> None:
    """Write into runs and paragraphs what their styles say, take out what is deleted, and equations in."""
    for deleted in list(body.iter(f"{_W}del", f"{_W}moveFrom")):
        _remove(deleted)
    for moved in list(body.iter(f"{_W}moveTo")):
        moved.tag = f"{_W}ins"
    for equation in list(body.iter(f"{_M}oMath")):
        _to_runs(equation)
    for run in list(body.iter(f"{_W}r")):
        _set_run(run, styles)
    for properties in list(body.iter(f"{_W}rPr", f"{_W}pPr")):
        for child in list(properties):
            if child.tag not in _KEPT:
                properties.remove(child)
    for named in body.iter(f"{_W}pStyle"):
        like = styles.get(named.get(f"{_W}val", ""), _Style()).like
        if like:
            named.set(f"{_W}val", like)


def _set_run(run: etree._Element, styles: Mapping[str, _Style]) -> None:
    properties = run.find(f"{_W}rPr")
    if properties is None:
        return
    style = styles.get(_value(properties, "rStyle") or "", _Style())
    shown = properties.find(f"{_W}vanish")
    if _is_on(properties, "vanish") or (style.hidden and shown is None):
        _remove(run)
        return
    said = properties.find(f"{_W}vertAlign")
    raised = _position(properties) or style.raised
    if said is None and raised:
        etree.SubElement(properties, f"{_W}vertAlign").set(f"{_W}val", raised)


def _remove(element: etree._Element) -> None:
    above = element.getparent()
    if above is not None:
        above.remove(element)


def _to_runs(equation: etree._Element) -> None:
    """An equation as runs of text, its exponents raised: the converter passes over equations."""
    above = equation.getparent()
    if above is None:
        return
    runs = []
    for text in equation.iter(f"{_M}t"):
        run = etree.Element(f"{_W}r")
        script = _script(text, equation)
        if script:
            etree.SubElement(etree.SubElement(run, f"{_W}rPr"), f"{_W}vertAlign").set(f"{_W}val", script)
        over = _opens_denominator(text)
        made = etree.SubElement(run, f"{_W}t")
        made.text = f"/{text.text or ''}" if over else text.text
        made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        runs.append(run)
    at = above.index(equation)
    above[at : at + 1] = runs


def _script(text: etree._Element, equation: etree._Element) -> str:
    """How a piece of an equation is set."""
    for element in text.iterancestors():
        if element is equation:
            break
        if element.tag == f"{_M}sup":
            return "superscript"
        if element.tag == f"{_M}sub":
            return "subscript"
    return ""


def _opens_denominator(text: etree._Element) -> bool:
    """True for the first piece below a fraction bar."""
    below = next(text.iterancestors(f"{_M}den"), None)
    return below is not None and next(below.iter(f"{_M}t")) is text
