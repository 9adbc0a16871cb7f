"""The nouns of litclaims: frozen, JSON-able dataclasses that every other module speaks in.

What the text says (surface, offsets) and what we take it to mean (value, unit, id) are kept apart. Offsets are
character offsets into ``Document.text``, start inclusive, end exclusive. Values are exact (:class:`decimal.Decimal`).
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

MEASURES = (
    "cell_dose",
    "platelet_dose",
    "particle_dose",
    "mass_dose",
    "volume",
    "concentration",
    "frequency",
    "interval",
    "doses",
    "duration",
    "follow_up",
    "sample_size",
    "age",
    "proportion",
    "threshold",
    "count",
)
"""What a figure can be a figure of."""

DOSE_MEASURES = ("cell_dose", "platelet_dose", "particle_dose")
"""The measures that are scored on their own, and first."""

BOUNDS = ("exact", "range", "approximate", "less_than", "at_most", "greater_than", "at_least")
STATUSES = ("recommended", "reported", "cited", "planned", "hypothetical", "negated")
STANCES = ("supports", "against", "insufficient", "mixed")
BLOCK_KINDS = ("title", "heading", "paragraph", "list_item", "caption", "cell", "footnote")
LEVELS = ("site", "route")
VERDICTS = (
    "agree",
    "contained",
    "overlap",
    "disjoint",
    "magnitude_suspect",
    "convertible_if",
    "bound_conflict",
    "inherited",
    "misquoted",
    "not_comparable",
)
GRADES = ("same", "partial", "cross")
STATES = ("new", "open", "changed", "resolved", "reopened")
DOCUMENT_STATUSES = ("ok", "unchanged", "skipped", "failed", "missing")
"""What became of a document: read now, as an earlier run read it, not of a kind that is read, not readable, gone."""

DUPLICATE_KINDS = ("same", "near", "changed")


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """A half-open stretch of characters, ``start <= i < end``. Two spans are equal when both ends are."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"Span({self.start}, {self.end}) is not 0 <= start <= end")

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """True if the two share at least one character; an empty span shares none."""
        return max(self.start, other.start) < min(self.end, other.end)

    def contains(self, other: Span) -> bool:
        """True if every character of ``other`` is one of ours."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a cell stands in its table; rows and columns are counted from 0, spans cover further ones.

    Attributes:
        table: number of the table in the document, counted from 0.
        header: True for a cell that says what the others in its column or row are.
    """

    table: int
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    header: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a stretch of the ingested text stands in the original.

    Attributes:
        page: counted from 1.
        box: left, bottom, right, top in points from the page's lower left corner.
        path: of the element (``/article/body/sec[2]/p[1]``), paragraph or cell (``table[1]/row[2]/cell[3]``).
    """

    span: Span
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A marker that the format links; ``kind`` is ``bibr``, ``fn``, ``table`` or ``fig``, ``targets`` its keys."""

    span: Span
    kind: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repair:
    """What ingest changed on the way from the original to the text, e.g. ``exponent restored from superscript``."""

    span: Span
    name: str


@dataclass(frozen=True, slots=True)
class Block:
    """A title, heading, paragraph, list item, or a table's caption, cell or footnote.

    Attributes:
        kind: one of :data:`BLOCK_KINDS`.
        span: its characters, list marker and white space around it left out.
        level: of a heading its rank (1 is the highest), of a list item its nesting (1 is the outermost), else 0.
        heading_path: the indices in ``Document.blocks`` of what it stands under, outermost first: headings, list
            items that head others, and sentences that end in a colon; of a cell then the table's caption, the
            headers of its column and the labels of its row.
        page: page number where the format has pages, counted from 1.
        cell: its place in its table, None for all but cells.
        notes: the indices of the footnotes that it refers to.
    """

    kind: str
    span: Span
    level: int = 0
    heading_path: tuple[int, ...] = ()
    page: int | None = None
    cell: Cell | None = None
    notes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One input as ingested.

    Attributes:
        doc: the path relative to the folder that was given, or the file's name. Unique in a run.
        source: where it came from, as the user gave it.
        media_type: e.g. ``text/plain``, ``text/markdown``.
        text: the text that all offsets index, after ingest.
        sha256: of the raw bytes, 64 hexadecimal digits.
        blocks: in order of the text, not overlapping.
        title: the title's text, None if there is none.
        authors: as the document gives them, in order.
        date: of publication, as much of an ISO date as is known.
        doi: its own.
        language: two-letter code (ISO 639-1), None if it is not known.
        origins: in order of the text, not overlapping; where each stretch stands in the original.
        links: markers that the format itself links, in order.
        references: entries of the reference list that the format itself structures.
        repairs: what ingest changed, in order.
    """

    doc: str
    source: str
    media_type: str
    text: str
    sha256: str
    blocks: tuple[Block, ...] = ()
    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    doi: str | None = None
    language: str | None = None
    origins: tuple[Origin, ...] = ()
    links: tuple[Link, ...] = ()
    references: tuple[Reference, ...] = ()
    repairs: tuple[Repair, ...] = ()

    @property
    def doc_id(self) -> str:
        """Short id of the content: the first 16 digits of its SHA-256."""
        return self.sha256[:16]

    def origins_of(self, span: Span) -> tuple[Origin, ...]:
        """Where the characters of a span stand in the original, in order; empty where the format keeps no places."""
        first = bisect_right(self.origins, span.start, key=lambda origin: origin.span.end)
        last = bisect_left(self.origins, span.end, lo=first, key=lambda origin: origin.span.start)
        return self.origins[first:last]


@dataclass(frozen=True, slots=True)
class Mention:
    """Something that the text names, with the rule that found it.

    Attributes:
        kind: ``quantity``, ``route``, ``target``, ``cell_type``, ``condition``, ``species``, ``basis``, ``citation``,
            ``cue``.
        surface: the characters of the span.
        rule: name of the rule or vocabulary row that fired.
        label: canonical name, None for an unparsed one.
        id: identifier in an ontology (``UBERON:0001465``), None if none is verified.
        block: index of its block in ``Document.blocks``.
    """

    kind: str
    surface: str
    span: Span
    rule: str
    block: int
    label: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in canonical units, as the guide defines it.

    Attributes:
        low, high: inclusive ends; a point has ``low == high``, an open side is None.
        unit: canonical unit: ``cell``, ``cell/kg``, ``mL``, ``d``, ``1/d``, ``1``.
        bound: one of :data:`BOUNDS`.
        spread: half-width said with ±, in the same unit.
        repairs: every repair of the text on the way, e.g. ``lost superscript read from context``.
        guessed: True if one of the repairs was a guess: such a value never raises a conflict by itself.
    """

    low: Decimal | None
    high: Decimal | None
    unit: str
    bound: str = "exact"
    spread: Decimal | None = None
    repairs: tuple[str, ...] = ()
    guessed: bool = False

    def __post_init__(self) -> None:
        if self.low is None and self.high is None:
            raise ValueError("a quantity needs at least one end")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low {self.low} is above high {self.high}")
        if self.bound not in BOUNDS:
            raise ValueError(f"bound {self.bound!r} is not one of {', '.join(BOUNDS)}")


@dataclass(frozen=True, slots=True)
class Slot:
    """One filled attribute of a claim and how it was filled.

    Attributes:
        name: ``route``, ``target``, ``condition``, ``cell_type``, ``basis``, ``species``, ``status``.
        values: canonical names in order of the text.
        ids: ontology ids, one for each value, None where there is none.
        step: which context gave it: ``clause``, ``sentence``, ``item``, ``heading``, ``before``,
            ``after``, ``document``.
        mentions: where it was read, empty for what was inferred.
    """

    name: str
    values: tuple[str, ...]
    ids: tuple[str | None, ...] = ()
    step: str = ""
    mentions: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure of one document, with what it hangs on. ``text[span] == figure`` always holds.

    Attributes:
        claim_id: stable across runs while document, measure, value and sentence are the same, wherever they stand.
        slots: what it hangs on; at most one slot a name.
        citations: markers (``3``) or reference keys attached to the statement.
        section: the headings above it, joined with `` > ``.
        sentence: its sentence.
        rule: the rule that read the figure.
        confidence: 0–1; a guessed repair or a far context lowers it.
        origin: where the figure stands in the original, for a person: ``page 3, box 72 500 110 512``, an element path.
    """

    claim_id: str
    doc: str
    doc_id: str
    span: Span
    figure: str
    measure: str
    quantity: Quantity
    sentence: Span
    slots: tuple[Slot, ...] = ()
    citations: tuple[str, ...] = ()
    section: str = ""
    page: int | None = None
    rule: str = ""
    confidence: float = 1.0
    origin: str = ""

    def slot(self, name: str) -> Slot | None:
        """The slot of that name, None if it was left unsaid."""
        return next((slot for slot in self.slots if slot.name == name), None)

    def values(self, name: str) -> tuple[str, ...]:
        """The values of a slot, empty if unsaid."""
        slot = self.slot(name)
        return () if slot is None else slot.values

    def value(self, name: str) -> str | None:
        """The first value of a slot, None if unsaid."""
        values = self.values(name)
        return values[0] if values else None


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of a reference list; missing fields are None. ``accessed`` is an ISO date.

    ``key`` is the format's own id for it (``B12``), to which a :class:`Link` points.
    """

    ref_id: str
    doc: str
    raw: str
    span: Span
    marker: str | None = None
    first_author: str | None = None
    title: str | None = None
    journal: str | None = None
    year: int | None = None
    volume: str | None = None
    pages: str | None = None
    doi: str | None = None
    pmid: str | None = None
    url: str | None = None
    accessed: str | None = None
    key: str | None = None
    authors: tuple[str, ...] = ()
    issue: str | None = None
    pmcid: str | None = None
    nct: str | None = None


@dataclass(frozen=True, slots=True)
class Stance:
    """What a document holds of an intervention for a condition; ``stance`` is one of :data:`STANCES`."""

    doc: str
    intervention: str
    condition: str
    stance: str
    span: Span


@dataclass(frozen=True, slots=True)
class Unparsed:
    """A figure that was seen and could not be read surely, with the reason. Silent is better than wrong."""

    doc: str
    span: Span
    figure: str
    reason: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is held of a text that was left where it is kept.

    Attributes:
        chars: characters of the text.
        quotes: the sentences of claims and stances on one line each, by their spans.
    """

    chars: int
    quotes: Mapping[Span, str]


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was read in one document.

    Attributes:
        mentions: all that a document with claims names, in order, for who shows its text.
        keys: the identifiers that it gives for itself (``doi:…``, ``pmid:…``), None where nobody looked for them.
        excerpt: what is held in place of the text of the document, None where that is here.
    """

    document: Document
    claims: tuple[Claim, ...] = ()
    references: tuple[Reference, ...] = ()
    stances: tuple[Stance, ...] = ()
    unparsed: tuple[Unparsed, ...] = ()
    mentions: tuple[Mention, ...] = ()
    keys: tuple[str, ...] | None = None
    excerpt: Excerpt | None = None

    @property
    def chars(self) -> int:
        """Characters of the text."""
        return len(self.document.text) if self.excerpt is None else self.excerpt.chars

    def quote(self, span: Span) -> str:
        """The sentence of a claim or stance, on one line: every run of white space as one space."""
        if self.excerpt is not None:
            return self.excerpt.quotes[span]
        return " ".join(self.document.text[span.start : span.end].split())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input: an extraction, or the reason why there is none.

    Attributes:
        status: one of :data:`DOCUMENT_STATUSES`.
        reason: why it was skipped or failed, one sentence; empty when ok.
        lasting: False if the same bytes may be read another way next time: a disk or a server did not answer, or a
            reader was ended for its time or memory.
        input_sha256: of the bytes that were read, see :func:`litclaims.inputs.digest`; None if that is not known.
    """

    doc: str
    source: str
    status: str
    reason: str = ""
    extraction: Extraction | None = None
    seconds: float = 0.0
    lasting: bool = True
    input_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A document that repeats another.

    Attributes:
        doc: its name.
        of: the name of the source, the first of them by name.
        kind: ``same`` text, ``near`` to it, or ``changed``: near, but each claims what the other does not, so that both
            are compared.
    """

    doc: str
    of: str
    kind: str


@dataclass(frozen=True, slots=True)
class Position:
    """What one document holds of one measure, as the interval that its claims span.

    Attributes:
        level: ``site`` (one route, basis, site, condition and cell type) or ``route`` (the envelope over the sites
            and conditions of one route).
        low, high: the envelope in canonical units; an open side is None.
        figures: the claims' figures as written.
        bound: the claims' bound if they share one, else ``range``.
        sentence: the sentence of the claim that leads it, as text.
        guessed: True if every claim rests on a guessed repair.
    """

    position_id: str
    level: str
    doc: str
    doc_id: str
    measure: str
    unit: str
    low: Decimal | None
    high: Decimal | None
    bound: str = "range"
    route: tuple[str, ...] = ()
    basis: str | None = None
    target: tuple[str, ...] = ()
    condition: tuple[str, ...] = ()
    cell_type: str | None = None
    species: str | None = None
    status: str | None = None
    claim_ids: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()
    sentence: str = ""
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """How two positions of one measure stand to each other, and why.

    Attributes:
        pair_id: stable across runs, the same whichever side comes first.
        verdict: one of :data:`VERDICTS`.
        grade: one of :data:`GRADES`.
        flag: True if a reader should look at it.
        severity: 0–1, falls with the grade.
        reason: one plain sentence.
        overlap_low, overlap_high: the shared interval, None if there is none.
        gap_fold: for disjoint intervals the ratio of the nearest ends, at least 1; else None.
        rule: the comparison rule that gave it.
        state: against the last run of the ledger, one of :data:`STATES`.
        match, unsaid, differ: the facets in which the two match, which one side leaves open, and which differ.
        share: how much of the narrower interval the shared one is, 0–1.
    """

    pair_id: str
    level: str
    measure: str
    unit: str
    verdict: str
    grade: str
    flag: bool
    severity: float
    reason: str
    a: Position
    b: Position
    overlap_low: Decimal | None = None
    overlap_high: Decimal | None = None
    gap_fold: Decimal | None = None
    rule: str = ""
    state: str = "new"
    match: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    differ: tuple[str, ...] = ()
    share: Decimal | None = None


def to_json(value: Any) -> Any:
    """A noun as plain JSON types: dataclasses as objects, tuples as lists, exact values as strings."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, (tuple, list)):
        return [to_json(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    return value
