"""A small run made by hand: two documents that disagree about a dose, one that could not be read."""

from __future__ import annotations

from decimal import Decimal

from litclaims.model import (
    Claim,
    Document,
    Extraction,
    Outcome,
    Position,
    Quantity,
    Reference,
    Slot,
    Span,
    Stance,
    Verdict,
)
from litclaims.report.rows import frames

TEXT = "Cell dosing\n\nGive 40–200M cells\nper session. Evidence is thin [1]."
FIGURE = "40–200M"
SENTENCE = "Give 40–200M cells\nper session."
HOSTILE = "=cmd()|'/C calc'!A0 <script>alert(1)</script> [bold]x[/bold] \x00\x1b[31m\u202e \r\n\tend, \"quoted\""


def span_of(part: str, text: str = TEXT) -> Span:
    start = text.index(part)
    return Span(start, start + len(part))


def make_document(doc: str = "a.txt", text: str = TEXT, **given) -> Document:
    fields = {"source": f"in/{doc}", "media_type": "text/plain", "sha256": "a" * 64, "title": "Cell dosing"}
    return Document(**({"doc": doc, "text": text} | fields | given))


def make_claim(**given) -> Claim:
    fields = {
        "claim_id": "c1",
        "doc": "a.txt",
        "doc_id": "a" * 16,
        "span": span_of(FIGURE),
        "figure": FIGURE,
        "measure": "cell_dose",
        "quantity": Quantity(
            low=Decimal("4e7"), high=Decimal("2e8"), unit="cell", bound="range", repairs=("one", "two")
        ),
        "sentence": span_of(SENTENCE),
        "slots": (
            Slot("route", ("intramuscular", "intravenous"), ("R:1", None), step="heading"),
            Slot("target", ("knee",), (None,), step="clause"),
            Slot("basis", ("session",), step="clause"),
            Slot("status", ("recommended",)),
        ),
        "citations": ("1",),
        "rule": "range",
        "confidence": 0.9,
    }
    return Claim(**(fields | given))


def make_position(name: str, doc: str, low: str | None, high: str | None, **given) -> Position:
    fields = {
        "level": "route",
        "doc_id": "a" * 16,
        "measure": "cell_dose",
        "unit": "cell",
        "claim_ids": (f"{name}-1",),
        "figures": ("40–200M",),
        "sentence": SENTENCE,
    }
    ends = {"low": None if low is None else Decimal(low), "high": None if high is None else Decimal(high)}
    return Position(**({"position_id": name, "doc": doc} | ends | fields | given))


def make_verdict(name: str, a: Position, b: Position, **given) -> Verdict:
    fields = {
        "level": "route",
        "measure": "cell_dose",
        "unit": "cell",
        "verdict": "overlap",
        "grade": "partial",
        "flag": True,
        "severity": 0.6,
        "reason": "The two ranges share only 40–50 million cells; one side does not state the route.",
        "rule": "interval",
    }
    return Verdict(**({"pair_id": name, "a": a, "b": b} | fields | given))


def make_outcomes() -> list[Outcome]:
    read = Extraction(
        make_document(),
        claims=(make_claim(),),
        references=(
            Reference(
                "r1", "a.txt", "1. Doe J.\nA made-up trial. 2019.", Span(0, 4), marker="1", year=2019, doi="10.1/x"
            ),
        ),
        stances=(Stance("a.txt", "cell therapy", "knee pain", "insufficient", span_of("Evidence is thin [1].")),),
    )
    other = Extraction(make_document("b.txt", sha256="b" * 64, title=None))
    return [
        Outcome("z.pdf", "in/z.pdf", "failed", "the file is encrypted"),
        Outcome("b.txt", "in/b.txt", "ok", extraction=other, seconds=0.25),
        Outcome("a.txt", "in/a.txt", "ok", extraction=read, seconds=0.5),
    ]


def make_positions() -> list[Position]:
    return [
        make_position("p1", "a.txt", "4e7", "2e8", basis="session"),
        make_position(
            "p2",
            "b.txt",
            "2e6",
            "5e7",
            route=("intramuscular",),
            figures=("2–5", "10–20", "30–50M"),
            sentence="Use 30–50M.",
        ),
        make_position(
            "p3", "c.txt", "4e7", None, route=("intramuscular",), figures=("≥40M",), sentence="At least ≥40M."
        ),
    ]


def make_verdicts(positions: list[Position]) -> list[Verdict]:
    one, two, three = positions
    return [
        make_verdict("v3", one, three, verdict="agree", flag=False, severity=0.0, reason="Both hold the same."),
        make_verdict("v1", one, two, overlap_low=Decimal("4e7"), overlap_high=Decimal("5e7")),
        make_verdict("v2", two, three, verdict="disjoint", severity=0.9, gap_fold=Decimal("2.5")),
    ]


def make_frames():
    positions = make_positions()
    return frames(make_outcomes(), positions, make_verdicts(positions))


def make_hostile_frames():
    """The same run with hostile text in every free-text place."""
    text = f"{HOSTILE} {'x' * 10_000}"
    document = make_document("=a.txt", text=text, title=HOSTILE)
    claim = make_claim(
        doc="=a.txt", span=Span(0, len(HOSTILE)), figure=HOSTILE, sentence=Span(0, len(text)), section=HOSTILE
    )
    read = Extraction(
        document,
        claims=(claim,),
        references=(Reference("r1", "=a.txt", HOSTILE, Span(0, 4), title=HOSTILE, url="javascript:alert(1)"),),
        stances=(Stance("=a.txt", HOSTILE, "-5", "supports", Span(0, 9)),),
    )
    outcomes = [Outcome("=a.txt", HOSTILE, "ok", extraction=read), Outcome("-b", "+c", "failed", HOSTILE)]
    ours = make_position("p1", "=a.txt", "1", "2", figures=(HOSTILE,), sentence=text, basis=HOSTILE)
    theirs = make_position("p2", "@b", "5", None, figures=("-5",), sentence="-5", route=(HOSTILE,))
    return frames(outcomes, [ours, theirs], [make_verdict("v1", ours, theirs, reason=HOSTILE)])
