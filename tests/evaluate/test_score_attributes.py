"""What a right figure hangs on, held against gold."""

from __future__ import annotations

import pytest

from litclaims.evaluate.attributes import AttributeCounts, judge_attributes, judge_values
from litclaims.evaluate.score import attribute_counts, judge_claims


@pytest.mark.parametrize(
    ("want", "got", "verdict"),
    [
        ((), (), "right"),
        (("knee",), ("knee",), "right"),
        (("knee", "hip"), ("hip", "knee"), "right"),
        (("HIV infection",), ("hiv  infection",), "right"),
        (("knee", "hip"), ("knee",), "partial"),
        (("knee",), ("knee", "hip"), "partial"),
        (("knee",), ("hip",), "wrong"),
        (("knee",), (), "silent"),
        ((), ("knee",), "spurious"),
    ],
)
def test_sets_of_values_are_judged(want, got, verdict):
    assert judge_values("target", want, got).verdict == verdict


def verdicts(gold, claim):
    return {judgement.name: judgement.verdict for judgement in judge_attributes(gold, claim)}


def test_what_gold_does_not_state_is_not_judged(annotate, predict):
    found = verdicts(annotate(0, 5, 1), predict(0, 5, 1, slots={"route": ("oral",), "status": ("cited",)}))
    assert found == {"bound": "right", "span": "right"}


def test_null_is_judged_but_for_status_and_species(annotate, predict):
    stated = {"basis": (), "route": (), "status": (), "species": ()}
    found = verdicts(annotate(0, 5, 1, stated=stated), predict(0, 5, 1, slots={"basis": ("knee",)}))
    assert found == {"bound": "right", "basis": "spurious", "route": "right", "span": "right"}


def test_status_and_species_are_judged_where_gold_states_them(annotate, predict):
    gold = annotate(0, 5, 1, stated={"status": ("planned",), "species": ("mouse",)})
    found = verdicts(gold, predict(0, 5, 1, slots={"status": ("reported",)}))
    assert (found["status"], found["species"]) == ("wrong", "silent")


def test_bound_and_span_are_judged_exactly(annotate, predict):
    found = verdicts(annotate(0, 5, 1), predict(0, 6, 1, bound="approximate"))
    assert (found["bound"], found["span"]) == ("wrong", "wrong")


def test_citations_are_a_set(annotate, predict):
    gold = annotate(0, 5, 1, stated={"citations": ("3", "4")})
    assert verdicts(gold, predict(0, 5, 1, citations=("4", "3")))["citations"] == "right"
    assert verdicts(gold, predict(0, 5, 1, citations=("4",)))["citations"] == "partial"
    assert verdicts(gold, predict(0, 5, 1))["citations"] == "silent"


@pytest.mark.parametrize(
    ("want", "got", "verdict"), [(4, 4, "right"), (4, 5, "wrong"), (4, None, "silent"), (None, 4, "spurious")]
)
def test_the_spread_is_a_number(annotate, predict, want, got, verdict):
    assert verdicts(annotate(0, 5, 9, spread=want), predict(0, 5, 9, spread=got))["spread"] == verdict


def test_a_spread_that_neither_has_is_not_judged(annotate, predict):
    assert "spread" not in verdicts(annotate(0, 5, 9), predict(0, 5, 9))


def test_attributes_are_counted_on_right_figures_only(gold_document, annotate, predict):
    """Three doses: route right, route silent, value wrong (not judged): 1 of 2. With a volume's: 2 of 3."""
    stated = {"route": ("oral",)}
    golds = [annotate(at, at + 5, 1, stated=stated) for at in (0, 10, 20)]
    golds.append(annotate(30, 35, 1, "volume", stated=stated))
    oral = {"route": ("oral",)}
    claims = [predict(0, 5, 1, slots=oral), predict(10, 15, 1), predict(20, 25, 2, slots=oral)]
    claims.append(predict(30, 35, 1, "volume", slots=oral))
    items = judge_claims(gold_document(golds), claims)
    assert attribute_counts(items, doses_only=True)["route"] == AttributeCounts(right=1, silent=1)
    assert attribute_counts(items)["route"] == AttributeCounts(right=2, silent=1)
    assert attribute_counts(items, doses_only=True)["route"].accuracy == 0.5


def test_a_partial_hit_is_not_right():
    """1 right, 2 partial, 1 wrong: accuracy 1/4."""
    assert AttributeCounts(right=1, partial=2, wrong=1).accuracy == 0.25
    assert AttributeCounts().accuracy is None


@pytest.mark.parametrize(
    ("slots", "verdict"),
    [
        ({"route": ("oral",), "condition": ("stroke",)}, "right"),
        ({"route": ("oral",), "condition": ()}, "silent"),
        ({"route": ("rectal",), "condition": ()}, "wrong"),
    ],
    ids=["both right", "one unsaid", "one wrong"],
)
def test_a_tuple_is_right_where_route_and_condition_are(annotate, predict, slots, verdict):
    gold = annotate(0, 5, 1, stated={"route": ("oral",), "condition": ("stroke",)})
    assert verdicts(gold, predict(0, 5, 1, slots=slots))["tuple"] == verdict


@pytest.mark.parametrize(
    ("name", "want", "got", "verdict"),
    [
        ("condition", ["haemophilia B"], ["hemophilia B"], "right"),
        ("cell_type", ["mesenchymal stem cells"], ["mesenchymal stromal cell"], "right"),
        ("condition", ["haemophilia A"], ["hemophilia B"], "wrong"),
        ("condition", ["pain of the knee joint in haemophilia B"], ["hemophilia B"], "wrong"),
        ("status", ["reported"], ["cited"], "wrong"),
    ],
)
def test_of_one_thing_any_name_of_the_vocabulary_is_as_good_as_another(name, want, got, verdict):
    assert judge_values(name, want, got).verdict == verdict
