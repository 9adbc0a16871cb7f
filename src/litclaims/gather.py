"""What was read of all documents, gathered from the parts for comparing and writing.

Of few documents all is held. Of many the texts stay in their parts, and what names things in them: of each text its
sentences with claims are held, what tells of texts like it, and, packed, what the page shows of it. So the memory that
a run takes grows with the claims, not with the texts.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from litclaims.compare import Signature, signature
from litclaims.model import Claim, Excerpt, Extraction, Outcome, Slot
from litclaims.plan import Plan
from litclaims.report.page_texts import PageTexts
from litclaims.store.parts import Done, Parts

HELD = 1_000_000
"""Characters of all texts up to which they are held: of a few hundred abstracts, or of a dozen articles."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a run compares and writes.

    Attributes:
        outcomes: of every input; where texts are not held with an :class:`~litclaims.model.Excerpt` in place of each.
        signatures: of the texts, by name of the document.
        shown: what the page shows of them.
        parts, places: where the texts are kept: part and row, by name of the document.
    """

    outcomes: tuple[Outcome, ...]
    signatures: Mapping[str, Signature]
    shown: PageTexts
    parts: Parts
    places: Mapping[str, tuple[str, int]]
    _part: list[tuple[str, list[str]]] = field(default_factory=list)

    def text(self, doc: str) -> str:
        """The text of a document; those of its part are held until another part is asked for."""
        part, row = self.places[doc]
        if not self._part or self._part[0][0] != part:
            self._part[:] = [(part, self.parts.texts(part))]
        return self._part[0][1][row]

    def texts(self) -> Iterator[tuple[str, str]]:
        """Name and text of each document, part by part."""
        for doc in sorted(self.places, key=self.places.__getitem__):
            yield doc, self.text(doc)

    def extraction(self, doc: str) -> Extraction:
        """All that was read in a document."""
        part, row = self.places[doc]
        return self.parts.extractions(part)[row]


def gather(planned: Plan, read: Sequence[Done]) -> Gathered:
    """What was read of all documents, now and before.

    Args:
        read: what became of the inputs that were to be read.

    Raises:
        StoreError: a part is gone or damaged.
    """
    became = planned.became(read)
    chars = sum(done.chars for done in became.values())
    signatures: dict[str, Signature] = {}
    shown = PageTexts(chars)

    def take(outcome: Outcome) -> Outcome:
        if outcome.extraction is None:
            return outcome
        signatures[outcome.doc] = signature(outcome.extraction.document.text)
        shown.add(outcome.extraction)
        return outcome if chars <= HELD else replace(outcome, extraction=without_text(outcome.extraction))

    outcomes = planned.outcomes(read, take=take)
    places = {doc: (done.part, done.row) for doc, done in became.items() if done.part is not None}
    return Gathered(outcomes, signatures, shown, planned.parts, places)


def without_text(read: Extraction) -> Extraction:
    """An extraction as far as it is compared and written: an excerpt stands for its text."""
    spans = {claim.sentence for claim in read.claims} | {stance.span for stance in read.stances}
    excerpt = Excerpt(read.chars, {span: read.quote(span) for span in spans})
    document = replace(read.document, text="", blocks=(), origins=(), links=(), references=(), repairs=())
    claims = tuple(map(_bare, read.claims))
    return replace(read, document=document, claims=claims, unparsed=(), mentions=(), excerpt=excerpt)


def _bare(claim: Claim) -> Claim:
    """A claim without where its slots were read. Most slots say what many others do, and are held once."""
    return replace(claim, slots=tuple(_slot(replace(slot, mentions=())) for slot in claim.slots))


@functools.lru_cache(maxsize=1 << 14)
def _slot(slot: Slot) -> Slot:
    return slot
