"""Makes the document of one input, wherever it stands."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from litclaims import ingest
from litclaims.errors import InputError
from litclaims.ingest import text as plain
from litclaims.ingest.decode import decode
from litclaims.inputs import archive, language, packed, records
from litclaims.inputs.item import Input
from litclaims.inputs.taken import Taken, take
from litclaims.model import Block, Document


def load(item: Input, taken: Taken | None = None, *, seconds: float = ingest.SECONDS) -> Document:
    """The document of an input, with its language.

    Args:
        taken: what the input holds, if it was taken in already.
        seconds: that a reader in a process of its own may take.

    Raises:
        UnsupportedFormat: no reader knows the content or the suffix.
        UnsupportedLanguage: it is in another language than English.
        InputError: it is broken, empty, too large, or not what its name says.
        TimeoutError: a server did not answer, which may pass.
        OSError: the file cannot be opened; such an error may pass on a second try.
    """
    return language.checked(_loaded(item, taken or take(item), seconds))


def _loaded(item: Input, taken: Taken, seconds: float) -> Document:
    if taken.fault is not None:
        raise taken.fault
    if taken.row is not None:
        title, text = _said(item, *taken.row)
        document = ingest.from_text(text, doc=item.doc)
        if title and document.title is None:
            document = _titled(document, title)
        return replace(document, source=item.source)
    return ingest.from_bytes(taken.raw or b"", suffix=taken.suffix, doc=item.doc, source=item.source, seconds=seconds)


def raw_text(item: Input, taken: Taken) -> str | None:
    """The text that the document of an input has, where it is had without laying it out: of rows and of plain text.

    None for another format, and for what cannot be read: loading it says why.
    """
    try:
        if taken.row is not None:
            return _said(item, *taken.row)[1]
        if taken.raw and ingest.reader_of(taken.raw, taken.suffix, source=item.source) is plain:
            return decode(taken.raw, source=item.source)
    except InputError:
        return None
    return None


def unread(item: Input, taken: Taken, text: str) -> Document:
    """The document of an input of which nothing but its text is wanted, without blocks, its title told by its head.

    Args:
        text: as of :func:`raw_text`.

    Raises:
        UnsupportedLanguage: it is in another language than English.
    """
    title = " ".join(taken.row[0].split()) if taken.row is not None else ""
    return Document(
        doc=item.doc,
        source=item.source,
        media_type=plain.MEDIA_TYPE,
        sha256=_content_sha256(taken, text),
        text=text,
        blocks=(),
        title=title or plain.title_of(text),
        language=language.of_text(text, source=item.source),
    )


def _content_sha256(taken: Taken, text: str) -> str:
    """SHA-256 of what a document was made of: its bytes, of a row its text."""
    if taken.raw is None:
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    if taken.sha256 is None or taken.packed:
        return hashlib.sha256(taken.raw).hexdigest()
    return taken.sha256


def _said(item: Input, title: str, text: str) -> tuple[str, str]:
    """The title of a row, and its text: the title, where the text does not begin with it, as a paragraph of its own."""
    title, body = " ".join(title.split()), text.strip()
    if not (title or body):
        raise InputError("is empty", source=item.source, remedy="give the row a text")
    if "\0" in title or "\0" in body:
        raise InputError("holds a NUL character and is no text", source=item.source, remedy="mend the row")
    repeats = _first_paragraph(body).rstrip(".") == title.rstrip(".")
    return title, body if repeats else "\n\n".join(part for part in (title, body) if part)


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
