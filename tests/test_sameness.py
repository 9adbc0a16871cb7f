"""However a run is done, it finds the same: by one thread or two processes, with its inputs in any order."""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd
import pytest

from litclaims import tables
from litclaims.evaluate.run import evaluate
from litclaims.evaluate.serialise import to_json
from litclaims.pipeline import compare_outcomes, run_local
from litclaims.workers import Runner

ROOT = Path(__file__).resolve().parents[1]
SEED = 3


@pytest.fixture(scope="module")
def shuffled(corpus_run, tmp_path_factory):
    """A run of the example documents by two processes, which are given in another order and read in other batches."""
    paths = [ROOT / "corpus" / outcome.doc for outcome in corpus_run.outcomes]
    random.Random(SEED).shuffle(paths)
    out = tmp_path_factory.mktemp("shuffled") / "outputs"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LITCLAIMS_BATCH_BYTES", "20000")
        return run_local(paths, out=out, runner=Runner("process", 2)), out


@pytest.mark.parametrize("name", tables.TABLES)
def test_every_table_is_the_same(corpus_run, shuffled, name):
    if name == "documents":
        one, two = (pd.read_csv(out / "documents.csv").drop(columns="seconds") for out in (corpus_run.out, shuffled[1]))
        pd.testing.assert_frame_equal(one, two)
        return
    assert (shuffled[1] / f"{name}.csv").read_bytes() == (corpus_run.out / f"{name}.csv").read_bytes()


def test_the_comparison_is_the_same_whichever_document_comes_first(corpus_outcomes):
    forth, back = compare_outcomes(corpus_outcomes), compare_outcomes(corpus_outcomes[::-1])
    assert set(map(repr, forth.verdicts)) == set(map(repr, back.verdicts))
    assert set(map(repr, forth.positions)) == set(map(repr, back.positions))


def test_the_score_is_the_same(corpus_outcomes, shuffled):
    def scored(outcomes):
        read = {outcome.doc: outcome.extraction for outcome in outcomes}
        return evaluate([ROOT / "corpus/gold/corpus.jsonl"], root=ROOT / "corpus", extract=lambda _, doc: read[doc])

    assert to_json(scored(shuffled[0].outcomes)) == to_json(scored(corpus_outcomes))
