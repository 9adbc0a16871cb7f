"""The page on verdicts: its examples come out of the example documents, and it misses no verdict."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from litclaims.compare.rules import name, rules
from litclaims.model import STATES, VERDICTS
from litclaims.pipeline import compare_outcomes

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "verdicts.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(
    r"^### (\w+)(, flagged|, not flagged|)\n`([^`]+)` · `([^`]+)`: `([^`]+)` · `([^`]+)`$", re.MULTILINE
)
EXAMPLES = EXAMPLE.findall(PAGE)


@pytest.fixture(scope="module")
def verdicts(corpus_outcomes):
    return compare_outcomes(corpus_outcomes).verdicts


@pytest.mark.parametrize("example", EXAMPLES, ids=[example[0] for example in EXAMPLES])
def test_an_example_comes_out_as_the_page_says(example, verdicts):
    said, flagged, *where = example
    doc_a, doc_b, figures_a, figures_b = where
    wanted = {(doc_a, frozenset(figures_a.split("; "))), (doc_b, frozenset(figures_b.split("; ")))}
    found = [v for v in verdicts if {(side.doc, frozenset(side.figures)) for side in (v.a, v.b)} == wanted]
    assert (said, flagged == ", flagged") in {(v.verdict, v.flag) for v in found}


def test_the_page_has_an_example_of_every_verdict_that_the_documents_hold(verdicts):
    held = {verdict.verdict for verdict in verdicts}
    assert {example[0] for example in EXAMPLES} == held
    assert set(re.findall(r"^### (\w+)", PAGE, re.MULTILINE)) >= set(VERDICTS)


def test_the_rules_stand_in_the_order_in_which_they_are_tried():
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == [name(rule) for rule in rules()]


def test_the_states_are_named():
    assert all(f"`{state}`" in PAGE for state in STATES)
