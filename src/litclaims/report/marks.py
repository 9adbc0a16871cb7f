"""A document's text with what was found in it marked by kind: for a notebook as HTML, else as plain text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from litclaims.model import Claim, Mention
from litclaims.report.cells import harmless, interval_text

COLOURS = {
    "claim": "#ffd54f",
    "route": "#a6d3f2",
    "target": "#a8dcc9",
    "condition": "#f7bda4",
    "cell_type": "#d9c2ea",
    "basis": "#d5d9a3",
    "species": "#c9c3b8",
    "quantity": "#fff0b3",
    "citation": "#d8dee4",
}
"""The ground of each kind, all light: the text on them is black, in a dark notebook too."""

MAX_SHOWN = 200_000
"""Characters of a text that are shown; a browser gets slow beyond, and ``text`` holds all of it."""

_OPEN, _CLOSE = "⟦", "⟧"
_BLOCK = "font:inherit;line-height:1.6;white-space:pre-wrap;overflow-wrap:anywhere;max-width:48em"
_MARK = "background:{};color:#111;border-radius:3px;padding:0 2px"


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A marked stretch of a text.

    Attributes:
        start, end: half-open, in characters.
        kind: ``claim`` for a figure that is claimed, else the kind of a :class:`litclaims.model.Mention`.
        note: what it is taken to be, e.g. ``40–200 million cells per session; route intramuscular``.
    """

    start: int
    end: int
    kind: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Highlight:
    """A text with its marks; ``str()`` gives it as plain text, a notebook shows it as HTML.

    Attributes:
        doc: name of the document.
        text: the whole text, as ingested.
        marks: in order of the text, not overlapping; of two that overlap the claim, else the longer one is kept.
    """

    doc: str
    text: str
    marks: tuple[Mark, ...]

    def __str__(self) -> str:
        """The text with each claimed figure as ``⟦40–200M = 40–200 million cells⟧``; other mentions are not marked."""
        return "".join(
            f"{_OPEN}{said} = {harmless(mark.note)}{_CLOSE}" if mark and mark.kind == "claim" else said
            for mark, said in self._parts(len(self.text))
        )

    def _repr_html_(self) -> str:
        """The text as safe HTML, up to :data:`MAX_SHOWN` characters of it, with a legend."""
        parts = Markup("").join(_html(mark, said) for mark, said in self._parts(MAX_SHOWN))
        kinds = [kind for kind in COLOURS if any(mark.kind == kind for mark in self.marks)]
        legend = Markup(" ").join(_html(Mark(0, 1, kind), kind.replace("_", " ")) for kind in kinds)
        rest = len(self.text) - MAX_SHOWN
        more = Markup("<p>… {:,} more characters</p>").format(rest) if rest > 0 else Markup("")
        head = Markup("<p><b>{}</b> {}</p>").format(harmless(self.doc), legend)
        page = Markup('<div>{}<div dir="ltr" style="{}">{}</div>{}</div>').format(head, _BLOCK, parts, more)
        return str(page)

    def _parts(self, end: int) -> Iterator[tuple[Mark | None, str]]:
        """The text in pieces up to a place, each with the mark that it bears."""
        at = 0
        for mark in self.marks:
            if mark.end > end:
                break
            yield None, harmless(self.text[at : mark.start])
            yield mark, harmless(self.text[mark.start : mark.end])
            at = mark.end
        yield None, harmless(self.text[at:end])


def highlighted(doc: str, text: str, marks: Iterable[Mark]) -> Highlight:
    """A text with marks that may overlap; those that do not lie within it are left out."""
    known = [mark for mark in marks if mark.kind in COLOURS and 0 <= mark.start < mark.end <= len(text)]
    return Highlight(doc, text, tuple(_apart(known)))


def claim_mark(start: int, end: int, **told: object) -> Mark:
    """The mark of a claim.

    Args:
        told: ``low``, ``high``, ``unit``, ``bound``, and what else a row of the table ``claims`` says.
    """
    means = interval_text(told["low"], told["high"], told["unit"], told["bound"])
    said = [
        f"{name.replace('_', ' ')} {told[name]}"
        for name in ("basis", "route", "target", "condition", "cell_type")
        if isinstance(told.get(name), str)
    ]
    return Mark(start, end, "claim", "; ".join([means, *said]))


def mention_marks(claims: Sequence[Claim], mentions: Sequence[Mention]) -> Iterator[Mark]:
    """The marks of all that is named in a document, and of what its claims hang on."""
    for mention in mentions:
        yield Mark(mention.span.start, mention.span.end, mention.kind, mention.label or "")
    for claim in claims:
        for slot in claim.slots:
            for span in slot.mentions:
                yield Mark(span.start, span.end, slot.name, ", ".join(slot.values))


def _apart(marks: Sequence[Mark]) -> list[Mark]:
    """The marks that overlap none that is worth more, in order."""
    kept: list[Mark] = []
    for mark in sorted(set(marks), key=lambda one: (one.kind != "claim", one.start - one.end, one)):
        at = bisect_left(kept, mark.start, key=lambda one: one.start)
        before_ends = kept[at - 1].end if at else 0
        if before_ends <= mark.start and (at == len(kept) or kept[at].start >= mark.end):
            kept.insert(at, mark)
    return kept


def _html(mark: Mark | None, said: str) -> Markup:
    if mark is None:
        return escape(said)
    weight = ";font-weight:600" if mark.kind == "claim" else ""
    title = f"{mark.kind.replace('_', ' ')}: {harmless(mark.note)}" if mark.note else mark.kind.replace("_", " ")
    style = _MARK.format(COLOURS[mark.kind]) + weight
    return Markup('<mark style="{}" title="{}">{}</mark>').format(style, title, said)
