"""The labelled pairs: enough of each verdict, and flags as good as they must be."""

from collections import Counter
from dataclasses import replace

import pytest

from benchmarks.pairs import Judged, judge_pair, read_pairs, score, told
from litclaims.model import VERDICTS


@pytest.fixture(scope="module")
def judged():
    return [judge_pair(label) for label in read_pairs()]


def test_there_are_enough_pairs_of_every_verdict():
    counts = Counter(label["verdict"] for label in read_pairs())
    assert sum(counts.values()) >= 150
    assert set(counts) == set(VERDICTS)
    assert min(counts.values()) >= 10
    assert sum("text_a" in label for label in read_pairs()) >= 40


def test_flags_are_precise_and_complete(judged):
    assert score(judged).reached, told(judged)


def test_no_pair_that_is_not_comparable_is_flagged(judged):
    barred = [one.label["id"] for one in judged if one.label["verdict"] == "not_comparable" and one.verdict.flag]
    assert barred == []


def test_a_wrong_flag_costs_precision_and_a_missing_one_recall(judged):
    flagged = next(one for one in judged if one.label["flag"])
    quiet = next(one for one in judged if one.label["verdict"] == "not_comparable")
    wrong = Judged(quiet.label, replace(quiet.verdict, flag=True))
    found = score([flagged, wrong, Judged(flagged.label, None)])
    assert (found.precision, found.recall, found.barred, found.reached) == (0.5, 0.5, 1, False)
