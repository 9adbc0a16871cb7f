"""Scores of figures: pure functions of gold and predictions; every count is a tally of judged items.

A prediction is *right* if a gold claim of the same document and measure overlaps it and has the same unit and value,
one to one. Anything else that is predicted is *wrong*, in one of four ways; a gold claim that is missed is *misread*
(a wrong prediction overlaps it) or *silent*. Predictions that only speak of optional claims count for nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from litclaims.evaluate import attributes, counts, entries, match
from litclaims.evaluate.attributes import AttributeCounts, Judgement
from litclaims.evaluate.counts import WRONG, Counts
from litclaims.evaluate.entries import Entry
from litclaims.evaluate.gold import GoldClaim, GoldDocument
from litclaims.model import DOSE_MEASURES, MEASURES, Claim, Extraction, Quantity, Span, Unparsed

ALL_DOSES, ALL_FIGURES = "all doses", "all figures"
"""Rows of a score table besides the measures."""

CONTEXT_CHARS = 90
"""Characters of context on each side of a figure: about a line of a terminal each."""


@dataclass(frozen=True, slots=True)
class Item:
    """A gold claim, found or missed, or a prediction that is wrong.

    Attributes:
        label: a field of :class:`~litclaims.evaluate.counts.Counts`.
        start, end, measure, figure: gold's for a gold claim, the prediction's for a wrong prediction.
        got: what was predicted there, empty for a silent one; the reason if the figure was seen and left unparsed.
        want: what gold holds there, empty for a spurious one; for a trap, why it is none.
        rule: the rule that read the figure.
        attributes: of a right figure.
    """

    label: str
    doc: str
    start: int
    end: int
    measure: str
    figure: str
    got: str = ""
    want: str = ""
    rule: str = ""
    context: str = ""
    attributes: tuple[Judgement, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentScore:
    """The score of one document; ``failure`` says why it could not be read, None if it was."""

    doc: str
    items: tuple[Item, ...] = ()
    entries: tuple[Entry, ...] = ()
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class FileScore:
    """The score of one gold file; ``sha256`` is that of the annotations and their texts."""

    gold: str
    sha256: str
    documents: tuple[DocumentScore, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """Every judged figure, in order of documents."""
        return tuple(item for document in self.documents for item in document.items)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every judged reference and stance."""
        return tuple(entry for document in self.documents for entry in document.entries)


@dataclass(frozen=True, slots=True)
class Score:
    """The scores of all gold files of a run."""

    files: tuple[FileScore, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """Every judged figure of every file."""
        return tuple(item for file in self.files for item in file.items)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every judged reference and stance of every file."""
        return tuple(entry for file in self.files for entry in file.entries)


def score_document(gold: GoldDocument, extraction: Extraction | None, *, failure: str | None = None) -> DocumentScore:
    """The score of one document; without an extraction all that gold holds is silent."""
    text = gold.text if extraction is None else extraction.document.text
    claims = () if extraction is None else extraction.claims
    unparsed = () if extraction is None else extraction.unparsed
    judged: list[Entry] = []
    if gold.references is not None:
        judged += entries.judge_references(gold.references, () if extraction is None else extraction.references)
    if gold.stances is not None:
        judged += entries.judge_stances(gold.stances, () if extraction is None else extraction.stances)
    items = judge_claims(gold, claims, text=text or "", unparsed=unparsed)
    return DocumentScore(gold.doc, items, tuple(judged), failure)


def judge_claims(
    gold: GoldDocument, claims: Iterable[Claim], *, text: str = "", unparsed: Sequence[Unparsed] = ()
) -> tuple[Item, ...]:
    """Every gold claim of a document and every wrong prediction, judged; the order of the inputs does not matter.

    Args:
        claims: the predictions for this document.
        text: what the offsets index, for the context of each item.
        unparsed: figures seen and left alone, for the reason of a silence.

    Returns:
        Items in order of the text. Predictions on optional claims are left out.
    """
    claims = sorted(claims, key=_canonical)
    golds = sorted(gold.claims, key=lambda item: (item.span, item.measure, repr(item)))
    touching = match.overlaps(golds, claims)
    partner = match.assign(_right_edges(golds, claims, touching))
    wrong = _wrong(gold, golds, claims, touching, partner)
    items = [
        _right(gold.doc, item, claims[partner[index]])
        if index in partner
        else _missed(gold.doc, item, [claims[other] for other in touching[index] if other in wrong], unparsed)
        for index, item in enumerate(golds)
    ]
    items += [_wrong_item(gold.doc, claims[index], *told) for index, told in wrong.items()]
    items.sort(key=lambda item: (item.start, item.end, item.measure, item.label, item.got, item.want, item.rule))
    return tuple(_with_context(item, text) for item in items)


def counts_by_row(items: Iterable[Item]) -> dict[str, Counts]:
    """The score table: all doses, each measure that gold or predictions hold, all figures.

    A wrong prediction counts under the measure it was given, a gold claim under its own. Totals are sums of counts.
    """
    labels: dict[str, list[str]] = {}
    for item in items:
        labels.setdefault(item.measure, []).append(item.label)
    rows = {measure: counts.tally(labels[measure]) for measure in MEASURES if measure in labels}
    doses = sum((rows[measure] for measure in DOSE_MEASURES if measure in rows), Counts())
    return {ALL_DOSES: doses, **rows, ALL_FIGURES: sum(rows.values(), Counts())}


def attribute_counts(items: Iterable[Item], *, doses_only: bool = False) -> dict[str, AttributeCounts]:
    """Counts of each attribute over the right figures, in order of :data:`~.attributes.ATTRIBUTES`."""
    judged = attributes.tally(
        judgement for item in items if not doses_only or item.measure in DOSE_MEASURES for judgement in item.attributes
    )
    return {name: judged[name] for name in attributes.ATTRIBUTES if name in judged}


def told_quantity(quantity: Quantity, measure: str) -> str:
    """A value as a reader of the score sees it: ``cell_dose 2e+06..5e+06 cell (range)``."""
    low, high = ("" if end is None else f"{float(end):.6g}" for end in (quantity.low, quantity.high))
    value = low if low == high else f"{low}..{high}"
    return f"{measure} {value} {quantity.unit} ({quantity.bound})"


def _canonical(claim: Claim) -> tuple[Span, str, str]:
    """A total order of predictions but for identical ones, which are interchangeable."""
    facts = (claim.quantity, claim.slots, claim.citations, claim.rule, claim.figure, claim.sentence, claim.confidence)
    return claim.span, claim.measure, repr(facts)


def _agrees(gold: GoldClaim, claim: Claim) -> bool:
    return gold.measure == claim.measure and match.same_quantity(gold.quantity, claim.quantity)


def _right_edges(
    golds: Sequence[GoldClaim], claims: Sequence[Claim], touching: Sequence[Sequence[int]]
) -> dict[tuple[int, int], float]:
    return {
        (index, other): match.likeness(item.span, claims[other].span)
        for index, item in enumerate(golds)
        for other in touching[index]
        if _agrees(item, claims[other])
    }


def _wrong(
    gold: GoldDocument,
    golds: Sequence[GoldClaim],
    claims: Sequence[Claim],
    touching: Sequence[Sequence[int]],
    partner: dict[int, int],
) -> dict[int, tuple[str, str]]:
    """Index of each wrong prediction → its label and what gold holds there."""
    optional = _turned(match.overlaps(gold.optional, claims), len(claims))
    traps = _turned(match.overlaps(gold.traps, claims), len(claims))
    under = _turned(touching, len(claims))
    right = set(partner.values())
    wrong = {}
    for index, claim in enumerate(claims):
        if index in right:
            continue
        told = _judge_leftover(
            claim,
            under=[golds[other] for other in under[index]],
            missed=[golds[other] for other in under[index] if other not in partner],
            optional=[gold.optional[other] for other in optional[index]],
            traps=[gold.traps[other].why for other in traps[index]],
        )
        if told is not None:
            wrong[index] = told
    return wrong


def _judge_leftover(
    claim: Claim,
    *,
    under: Sequence[GoldClaim],
    missed: Sequence[GoldClaim],
    optional: Sequence[GoldClaim],
    traps: Sequence[str],
) -> tuple[str, str] | None:
    """Label of a prediction that is not right, and what gold holds there; None if it counts for nothing.

    The nearest reading wins: first gold claims and optional ones of the prediction's own measure, then traps, then
    claims of other measures.
    """
    same = [item for item in under if item.measure == claim.measure]
    if any(_agrees(item, claim) for item in optional):
        return None
    if same:
        said_twice = not any(item in missed for item in same) and any(_agrees(item, claim) for item in same)
        return "spurious" if said_twice else "wrong_value", _told(_nearest(claim, missed, same))
    if any(item.measure == claim.measure for item in optional):
        return None
    if traps and claim.measure in DOSE_MEASURES:
        return "trapped", f"no dose: {traps[0]}"
    if under:
        return "wrong_measure", _told(_nearest(claim, missed, under))
    return None if optional else ("spurious", "")


def _nearest(claim: Claim, missed: Sequence[GoldClaim], among: Sequence[GoldClaim]) -> GoldClaim:
    """The gold claim a reader should see beside a wrong prediction: missed ones first, then the largest overlap."""
    return max(among, key=lambda item: (item in missed, match.likeness(item.span, claim.span)))


def _turned(lists: Sequence[Sequence[int]], size: int) -> list[list[int]]:
    """Neighbours of gold items as neighbours of predictions."""
    turned: list[list[int]] = [[] for _ in range(size)]
    for index, others in enumerate(lists):
        for other in others:
            turned[other].append(index)
    return turned


def _told(item: GoldClaim | Claim) -> str:
    return told_quantity(item.quantity, item.measure)


def _right(doc: str, gold: GoldClaim, claim: Claim) -> Item:
    judged = attributes.judge_attributes(gold, claim)
    return _item("right", doc, gold, got=_told(claim), want=_told(gold), rule=claim.rule, attributes=judged)


def _missed(doc: str, gold: GoldClaim, wrong: Sequence[Claim], unparsed: Sequence[Unparsed]) -> Item:
    if wrong:
        got, rule = "; ".join(_told(claim) for claim in wrong), "; ".join(claim.rule for claim in wrong)
        return _item("misread", doc, gold, got=got, want=_told(gold), rule=rule)
    reasons = [f"unparsed: {figure.reason}" for figure in unparsed if figure.span.overlaps(gold.span)]
    return _item("silent", doc, gold, got="; ".join(reasons), want=_told(gold))


def _wrong_item(doc: str, claim: Claim, label: str, want: str) -> Item:
    return _item(label, doc, claim, got=_told(claim), want=want, rule=claim.rule)


def _item(label: str, doc: str, at: GoldClaim | Claim, **told) -> Item:
    return Item(label, doc, at.span.start, at.span.end, at.measure, at.figure, **told)


def _with_context(item: Item, text: str) -> Item:
    return dataclasses.replace(item, context=_context(text, item.start, item.end))


def _context(text: str, start: int, end: int) -> str:
    """The figure in its text, on one line, cut at words."""
    before = text[max(0, start - CONTEXT_CHARS) : start]
    after = text[end : end + CONTEXT_CHARS]
    if start > CONTEXT_CHARS:
        before = "…" + before.partition(" ")[2]
    if end + CONTEXT_CHARS < len(text):
        after = after.rpartition(" ")[0] + "…"
    return " ".join(f"{before}{text[start:end]}{after}".split())


def wrong_items(items: Iterable[Item]) -> Iterator[Item]:
    """Predictions that are not right."""
    return (item for item in items if item.label in WRONG)
