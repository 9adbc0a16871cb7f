"""Builders of gold, predictions and scores. Session-wide, because they hold no state and Hypothesis shares them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from litclaims.evaluate.gold import GoldClaim, GoldDocument, GoldTrap
from litclaims.evaluate.score import DocumentScore, FileScore, Score, judge_claims
from litclaims.model import Claim, Document, Extraction, Quantity, Slot, Span

SHA = "a" * 64


def _decimal(value):
    return None if value is None else Decimal(str(value))


def _quantity(value, *, unit="cell", bound="exact", spread=None):
    """A value is a number, or a pair of ends."""
    low, high = value if isinstance(value, tuple) else (value, value)
    return Quantity(_decimal(low), _decimal(high), unit, bound, _decimal(spread))


@pytest.fixture(scope="session")
def predict():
    """``predict(start, end, value, measure="cell_dose", ...)`` → Claim; slots by name, as tuples."""

    def build(start, end, value, measure="cell_dose", *, rule="r", citations=(), slots=None, **quantity):
        filled = tuple(Slot(name, values) for name, values in (slots or {}).items())
        span = Span(start, end)
        return Claim(
            claim_id=f"{start}-{end}-{measure}",
            doc="a.txt",
            doc_id=SHA[:16],
            span=span,
            figure="x" * len(span),
            measure=measure,
            quantity=_quantity(value, **quantity),
            sentence=span,
            slots=filled,
            citations=citations,
            rule=rule,
        )

    return build


@pytest.fixture(scope="session")
def annotate():
    """``annotate(start, end, value, measure="cell_dose", ...)`` → GoldClaim; stated attributes by name, as tuples."""

    def build(start, end, value, measure="cell_dose", *, stated=None, **quantity):
        attributes = tuple((stated or {}).items())
        return GoldClaim("x" * (end - start), Span(start, end), measure, _quantity(value, **quantity), attributes)

    return build


@pytest.fixture(scope="session")
def gold_document():
    """``gold_document(claims, optional=(), traps=((start, end), ...))`` → GoldDocument without a file."""

    def build(claims=(), *, doc="a.txt", optional=(), traps=(), **more):
        told = tuple(GoldTrap("x" * (end - start), Span(start, end), "a blood count") for start, end in traps)
        return GoldDocument(doc, 1, None, "x" * 400, SHA, tuple(claims), tuple(optional), told, **more)

    return build


@pytest.fixture(scope="session")
def scored(gold_document):
    """``scored(golds, predictions, ...)`` → a Score of one file with one document."""

    def build(golds, claims, *, gold="g.jsonl", sha256=SHA, doc="a.txt", **more):
        items = judge_claims(gold_document(golds, doc=doc, **more), claims, text="x" * 400)
        return Score((FileScore(gold, sha256, (DocumentScore(doc, items),)),))

    return build


@pytest.fixture
def write_gold(tmp_path):
    """``write_gold(line, line, ...)`` → path of a gold file in a folder of its own; a line is an object or raw text."""

    def build(*lines, name="g.jsonl") -> Path:
        path = tmp_path / "gold" / name
        path.parent.mkdir(exist_ok=True)
        raw = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
        path.write_text("\n".join(raw) + "\n", encoding="utf-8")
        return path

    return build


@pytest.fixture(scope="session")
def extraction():
    """``extraction(text, claims, doc="a.txt")`` → Extraction of a plain text."""

    def build(text, claims=(), *, doc="a.txt", **more):
        return Extraction(Document(doc, doc, "text/plain", text, SHA), tuple(claims), **more)

    return build
