"""PubMed's own format for reference managers (``.nbib``, MEDLINE display): a list of works, or one with its abstract.

Tags as the NLM describes them (MEDLINE/PubMed Data Element (Field) Descriptions, nlm.nih.gov).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from litclaims.ingest import _records
from litclaims.ingest._records import Entry
from litclaims.ingest.decode import decode
from litclaims.ingest.outline import Layout

SUFFIXES = (".nbib",)
"""Known by its content too: PubMed saves the same as ``.txt``."""

MEDIA_TYPE = "application/nbib"

ENTRY = re.compile(r"^\ufeff?PMID- ", re.MULTILINE)

_LINE = re.compile(r"^\ufeff?(?P<tag>[A-Z]{2,4}) {0,2}- (?P<value>.*)$")
_OPENS = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,20}PMID- \d{1,9}\s")
_MARKED = re.compile(r"(?P<value>\S{3,200}) \[(?P<kind>doi|pii)\]")


def matches(raw: bytes) -> bool:
    """True if the first line is the number of a record."""
    return _OPENS.match(raw) is not None


def read(raw: bytes, *, source: object) -> Layout:
    """The layout of a file: of one record with an abstract that article, of others the list.

    Raises:
        InputError: it is not UTF-8, or holds no record that can be read.
    """
    return _records.lay_out(list(entries(decode(raw, source=source))), source=source, what="PubMed")


def entries(text: str) -> Iterator[Entry | None]:
    """The records of a file in order, None for one that cannot be read."""
    return map(_entry, _records.stretches(text.replace("\r\n", "\n").replace("\r", "\n"), ENTRY))


def _entry(stretch: str) -> Entry | None:
    said = _fields(stretch)
    one = {tag: " ".join(values[:1]) for tag, values in said.items()}
    ids = [match for value in (*said.get("LID", ()), *said.get("AID", ())) for match in _MARKED.finditer(value)]
    return _records.entry(
        {
            "key": one.get("PMID"),
            "title": one.get("TI") or one.get("TT") or one.get("BTI"),
            "journal": one.get("TA") or one.get("JT"),
            "date": _day(one.get("DEP", "")) or one.get("DP"),
            "volume": one.get("VI"),
            "issue": one.get("IP"),
            "pages": one.get("PG"),
            "doi": next((match["value"] for match in ids if match["kind"] == "doi"), None),
            "pmid": one.get("PMID"),
            "pmcid": one.get("PMC"),
            "nct": " ".join((*said.get("SI", ()), one.get("AB", ""))),
            "url": None,
            "accessed": None,
            "abstract": one.get("AB"),
            "note": None,
        },
        names=[*said.get("AU", ()), *said.get("CN", ())],
        keywords=[word.strip("* ") for word in (*said.get("OT", ()), *said.get("MH", ()))],
    )


def _day(digits: str) -> str:
    """``20110301`` as an ISO date; empty for anything else."""
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}" if re.fullmatch(r"\d{8}", digits) else ""


def _fields(stretch: str) -> dict[str, list[str]]:
    """The values of each tag; a line that is set in goes on with the one before it."""
    found: dict[str, list[str]] = {}
    last: list[str] = []
    for line in stretch.split("\n"):
        match = _LINE.match(line.rstrip())
        if match is not None:
            last = found.setdefault(match["tag"], [])
            last.append(match["value"].strip())
        elif line.startswith(" ") and last:
            last[-1] += f" {line.strip()}"
    return found
