"""Floors: held, raised, and lowered only as a visible act. Every value differs from every other."""

from __future__ import annotations

import json

import pytest

from litclaims.errors import GoldError
from litclaims.evaluate.gate import FileFloors, Floor, check, read_floors, update, write_floors

SHA = "a" * 64


@pytest.fixture
def score(scored, annotate, predict):
    """``score(right, silent, spurious)`` → a score of so many doses."""

    def build(right, silent, spurious, **more):
        golds = [annotate(at * 10, at * 10 + 5, 1) for at in range(right + silent)]
        claims = [predict(at * 10, at * 10 + 5, 1) for at in range(right)]
        claims += [predict(200 + at * 10, 205 + at * 10, 1) for at in range(spurious)]
        return scored(golds, claims, **more)

    return build


def floors(precision, recall, max_wrong, *, row="cell_dose", sha256=SHA):
    return {"g.jsonl": FileFloors(sha256, {row: Floor(precision, recall, max_wrong)})}


def test_a_score_on_its_floors_holds(score):
    """3 right, 1 silent, 2 spurious: precision 3/5, recall 3/4, 2 wrong."""
    assert check(score(3, 1, 2), floors(0.6, 0.75, 2)) == []


@pytest.mark.parametrize(
    ("pinned", "told"),
    [
        (floors(0.61, 0.75, 2), "precision 0.6000 is below its floor 0.6100"),
        (floors(0.6, 0.76, 2), "recall 0.7500 is below its floor 0.7600"),
        (floors(0.6, 0.75, 1), "2 wrong, at most 1 allowed"),
    ],
)
def test_each_floor_is_held_by_itself(score, pinned, told):
    assert [breach.told for breach in check(score(3, 1, 2), pinned)] == [told]


def test_a_difference_in_the_last_bit_is_no_breach(score):
    assert check(score(3, 1, 2), floors(0.6 + 5e-10, 0.75, 2)) == []


def test_the_smallest_real_loss_is_a_breach(score):
    """Two ratios of 9999 and 9998 are 1.0e-8 apart, ten times the tolerance."""
    assert check(score(3, 1, 2), floors(0.6 + 1e-8, 0.75, 2)) != []


def test_a_system_that_turned_silent_breaks_precision_and_recall(score):
    told = [breach.told for breach in check(score(0, 4, 0), floors(0.6, 0.75, 2))]
    assert told == ["precision undefined is below its floor 0.6000", "recall 0.0000 is below its floor 0.7500"]


def test_a_row_that_vanished_breaks_its_floors(score):
    assert [breach.row for breach in check(score(3, 1, 2), floors(0.5, None, 2, row="volume"))] == ["volume"]


def test_a_gold_file_without_floors_is_a_breach(score):
    (breach,) = check(score(3, 1, 2, gold="new.jsonl"), floors(0.6, 0.75, 2))
    assert str(breach).startswith("new.jsonl: has no floors")


def test_a_changed_corpus_is_a_breach_and_is_not_compared(score):
    (breach,) = check(score(3, 1, 2), floors(0.99, 0.98, 0, sha256="b" * 64))
    assert "annotations or texts changed" in breach.told


def test_an_update_raises_and_never_lowers(score):
    """Reached: precision 3/5, recall 3/4, 2 wrong. Pinned: 0.9, 0.5, 7. Then: 0.9 stays, 0.75 and 2 are new."""
    pinned = update(score(3, 1, 2), floors(0.9, 0.5, 7))
    assert pinned["g.jsonl"].rows["cell_dose"] == Floor(0.9, 0.75, 2)


def test_an_update_pins_rows_that_had_no_floor(score):
    rows = update(score(3, 1, 2), {})["g.jsonl"].rows
    assert rows["cell_dose"] == rows["all doses"] == rows["all figures"] == Floor(0.6, 0.75, 2)


def test_an_update_keeps_rows_and_files_that_were_not_scored(score):
    other = {"z.jsonl": FileFloors("c" * 64, {"age": Floor(0.4, 0.3, 5)})}
    pinned = update(score(3, 1, 2), {**floors(0.2, 0.1, 9, row="volume"), **other})
    assert pinned["g.jsonl"].rows["volume"] == Floor(0.2, 0.1, 9)
    assert pinned["z.jsonl"] == other["z.jsonl"]


def test_an_allowed_regression_takes_the_score_as_it_is(score):
    pinned = update(score(3, 1, 2), floors(0.9, 0.5, 1), allow_regression=True)
    assert pinned["g.jsonl"].rows["cell_dose"] == Floor(0.6, 0.75, 2)
    assert check(score(3, 1, 2), pinned) == []


def test_a_changed_corpus_is_pinned_again_only_as_a_visible_act(score):
    stale = floors(0.9, 0.5, 1, sha256="b" * 64)
    with pytest.raises(GoldError, match="--allow-regression"):
        update(score(3, 1, 2), stale)
    assert update(score(3, 1, 2), stale, allow_regression=True)["g.jsonl"].sha256 == SHA


def test_floors_come_back_as_they_were_written(score, tmp_path):
    """2 right, 1 silent, 1 spurious: 2/3 does not end in decimals and must come back to the last bit."""
    path = tmp_path / "floors.json"
    pinned = update(score(2, 1, 1), {})
    write_floors(path, pinned)
    assert read_floors(path) == pinned
    assert check(score(2, 1, 1), read_floors(path)) == []
    assert [entry.name for entry in tmp_path.iterdir()] == ["floors.json"]


SOUND = {"precision": 0.5, "recall": None, "max_wrong": 3}


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"g": []}',
        '{"g": {"sha256": "a"}}',
        *(
            json.dumps({"g": {"sha256": "a", "rows": {"age": row}}})
            for row in (
                {"precision": 0.5},
                {**SOUND, "precision": 1.5},
                {**SOUND, "recall": True},
                {**SOUND, "max_wrong": -1},
                {**SOUND, "max_wrong": None},
                {**SOUND, "max_wrong": 2.5},
                {**SOUND, "f1": 0.4},
            )
        ),
    ],
)
def test_floors_with_a_fault_are_refused(tmp_path, content):
    path = tmp_path / "floors.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(GoldError, match=r"floors\.json"):
        read_floors(path)


def test_missing_floors_are_refused(tmp_path):
    with pytest.raises(GoldError, match="cannot be read"):
        read_floors(tmp_path / "floors.json")


def test_attributes_are_held_by_how_many_doses_have_them_right(score):
    """Three right doses, each with its bound and span; a fourth would be needed."""
    held = {"g.jsonl": FileFloors(SHA, {}, {"bound": 3})}
    broken = {"g.jsonl": FileFloors(SHA, {}, {"bound": 4, "route": 1})}
    assert check(score(3, 1, 2), held) == []
    assert [str(breach) for breach in check(score(3, 1, 2), broken)] == [
        "g.jsonl: bound: right of 3 doses, at least 4 required",
        "g.jsonl: route: right of 0 doses, at least 1 required",
    ]


def test_an_update_raises_the_floors_of_attributes_and_writes_them(score, tmp_path):
    pinned = update(score(3, 1, 2), {"g.jsonl": FileFloors(SHA, {}, {"bound": 2, "route": 5})})
    assert pinned["g.jsonl"].attributes["bound"] == 3
    assert pinned["g.jsonl"].attributes["route"] == 5
    write_floors(tmp_path / "floors.json", pinned)
    assert read_floors(tmp_path / "floors.json") == pinned


def test_attribute_floors_that_are_no_counts_are_refused(tmp_path):
    path = tmp_path / "floors.json"
    path.write_text(json.dumps({"g.jsonl": {"sha256": SHA, "rows": {}, "attributes": {"route": 0.5}}}))
    with pytest.raises(GoldError, match="no counts"):
        read_floors(path)
