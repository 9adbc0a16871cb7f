"""Reference lists: where they are, and what each entry says.

``find_references`` gives the entries of a document, ``reference_spans`` and ``reference_blocks`` the places in which no
figure is a claim, ``parse_reference`` the fields of one entry as text.
"""

from __future__ import annotations

import collections
import dataclasses
import hashlib
import re

from litclaims.extract.reference.fields import parse_entry, read_entry
from litclaims.extract.reference.locate import Entry, entries, is_list_heading, once_per_document, reference_blocks
from litclaims.extract.reference.parse import Fields, clean_doi, iso_date, parse_reference
from litclaims.model import Document, Reference, Span

__all__ = [
    "Fields",
    "clean_doi",
    "find_references",
    "is_list_heading",
    "is_reference_block",
    "iso_date",
    "parse_entry",
    "parse_reference",
    "read_entry",
    "reference_blocks",
    "reference_key",
    "reference_spans",
]


@once_per_document
def find_references(document: Document) -> tuple[Reference, ...]:
    """The entries of a document's reference lists in order of the text; repeats are merged into the first.

    Entries that the format structures are taken as they are, those of which it gives only the text are read; where it
    structures none, the lists are found in the text. ``raw`` is the entry with its white space collapsed, ``span`` its
    place. Two entries are the same if they share DOI, PMID, or title and year, unless the list numbers both or the
    format names both.
    """
    found: dict[str, Reference] = {}
    given = [_completed(document, reference) for reference in document.references]
    for reference in given or (_reference(document, entry) for entry in entries(document)):
        key = reference_key(reference)
        known = found.get(key)
        if known is not None and (_apart(known.marker, reference.marker) or _apart(known.key, reference.key)):
            key = f"{key} {reference.marker} {reference.key}"
            known = found.get(key)
        found[key] = reference if known is None else _merged(known, reference)
    return _with_ids(document.doc, found)


def _apart(ours: str | None, theirs: str | None) -> bool:
    return None not in (ours, theirs) and ours != theirs


def _completed(document: Document, given: Reference) -> Reference:
    """An entry of the format's, with what only its text says.

    One of which the format gives neither title nor journal is read whole, of others the address and when it was seen.
    """
    raw = " ".join(given.raw.split())
    given = dataclasses.replace(given, doc=document.doc, raw=raw)
    if given.title is None and given.journal is None and raw:
        return _merged(given, dataclasses.replace(given, **parse_entry(raw)))
    read = parse_reference(raw)
    return dataclasses.replace(given, url=given.url or read["url"], accessed=given.accessed or read["accessed"])


def reference_spans(document: Document) -> tuple[Span, ...]:
    """The places of all entries, repeats included: digits in them are never figures of a claim."""
    given = (reference.span for reference in document.references)
    return tuple(sorted({*given})) or tuple(entry.span for entry in entries(document))


def is_reference_block(document: Document, block: int) -> bool:
    """True if the block of that index holds an entry of a reference list; for many, ask :func:`reference_blocks`."""
    return block in reference_blocks(document)


def reference_key(reference: Reference) -> str:
    """What makes an entry the same work in another place: ``doi:…``, ``pmid:…`` or ``title:…``, lower case."""
    if reference.doi is not None:
        return f"doi:{reference.doi.casefold()}"
    if reference.pmid is not None:
        return f"pmid:{reference.pmid}"
    words = re.sub(r"[\W_]+", " ", (reference.title or reference.raw).casefold()).strip()
    return f"title:{words}" if reference.year is None else f"title:{words} {reference.year}"


def _reference(document: Document, entry: Entry) -> Reference:
    return Reference(ref_id="", doc=document.doc, raw=entry.text, span=entry.span, **parse_entry(entry.text))


def _merged(known: Reference, repeat: Reference) -> Reference:
    """The first of two equal entries with what only the second says."""
    gained = {
        field.name: getattr(repeat, field.name)
        for field in dataclasses.fields(known)
        if getattr(known, field.name) in (None, ()) and getattr(repeat, field.name) not in (None, ())
    }
    return dataclasses.replace(known, **gained)


def _with_ids(doc: str, found: dict[str, Reference]) -> tuple[Reference, ...]:
    """Each entry with an id that stays the same while document and marker, or document and work, are the same."""
    given = collections.Counter(reference.marker for reference in found.values())
    named = []
    for key, reference in found.items():
        name = reference.marker if given[reference.marker] == 1 else None
        name = name or hashlib.sha256(key.encode()).hexdigest()[:10]
        named.append(dataclasses.replace(reference, ref_id=f"{doc}#ref-{name}"))
    return tuple(named)
