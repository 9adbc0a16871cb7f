"""RIS, as EndNote, Zotero and publishers write it (rispy): a list of works, or one work with its abstract."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from litclaims.ingest import _records
from litclaims.ingest._records import Entry
from litclaims.ingest.decode import decode
from litclaims.ingest.outline import Layout

SUFFIXES = (".ris",)

MEDIA_TYPE = "application/x-research-info-systems"

ISOLATED = True

ENTRY = re.compile(r"^\ufeff?TY  ?-", re.MULTILINE)

_LINE = re.compile(r"^\ufeff?(?P<tag>[A-Z][A-Z0-9])  ?-(?:[ \t](?P<value>.*))?$")
_TAG, _TAG_WITHIN = b"TY  - ", 2_000
_OPENS = re.compile(rb"(?:\xef\xbb\xbf)?(?:[^\r\n]{0,200}\r?\n){0,8}?TY  - [A-Z]{2,8}\s")
_JOURNALS = ("journal_name", "secondary_title", "alternate_title3", "alternate_title1", "alternate_title2")
_JOINED = ("abstract", "notes_abstract")


def matches(raw: bytes) -> bool:
    """True if a record begins within the first lines: some programs write a few of their own before it."""
    return raw.find(_TAG, 0, _TAG_WITHIN) >= 0 and _OPENS.match(raw) is not None


def read(raw: bytes, *, source: object) -> Layout:
    """The layout of a file: of one record with an abstract that article, of others the list.

    Raises:
        InputError: it is not UTF-8, or holds no record that can be read.
    """
    return _records.lay_out(list(entries(decode(raw, source=source))), source=source, what="RIS")


def entries(text: str) -> Iterator[Entry | None]:
    """The records of a file in order, None for one that cannot be read; one that lacks its end is read as it is."""
    return map(_entry, _records.stretches(text.replace("\r\n", "\n").replace("\r", "\n"), ENTRY))


def _entry(stretch: str) -> Entry | None:
    import rispy

    try:
        listed = rispy.loads(_closed(stretch), skip_unknown_tags=True)
    except (OSError, ValueError, KeyError, IndexError, rispy.parser.ParseError):
        return None
    if not listed:
        return None
    said = listed[0]
    urls = [*said.get("urls", ()), *said.get("file_attachments2", ()), *said.get("file_attachments1", ())]
    urls = [url for url in urls if isinstance(url, str)]
    notes = _texts(said.get("notes"))
    ids = [said.get("accession_number", ""), *urls, *notes]
    pages = [said.get("start_page", ""), said.get("end_page", "")]
    return _records.entry(
        {
            "key": said.get("id") or said.get("reference_id"),
            "title": said.get("title") or said.get("primary_title"),
            "journal": next((said[name] for name in _JOURNALS if said.get(name)), None),
            "date": said.get("year") or said.get("publication_year") or said.get("date"),
            "volume": said.get("volume"),
            "issue": said.get("number") or said.get("issue"),
            "pages": "-".join(page for page in pages if page),
            "doi": said.get("doi") or " ".join(urls),
            "pmid": next((each for each in ids if re.search(r"pubmed|pmid|^\d{6,9}$", each, re.IGNORECASE)), None),
            "pmcid": " ".join((said.get("custom2", ""), *ids)),
            "nct": " ".join((said.get("title", ""), said.get("abstract", ""), *ids)),
            "url": next(iter(said.get("urls", ())), None),
            "accessed": said.get("access_date"),
            "abstract": next((said[name] for name in _JOINED if said.get(name)), None),
            "note": "\n\n".join(notes),
        },
        names=[each for each in map(_records.name, said.get("authors") or said.get("first_authors") or ()) if each],
        keywords=_texts(said.get("keywords")),
    )


def _texts(value: object) -> Sequence[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _closed(text: str) -> str:
    """A record of tags alone, with its end: a line of another shape goes on with the line before it.

    An abstract that is written as several lines of its tag is one text.
    """
    lines: list[str] = []
    for line in text.lstrip("\ufeff").split("\n"):
        match = _LINE.match(line.rstrip())
        if match is None and line.strip() and lines:
            lines[-1] += f" {line.strip()}"
        elif match is not None and match["tag"] != "ER":
            value = (match["value"] or "").strip()
            if lines and match["tag"] in ("AB", "N2") and lines[-1].startswith(f"{match['tag']}  - "):
                lines[-1] += f" {value}"
            else:
                lines.append(f"{match['tag']}  - {value}")
        elif match is not None:
            break
    return "\n".join([*lines, "ER  - ", ""])
