"""Verdicts over the example documents, end to end, against those that a careful reader gave."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from litclaims.compare import Comparison
from litclaims.inputs import find_inputs
from litclaims.model import Position, Verdict
from litclaims.pipeline import compare_outcomes
from litclaims.reading import extract_input

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
PAIRS = [json.loads(line) for line in (CORPUS / "gold/pairs.jsonl").read_text(encoding="utf-8").splitlines()]

GRADES_STILL_OFF = 5
"""Pairs whose verdict is right and whose grade is not yet: a slot was read that the gold leaves unsaid."""


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare_outcomes([extract_input(item) for item in find_inputs([CORPUS]).items])


def holds(position: Position, pair: dict, side: str) -> bool:
    figures = set(pair[f"figure_{side}"].split("; "))
    return position.doc == pair[f"doc_{side}"] and set(position.figures) == figures


def verdicts(comparison: Comparison, pair: dict) -> list[Verdict]:
    """The verdicts on a pair of the gold, whichever side comes first."""
    return [
        verdict
        for verdict in comparison.verdicts
        if (verdict.level, verdict.measure) == (pair["level"], pair["measure"])
        and any(
            holds(verdict.a, pair, one) and holds(verdict.b, pair, other) for one, other in (("a", "b"), ("b", "a"))
        )
    ]


@pytest.mark.parametrize("pair", PAIRS, ids=[f"{pair['figure_a']} · {pair['figure_b']}" for pair in PAIRS])
def test_a_pair_gets_its_verdict(comparison, pair):
    found = verdicts(comparison, pair)
    assert (pair["verdict"], pair["flag"]) in [(verdict.verdict, verdict.flag) for verdict in found]


def test_the_grades_are_right_but_for_a_few(comparison):
    off = [pair for pair in PAIRS if pair["grade"] not in [verdict.grade for verdict in verdicts(comparison, pair)]]
    assert len(off) <= GRADES_STILL_OFF, [(pair["figure_a"], pair["figure_b"]) for pair in off]
