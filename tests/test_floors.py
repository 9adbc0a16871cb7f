"""What was once reached is held: floors under the score of each gold file, that only go up."""

from __future__ import annotations

from pathlib import Path

import pytest

from litclaims.evaluate import run_evaluation

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT / "../shared"
FLOORS = Path(__file__).with_name("floors.json")

GOLD = {
    "corpus": (ROOT / "corpus/gold/corpus.jsonl", ROOT / "corpus"),
    "formats": (ROOT / "corpus/gold/formats.jsonl", ROOT / "corpus"),
    "hard": (ROOT / "tests/gold/hard.jsonl", ROOT / "tests/gold"),
    "blind": (ROOT / "tests/gold/blind.jsonl", ROOT / "tests/gold"),
    "fresh": (ROOT / "tests/gold/fresh.jsonl", ROOT / "tests/gold"),
    "records": (ROOT / "tests/gold/records.jsonl", ROOT / "tests/gold"),
    "pages": (ROOT / "tests/gold/pages.jsonl", ROOT / "tests/gold"),
    "seeds": (SHARED / "gold/seeds.jsonl", SHARED / "seeds"),
    "trials": (SHARED / "gold/trials.jsonl", SHARED),
    "papers": (SHARED / "gold/papers.jsonl", SHARED),
}


@pytest.mark.parametrize("name", GOLD)
def test_the_score_reaches_its_floors(name):
    gold, root = GOLD[name]
    if not gold.is_file():
        pytest.skip("the shared data is not here")
    told, code = run_evaluation(
        [gold],
        root=root,
        save=None,
        baseline=None,
        out=None,
        floors=FLOORS,
        update_floors=False,
        allow_regression=False,
        show_all=False,
    )
    if "changed" in told and name not in ("corpus", "formats", "hard"):
        pytest.skip("the shared gold is not the one that the floors were pinned on: pin them again")
    assert code == 0, told
