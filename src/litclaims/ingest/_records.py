"""Records of reference managers and databases, whatever their format: a work, with its abstract where it has one.

A file of one record with an abstract is laid out as that article; any other as the list of works that it is, in which
no abstract is told: :mod:`litclaims.inputs.records` makes each of those a document of its own.
"""

from __future__ import annotations

import dataclasses
import html
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litclaims.errors import InputError
from litclaims.ingest.build import Builder, Run
from litclaims.ingest.outline import Layout
from litclaims.model import Reference, Repair

LEFT_OUT = "entry that cannot be read left out"
"""The repair of a list of which an entry is broken."""

MIN_NOTE_WORDS = 8
"""A shorter note is a remark on the file or the loan (``Accession Number: 123``), no text on the work."""

_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_DATE = re.compile(r"(?<!\d)(?P<y>(?:1[5-9]|20)\d\d)(?:[-/](?P<m>0[1-9]|1[0-2])(?:[-/](?P<d>[0-2]\d|3[01]))?)?(?!\d)")
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]{1,200}")
_PMID = re.compile(
    r"(?:\bPMID:?\s{0,2}|\bpubmed/|pubmed\.ncbi\.nlm\.nih\.gov/|^)(\d{4,9})(?:\[pmid\]|\b(?!\.\d))", re.IGNORECASE
)
_PMCID = re.compile(r"PMC\d{2,9}", re.IGNORECASE)
_NCT = re.compile(r"\bNCT\d{8}\b")
_RESOLVER = re.compile(r"https?://(?:dx\.)?doi\.org/", re.IGNORECASE)
_DASHES = re.compile(r"\s*(?:-{2,}|[‐‑‒–—])\s*")
_BREAKS = re.compile(
    r"</?(?:jats:)?(?:p|title|sec|div|h[1-6]|li)\b[^<>]{0,100}>|<br\b[^<>]{0,20}>|\n[ \t]*\n", re.IGNORECASE
)
_TAGS = re.compile(
    r"(<(?P<close>/?)(?:jats:)?(?P<name>sup|sub|i|b|u|em|strong|bold|italic|span|sc|list|ul|ol)\b[^<>]{0,100}>)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as its file has it.

    Attributes:
        fields: of :class:`litclaims.model.Reference`, those that it says.
        abstract: its paragraphs, with tags and entities as in the file.
        notes: further texts on the work.
        keywords: its terms.
        date: as much of an ISO date as is known.
    """

    fields: Mapping[str, Any]
    abstract: str = ""
    notes: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    date: str | None = None

    @property
    def is_text(self) -> bool:
        """True if it says more of the work than what and where it is."""
        return bool(self.abstract.strip() or self.notes)


def entry(said: Mapping[str, str | None], *, names: Sequence[str], keywords: Sequence[str] = ()) -> Entry | None:
    """The record of what a file says, None if that is neither title, name nor identifier.

    Args:
        said: ``key``, ``title``, ``journal``, ``date``, ``volume``, ``issue``, ``pages``, ``doi``, ``pmid``,
            ``pmcid``, ``nct``, ``url``, ``accessed``, ``abstract``, ``note``: texts of the file.
        names: of its authors, ``Doe JA``.
    """
    told = {name: (value or "").strip() for name, value in said.items()}
    told |= {name: " ".join(value.split()) for name, value in told.items() if name not in ("abstract", "note")}
    doi, dated = _DOI.search(told["doi"]), _DATE.search(told["date"])
    title = "".join(run.text for run in runs(told["title"])).strip()
    if not (title or names or doi):
        return None
    year, accessed = _YEAR.search(told["date"]), _DATE.search(told["accessed"])
    journal = html.unescape(told["journal"])
    fields = {
        "key": told["key"],
        "authors": tuple(names),
        "first_author": names[0] if names else None,
        "title": title if title.endswith(("...", "…")) else title.rstrip(" ."),
        "journal": journal.rstrip(" .") if journal.count(".") == 1 else journal,
        "year": int(year.group()) if year else None,
        "volume": told["volume"],
        "issue": told["issue"],
        "pages": _DASHES.sub("-", told["pages"]).strip("-"),
        "doi": doi.group().rstrip(".,;") if doi else None,
        "pmid": match.group(1) if (match := _PMID.search(told["pmid"])) else None,
        "pmcid": match.group().upper() if (match := _PMCID.search(told["pmcid"])) else None,
        "nct": match.group() if (match := _NCT.search(told.get("nct", ""))) else None,
        "url": None if _RESOLVER.match(told["url"]) else told["url"],
        "accessed": accessed.group().replace("/", "-") if accessed and accessed["d"] else None,
    }
    note = told["note"] if len(told["note"].split()) >= MIN_NOTE_WORDS else ""
    date = "-".join(part for part in dated.groups() if part) if dated else None
    kept = {name: value for name, value in fields.items() if value}
    return Entry(kept, told["abstract"], (note,) if note else (), tuple(filter(None, keywords)), date)


def name(text: str) -> str:
    """``Murphy MP`` of ``Murphy, M. P.`` or ``Mary P. Murphy``; a name in braces or of one part stays as it is."""
    text = " ".join(text.split())
    if text.startswith("{"):
        return text.strip("{}")
    surname, comma, given = text.partition(",")
    if not comma:
        given, _, surname = text.rpartition(" ")
        if re.fullmatch(r"[A-Z]{1,3}", surname):  # initials behind the name, as databases write them
            return text
    initials = "".join(part[0] for part in re.split(r"[\s.,-]+", given) if part[:1].isupper())
    return f"{surname.strip()} {initials}".strip() if surname.strip() else ""


def lay_out(found: Sequence[Entry | None], *, source: object, what: str) -> Layout:
    """The layout of a file's records; None stands for one that cannot be read.

    Raises:
        InputError: there is none that can be read.
    """
    kept = [each for each in found if each is not None]
    if not kept:
        told = "its entry cannot be read" if found else f"holds no {what} entry"
        raise InputError(told, source=source, remedy="mend it, or export it again")
    builder = Builder(source)
    if len(found) == 1 and kept[0].is_text:
        return _article(kept[0], builder)
    heading = builder.add("heading", "References", level=1)
    references = tuple(_listed(kept, builder))
    layout = builder.layout(references=references)
    lost = len(found) - len(kept)
    if lost and heading is not None:
        repairs = (Repair(builder.span_of(heading), LEFT_OUT),) * lost
        layout = dataclasses.replace(layout, repairs=(*repairs, *layout.repairs))
    return layout


def _listed(entries: Sequence[Entry], builder: Builder) -> Iterator[Reference]:
    for each in entries:
        index = builder.add("paragraph", citation(each.fields))
        if index is not None:
            yield Reference(ref_id="", doc="", raw=builder.text_of(index), span=builder.span_of(index), **each.fields)


def _article(one: Entry, builder: Builder) -> Layout:
    """A record as the article that it tells of: title, where it stands, abstract, key words, notes."""
    told = one.fields
    if told.get("title"):
        builder.add("title", told["title"])
    ids = [told.get("journal", ""), _labelled("PMID: ", told.get("pmid")), _labelled("doi:", told.get("doi"))]
    builder.add("paragraph", ". ".join(part for part in ids if part))
    for heading, texts in (
        ("Abstract", _BREAKS.split(one.abstract)),
        ("Keywords", ["; ".join(one.keywords)]),
        ("Notes", [part for note in one.notes for part in _BREAKS.split(note)]),
    ):
        if any(text.strip() for text in texts):
            builder.add("heading", heading, level=1)
        for text in texts:
            builder.add("paragraph", runs(text))
    return builder.layout(authors=tuple(told.get("authors", ())), date=one.date, doi=told.get("doi"))


def citation(told: Mapping[str, Any]) -> str:
    """A work in one line, as the NLM prints it: ``Doe J. On cells. J Made. 2011;2(3):45-49. doi:10.1000/5``."""
    issue = f"({told['issue']})" if told.get("issue") else ""
    place = f";{told.get('volume', '')}{issue}" if told.get("volume") or issue else ""
    pages = f":{told['pages']}" if told.get("pages") else ""
    parts = (
        ", ".join(told.get("authors", ())),
        told.get("title"),
        told.get("journal"),
        f"{told.get('year', '')}{place}{pages}",
        _labelled("doi:", told.get("doi")),
        _labelled("PMID: ", told.get("pmid")),
        told.get("pmcid"),
        told.get("url"),
        _labelled("Accessed ", told.get("accessed")),
    )
    return ". ".join(part.rstrip(".") if part != told.get("doi") else part for part in parts if part)


def _labelled(label: str, value: str | None) -> str:
    return f"{label}{value}" if value else ""


def runs(text: str) -> list[Run]:
    """A text with tags and entities as runs: ``<sup>`` and ``<sub>`` are kept as what they say, others are dropped."""
    made: list[Run] = []
    raised = lowered = False
    at = 0
    for match in _TAGS.finditer(text):
        made.append(Run(html.unescape(text[at : match.start()]), raised=raised, lowered=lowered))
        at = match.end()
        if match["name"].lower() == "sup":
            raised = not match["close"]
        elif match["name"].lower() == "sub":
            lowered = not match["close"]
    made.append(Run(html.unescape(text[at:]), raised=raised, lowered=lowered))
    return [run for run in made if run.text]


def stretches(text: str, begin: re.Pattern[str]) -> Iterator[str]:
    """The entries of a text, each from where the pattern fits to where the next begins."""
    starts = [match.start() for match in begin.finditer(text)]
    for start, end in itertools.pairwise([*starts, len(text)]):
        yield text[start:end].strip()
