"""Gains and losses: the sign first."""

from __future__ import annotations

import csv

import pytest

from litclaims.errors import GoldError
from litclaims.evaluate.diff import FOUND, LOST, NEWLY_WRONG, NO_LONGER_WRONG, compare, items_of, write_changes
from litclaims.evaluate.score import Score
from litclaims.evaluate.serialise import read_items, to_json, write_json


@pytest.fixture
def golds(annotate):
    return [annotate(0, 5, 1), annotate(10, 15, 2), annotate(20, 25, 3)]


@pytest.fixture
def difference(scored, golds):
    """``difference(predictions before, predictions after)``."""

    def build(before, after):
        return compare(items_of(scored(golds, before)), items_of(scored(golds, after)))

    return build


def test_a_planted_gain_is_a_gain(difference, predict):
    """Before: the first. After: the first and the second. Gain: the second, at 10; the third is still missed."""
    found = difference([predict(0, 5, 1)], [predict(0, 5, 1), predict(10, 15, 2, rule="new")])
    assert [(change.change, change.start, change.was, change.now, change.rule) for change in found.gains] == [
        (FOUND, 10, "silent", "right", "new")
    ]
    assert found.losses == ()
    assert [change.start for change in found.still_missed] == [20]


def test_a_planted_loss_is_a_loss(difference, predict):
    """The same the other way round; the rule is the one that once found it."""
    found = difference([predict(0, 5, 1), predict(10, 15, 2, rule="old")], [predict(0, 5, 1)])
    assert [(change.change, change.start, change.was, change.now, change.rule) for change in found.losses] == [
        (LOST, 10, "right", "silent", "old")
    ]
    assert found.gains == ()


def test_a_prediction_that_turns_wrong_is_lost_and_newly_wrong(difference, predict):
    """The claim at 0 was right and is misread: one claim lost, one prediction newly wrong."""
    found = difference([predict(0, 5, 1)], [predict(0, 5, 9)])
    assert [(change.change, change.was, change.now) for change in found.losses] == [
        (LOST, "right", "misread"),
        (NEWLY_WRONG, "", "wrong_value"),
    ]
    assert found.gains == ()


def test_a_wrong_prediction_that_goes_is_a_gain(difference, predict):
    found = difference([predict(50, 55, 9)], [])
    assert [(change.change, change.start) for change in found.gains] == [(NO_LONGER_WRONG, 50)]
    assert found.losses == ()


def test_a_wrong_prediction_that_stays_is_no_change(difference, predict):
    found = difference([predict(50, 55, 9)], [predict(50, 55, 9)])
    assert (found.gains, found.losses) == ((), ())
    assert len(found.still_missed) == 3


def test_a_second_copy_of_a_wrong_prediction_is_newly_wrong_once(difference, predict):
    found = difference([predict(50, 55, 9)], [predict(50, 55, 9), predict(50, 55, 9)])
    assert [change.change for change in found.losses] == [NEWLY_WRONG]


def test_documents_of_one_side_are_told_and_not_compared(scored, golds, predict):
    one = scored(golds, [predict(0, 5, 1)], doc="a.txt")
    other = scored(golds, [], doc="b.txt")
    found = compare(items_of(one), items_of(other))
    assert (found.gains, found.losses, found.still_missed, found.uncompared) == ((), (), (), 2)


def test_claims_that_gold_gained_are_told_and_not_compared(scored, golds, predict):
    found = compare(items_of(scored(golds[:2], [])), items_of(scored(golds, [predict(20, 25, 3)])))
    assert (found.gains, found.uncompared) == ((), 1)


def test_a_saved_score_is_the_same_score(scored, golds, predict, tmp_path, annotate):
    gold = annotate(0, 5, 1, stated={"route": ("oral",)})
    score = scored([gold, *golds[1:]], [predict(0, 5, 1), predict(10, 15, 7), predict(50, 55, 1)])
    path = tmp_path / "new" / "score.json"
    write_json(path, to_json(score))
    assert read_items(path) == items_of(score)
    assert [entry.name for entry in path.parent.iterdir()] == ["score.json"]


def test_a_saved_score_tells_its_totals(scored, golds, predict):
    """1 right, 1 misread by a wrong value, 1 silent, of 3: recall 1/3, precision 1/2."""
    total = to_json(scored(golds, [predict(0, 5, 1), predict(10, 15, 7)]))["total"]["figures"]["all figures"]
    assert (total["right"], total["misread"], total["silent"], total["wrong"]) == (1, 1, 1, 1)
    assert (total["precision"], total["recall"]) == (0.5, pytest.approx(1 / 3))


@pytest.mark.parametrize(
    "content",
    ["{", "[]", '{"format": 2}', '{"format": 1}', '{"format": 1, "files": [{"gold": "g"}]}'],
)
def test_a_file_that_is_no_saved_score_is_refused(tmp_path, content):
    path = tmp_path / "score.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(GoldError, match=r"score\.json"):
        read_items(path)


def test_an_unknown_label_is_refused(tmp_path, scored, golds):
    saved = to_json(scored(golds, []))
    saved["files"][0]["items"][0]["label"] = "fine"
    write_json(tmp_path / "score.json", saved)
    with pytest.raises(GoldError, match="label 'fine'"):
        read_items(tmp_path / "score.json")


def test_changes_are_written_with_their_place(difference, predict, tmp_path):
    write_changes(difference([predict(0, 5, 1)], [predict(10, 15, 2)]), tmp_path / "out")
    rows = {}
    for name in ("losses", "gains", "still_missed"):
        with (tmp_path / "out" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows[name] = list(csv.DictReader(file))
    assert [(row["change"], row["start"]) for row in rows["losses"]] == [("lost", "0")]
    assert [(row["change"], row["start"]) for row in rows["gains"]] == [("found", "10")]
    assert [(row["doc"], row["start"], row["figure"]) for row in rows["still_missed"]] == [("a.txt", "20", "xxxxx")]


def test_a_formula_in_a_text_is_written_as_text(scored, annotate, tmp_path):
    score = scored([annotate(0, 5, 1)], [], doc="=cmd|1!A1")
    write_changes(compare(items_of(score), items_of(score)), tmp_path)
    with (tmp_path / "still_missed.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["doc"] == "'=cmd|1!A1"


def test_an_empty_score_has_no_change():
    assert compare({}, items_of(Score(()))).uncompared == 0
