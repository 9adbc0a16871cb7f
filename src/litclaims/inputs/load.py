"""Reads one input, wherever it stands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from litclaims import ingest
from litclaims.errors import InputError
from litclaims.inputs import address, archive, language, packed, records
from litclaims.inputs.item import Address, Input, Member, Record
from litclaims.model import Block, Document


def load(item: Input, *, seconds: float = ingest.SECONDS) -> Document:
    """The document of an input, with its language.

    Args:
        seconds: that a reader in a process of its own may take.

    Raises:
        UnsupportedFormat: no reader knows the content or the suffix.
        UnsupportedLanguage: it is in another language than English.
        InputError: it is broken, empty, too large, or not what its name says.
        TimeoutError: a server did not answer, which may pass.
        OSError: the file cannot be opened; such an error may pass on a second try.
    """
    return language.checked(_loaded(item, seconds))


def _loaded(item: Input, seconds: float) -> Document:
    named = {"doc": item.doc, "source": item.source, "seconds": seconds}
    if isinstance(item.part, Address):
        raw, suffix = address.fetch(item.part.url)
        return ingest.from_bytes(raw, suffix=suffix, **named)
    if isinstance(item.part, Member):
        raw = archive.read_member(item, item.part)
        return ingest.from_bytes(raw, suffix=Path(item.part.name).suffix, **named)
    if isinstance(item.part, Record):
        if item.part.kind == "pubmed":
            return ingest.from_bytes(records.article(item, item.part), suffix=".xml", **named)
        if item.part.kind in records.EXPORTS:
            suffix = records.EXPORTS[item.part.kind][0].SUFFIXES[0]
            return ingest.from_bytes(records.entry(item, item.part), suffix=suffix, **named)
        return _abstract(item, *records.title_and_text(item, item.part))
    if item.path.suffix.lower() == packed.SUFFIX and packed.is_packed(item.path):
        return ingest.from_bytes(_unpacked(item), suffix=packed.suffix(item.path), **named)
    return ingest.read(item.path, **named)


def _unpacked(item: Input) -> bytes:
    raw = packed.head(item.path, ingest.MAX_BYTES + 1, source=item.source)
    if len(raw) > ingest.MAX_BYTES:
        raise InputError(
            f"is longer than {ingest.MAX_BYTES} bytes unpacked", source=item.source, remedy="split it before packing"
        )
    return raw


def _abstract(item: Input, title: str, text: str) -> Document:
    """The document of a row: its title as the title block, and its text as plain text would be laid out."""
    title = " ".join(title.split())
    body = text.strip()
    if not (title or body):
        raise InputError("is empty", source=item.source, remedy="give the row a text")
    if "\0" in title + body:
        raise InputError("holds a NUL character and is no text", source=item.source, remedy="mend the row")
    repeats = _first_paragraph(body).rstrip(".") == title.rstrip(".")
    parts = [part for part in (title, body) if part] if not repeats else [body]
    document = ingest.from_text("\n\n".join(parts), doc=item.doc)
    if title and document.title is None:
        document = _titled(document, title)
    return replace(document, source=item.source)


def _first_paragraph(text: str) -> str:
    return " ".join(text.partition("\n\n")[0].split())


def _titled(document: Document, title: str) -> Document:
    """The same document with its first block as the title, which heads nothing."""
    first, *rest = document.blocks
    return replace(
        document, blocks=(replace(first, kind="title", level=0), *(_without_head(block) for block in rest)), title=title
    )


def _without_head(block: Block) -> Block:
    if 0 not in block.heading_path:
        return block
    return replace(block, heading_path=tuple(index for index in block.heading_path if index))


def close() -> None:
    """Close what is kept open between inputs of one file."""
    for module in (archive, packed, records):
        module.close()
