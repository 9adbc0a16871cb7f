"""Files of many documents: tables of abstracts (CSV, JSON lines), PubMed sets, and exports of reference managers.

One pass finds where each record begins and ends; reading one then takes its own bytes only, so that ten thousand
records cost ten thousand short reads and no memory.
"""

from __future__ import annotations

import csv
import functools
import json
import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from litclaims.errors import InputError, UnsupportedFormat
from litclaims.ingest import MAX_BYTES, bibtex, nbib, ris
from litclaims.inputs import packed
from litclaims.inputs.item import Input, Record

SUFFIXES = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}

ID, TITLE, TEXT = ("id", "pmid"), ("title",), ("text", "abstract")
"""Names of the columns, whatever their case; the first of them that a table has."""

DELIMITERS = ",;\t"

MAX_RECORDS = 200_000
MAX_RECORD = 8 * 1024 * 1024
"""Bytes of one record: longer ones are no abstract, and mostly a quotation mark that is never closed."""

MAX_ID = 200
"""Characters of an id that are shown."""

_PUBMED = re.compile(rb"<(?:PubmedArticleSet|MedlineCitationSet|PubmedArticle)\b")
_ARTICLE = re.compile(rb"<(PubmedArticle|PubmedBookArticle|MedlineCitation)\b[^>]{0,500}>")
_PMID = re.compile(rb"<PMID\b[^>]{0,200}>\s*(\d{1,12})\s*</PMID>")
_KEY = re.compile(r"\s*@\s*\w+\s*[{(]\s*(?P<key>[^\s,{}=]{1,200})\s*,")
_KEY_LINE = re.compile(r"^(?:PMID|ID  ?|DO  ?|AN  ?)-[ \t]*(?P<key>\S[^\r\n]{0,200})", re.MULTILINE)

EXPORTS = {
    "bibtex": (
        bibtex,
        re.compile(r"\b(?:abstract|annote|annotation)\s{0,9}=\s{0,9}[{\"]\s{0,99}[^\s}\"]", re.IGNORECASE),
    ),
    "nbib": (nbib, re.compile(r"^AB  - ", re.MULTILINE)),
    "ris": (ris, re.compile(r"^(?:AB|N2)  ?-[ \t]*\S", re.MULTILINE)),
}
"""Exports of reference managers: the reader of each, and what an entry with a text of its own has."""

_XML = re.compile(rb"\s*<\?xml\b[^>]{0,200}\?>")
_STEP = 1 << 20

_limit = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Columns:
    """How a CSV file is laid out: its delimiter, and the places of its columns, None for one that it lacks."""

    delimiter: str
    text: int
    title: int | None
    id: int | None


def kind_of(head: bytes, suffix: str) -> str:
    """The ``kind`` of :class:`~litclaims.inputs.item.Record` that a file of many documents holds, else empty."""
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if begin.startswith(b"<"):
        return "pubmed" if _PUBMED.search(head) else ""
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    for name, (module, _) in EXPORTS.items():
        if suffix in module.SUFFIXES or (hasattr(module, "matches") and module.matches(head)):
            return name
    first, end, _ = begin.partition(b"\n")
    return "jsonl" if end and first.startswith(b"{") and _text_of(_object(first)) is not None else ""


def rows(item: Input, kind: str) -> Iterator[Input]:
    """The documents in a file of many, in its order; of a set of one article or entry the file itself.

    An export of several works is a document as the list of them; each that has an abstract is one as well, and so is
    each that cannot be read, so that its failure is told.

    Raises:
        UnsupportedFormat: a table that has no text.
        InputError: it is damaged, too long or not what its name says; what was found before stands.
        OSError: it cannot be opened.
    """
    with packed.unpacked(item.path, source=item.source) as file:
        found = _FINDERS[kind](file, item)
        if kind not in SUFFIXES.values():
            first = list(_up_to(found, 2))
            if len(first) < 2:
                yield item
                return
            found = _chain(first, found)
        if kind in EXPORTS:
            yield item
            found = (record for record in found if record.id)
        for number, record in enumerate(found, 1):
            if number > MAX_RECORDS:
                told = f"holds more than {MAX_RECORDS} records, of which the first are read"
                raise InputError(told, source=item.source, remedy="split it")
            mark = " ".join(record.id.split())[:MAX_ID]
            size = record.end - record.start
            yield Input(item.path, f"{item.doc}#{mark}", f"{item.source}#{mark}", record, size)


def _up_to(records: Iterator[Record], number: int) -> Iterator[Record]:
    for _, record in zip(range(number), records, strict=False):
        yield record


def _chain(first: Sequence[Record], rest: Iterator[Record]) -> Iterator[Record]:
    yield from first
    yield from rest


def _lines(file: BinaryIO, source: object) -> Iterator[bytes]:
    while line := file.readline(MAX_RECORD + 1):
        if len(line) > MAX_RECORD:
            raise _too_long(source)
        yield line


def _too_long(source: object) -> InputError:
    return InputError(f"holds a record of more than {MAX_RECORD} bytes", source=source, remedy="split it")


def _json_lines(file: BinaryIO, item: Input) -> Iterator[Record]:
    position = 0
    for number, line in enumerate(_lines(file, item.source), 1):
        start, position = position, position + len(line)
        if not line.strip():
            continue
        value = _object(line)
        if start == 0:
            _check_first(value, item)
        yield Record("jsonl", start, position, _id(value) or str(number))


def _check_first(value: object, item: Input) -> None:
    if value is None:
        raise InputError("its first line is no JSON object", source=item.source, remedy="write one object a line")
    if _text_of(value) is None:
        raise _no_text(item.source)


def _no_text(source: object) -> UnsupportedFormat:
    return UnsupportedFormat("is a table without a column text or abstract", source=source, remedy="name it so")


def _object(line: bytes) -> dict[str, object] | None:
    """The JSON object in a line with its keys in lower case, None if there is none."""
    try:
        value = json.loads(line.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return None
    return {str(key).strip().lower(): each for key, each in value.items()} if isinstance(value, dict) else None


def _first(value: dict[str, object] | None, names: Sequence[str]) -> object:
    return next((value[name] for name in names if name in value), None) if value else None


def _text_of(value: dict[str, object] | None) -> str | None:
    text = _first(value, TEXT)
    return text if isinstance(text, str) else None


def _id(value: dict[str, object] | None) -> str:
    found = _first(value, ID)
    return str(found).strip() if isinstance(found, (str, int)) else ""


def _csv_rows(file: BinaryIO, item: Input) -> Iterator[Record]:
    position = 0

    def told() -> Iterator[str]:
        nonlocal position
        for line in _lines(file, item.source):
            position += len(line)
            yield line.decode("utf-8", "surrogateescape")

    columns = _columns_of(item.path, item.source)
    reader, start, number = csv.reader(told(), delimiter=columns.delimiter), 0, 0
    while True:
        try:
            with _long_fields():
                row = next(reader, None)
        except csv.Error as error:
            raise InputError(
                f"row {number + 1} cannot be read: {error}", source=item.source, remedy="mend it"
            ) from error
        if row is None:
            return
        if number and any(cell.strip() for cell in row):
            name = row[columns.id].strip() if columns.id is not None and columns.id < len(row) else ""
            yield Record("csv", start, position, name.encode("utf-8", "replace").decode() or str(number))
        start, number = position, number + 1


@contextmanager
def _long_fields() -> Iterator[None]:
    """Lets the csv module take fields of :data:`MAX_RECORD`; its limit is one for the whole process."""
    with _limit:
        before = csv.field_size_limit(MAX_RECORD)
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _columns_of(path: Path, source: object) -> _Columns:
    status = os.stat(path)
    return _kept(path, status.st_mtime_ns, status.st_size, str(source))


@functools.lru_cache(maxsize=8)
def _kept(path: Path, changed: int, size: int, source: str) -> _Columns:
    """The columns of a CSV file, kept between its rows."""
    with packed.unpacked(path, source=source) as file:
        first = file.readline(MAX_RECORD)
    try:
        header = first.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8", source=source, remedy="save it as CSV UTF-8") from error
    for delimiter in DELIMITERS:
        names = [name.strip().lower() for name in next(csv.reader([header], delimiter=delimiter), [])]
        places = [next((names.index(name) for name in known if name in names), None) for known in (TEXT, TITLE, ID)]
        if places[0] is not None:
            return _Columns(delimiter, *places)
    raise _no_text(source)


def _articles(file: BinaryIO, item: Input) -> Iterator[Record]:
    """The articles of a PubMed set; what is never closed ends with the file."""
    held, offset, number = b"", 0, 0
    while True:
        step = file.read(_STEP)
        held += step
        while match := _ARTICLE.search(held):
            closing = b"</" + match.group(1) + b">"
            end = held.find(closing, match.end())
            if end < 0:
                break
            end += len(closing)
            number += 1
            named = _PMID.search(held, match.end(), end)
            yield Record(
                "pubmed", offset + match.start(), offset + end, named.group(1).decode() if named else str(number)
            )
            held, offset = held[end:], offset + end
        if not step:
            return
        if len(held) > MAX_RECORD + _STEP:
            raise _too_long(item.source)
        if not match and len(held) > 600:  # no article has begun in what is held
            held, offset = held[-600:], offset + len(held) - 600


def _entries(file: BinaryIO, item: Input, *, kind: str) -> Iterator[Record]:
    """The entries of an export; those without a text of their own, which the list tells of, have no id."""
    begin, told = EXPORTS[kind][0].ENTRY, EXPORTS[kind][1]
    held: list[str] = []
    start = position = number = 0
    for line in _lines(file, item.source):
        text = line.decode("utf-8", "replace")
        if begin.match(text):
            if held:
                yield Record(kind, start, position, _entry_id(held, number, told))
            held, start, number = [], position, number + 1
        if number:
            held.append(text)
        position += len(line)
        if position - start > MAX_RECORD:
            raise _too_long(item.source)
    if held:
        yield Record(kind, start, position, _entry_id(held, number, told))


def _entry_id(lines: Sequence[str], number: int, told: re.Pattern[str]) -> str:
    """What an entry is called, by its key or its number; empty if it has no text and nothing is wrong with it."""
    text = "".join(lines)
    broken = lines[0].lstrip().startswith("@") and text.count("{") - text.count("\\{") != text.count("}") - text.count(
        "\\}"
    )
    if not (broken or told.search(text)):
        return ""
    key = _KEY.match(text) or _KEY_LINE.search(text)
    return key.group("key").strip() if key else str(number)


_FINDERS: dict[str, Callable[[BinaryIO, Input], Iterator[Record]]] = {
    "jsonl": _json_lines,
    "csv": _csv_rows,
    "pubmed": _articles,
    **{name: functools.partial(_entries, kind=name) for name in EXPORTS},
}


def title_and_text(item: Input, record: Record) -> tuple[str, str]:
    """The title and the text of a row; the title is empty where there is none.

    Raises:
        InputError: the row is damaged, or has changed since it was found.
        OSError: the file cannot be opened.
    """
    raw = packed.piece(item.path, record.start, record.end, source=item.source)
    if record.kind == "jsonl":
        value = _object(raw)
        if value is None:
            raise InputError("is no JSON object", source=item.source, remedy="write one object a line")
        title, text = _first(value, TITLE), _first(value, TEXT)
        return (title if isinstance(title, str) else ""), (text if isinstance(text, str) else "")
    return _csv_cells(raw, item)


def _csv_cells(raw: bytes, item: Input) -> tuple[str, str]:
    columns = _columns_of(item.path, item.source)
    try:
        lines = raw.decode("utf-8").splitlines(keepends=True)
        with _long_fields():
            row = next(csv.reader(lines, delimiter=columns.delimiter), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"cannot be read: {error}", source=item.source, remedy="save the table as UTF-8") from error
    cells = [row[place] if place is not None and place < len(row) else "" for place in (columns.title, columns.text)]
    return cells[0], cells[1]


def article(item: Input, record: Record) -> bytes:
    """An article of a PubMed set as a set of its own.

    Raises:
        InputError, OSError: the file is damaged or cannot be opened.
    """
    declared = _XML.match(packed.head(item.path, 300, source=item.source))
    raw = packed.piece(item.path, record.start, record.end, source=item.source)
    opening = declared.group().lstrip() if declared else b""
    return opening + b"<PubmedArticleSet>" + raw[:MAX_BYTES] + b"</PubmedArticleSet>"


def entry(item: Input, record: Record) -> bytes:
    """An entry of an export as a file of its own, behind the abbreviations that its file defines.

    Raises:
        InputError, OSError: the file is damaged or cannot be opened.
    """
    raw = packed.piece(item.path, record.start, record.end, source=item.source)
    if record.kind != "bibtex":
        return raw
    status = os.stat(item.path)
    return _abbreviations(item.path, status.st_mtime_ns, status.st_size, item.source.partition("#")[0]) + raw


@functools.lru_cache(maxsize=8)
def _abbreviations(path: Path, changed: int, size: int, source: str) -> bytes:
    """The ``@string`` lines of a BibTeX file, kept between its entries."""
    with packed.unpacked(path, source=source) as file:
        found = [line for line in _lines(file, source) if bibtex.STRING.match(line.decode("utf-8", "replace"))]
    return b"".join(found)[:MAX_RECORD]


def close() -> None:
    """Forget what is kept between rows."""
    _kept.cache_clear()
    _abbreviations.cache_clear()
