"""Scores worked by hand: each docstring tells the arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litclaims.evaluate.counts import Counts
from litclaims.evaluate.score import ALL_DOSES, ALL_FIGURES, counts_by_row, judge_claims, score_document
from litclaims.model import MEASURES, Span, Unparsed


@pytest.fixture
def rows(gold_document):
    """``rows(golds, predictions, optional=, traps=)`` → the score table."""

    def build(golds, claims, **more):
        return counts_by_row(judge_claims(gold_document(golds, **more), claims))

    return build


def test_gold_against_itself_is_perfect(rows, annotate, predict):
    """Three of three in each place: precision, recall and F1 are 3/3, exactly 1."""
    places = [(0, 5, 1e6, "cell_dose"), (10, 15, 2, "doses"), (20, 25, 5, "volume")]
    table = rows([annotate(*place) for place in places], [predict(*place) for place in places])
    total = table[ALL_FIGURES]
    assert (total.precision, total.recall, total.f1) == (1.0, 1.0, 1.0)
    assert total == Counts(right=3)


def test_a_system_that_says_nothing_is_silent_on_every_claim(rows, annotate):
    """Two doses and one volume, nothing predicted: recall 0/3, F1 0, precision has no denominator, 3 silent."""
    golds = [annotate(0, 5, 1), annotate(10, 15, 2), annotate(20, 25, 3, "volume")]
    table = rows(golds, [])
    assert table[ALL_FIGURES] == Counts(silent=3)
    assert (table[ALL_FIGURES].precision, table[ALL_FIGURES].recall, table[ALL_FIGURES].f1) == (None, 0.0, 0.0)
    assert table["cell_dose"].silent == 2
    assert table["volume"].silent == 1


def test_a_measure_that_only_predictions_hold_has_a_row(rows, predict):
    """No gold, one age: 1 spurious; recall has no denominator, precision is 0/1."""
    table = rows([], [predict(0, 3, 40, "age", unit="a")])
    assert table["age"] == Counts(spurious=1)
    assert (table["age"].precision, table["age"].recall) == (0.0, None)


def test_two_measures_with_equal_counts_add_up(rows, annotate, predict):
    """Each measure: 1 right, 1 silent. Total recall (1+1)/(2+2) = 0.5, gold 4, and not 2 as of a set of counts."""
    golds = [annotate(0, 5, 1), annotate(10, 15, 2), annotate(20, 25, 1, "volume"), annotate(30, 35, 2, "volume")]
    table = rows(golds, [predict(0, 5, 1), predict(20, 25, 1, "volume")])
    assert table["cell_dose"] == table["volume"] == Counts(right=1, silent=1)
    assert table[ALL_FIGURES] == Counts(right=2, silent=2)
    assert table[ALL_FIGURES].recall == 0.5


def test_two_measures_with_unequal_counts_are_summed_and_not_averaged(rows, annotate, predict):
    """Doses 3 of 3 right, volumes 0 of 1: recall 3/4 = 0.75, not the mean of 1 and 0. F1 = 2·3/(4+3) = 6/7."""
    golds = [*(annotate(at, at + 5, at + 1) for at in (0, 10, 20)), annotate(30, 35, 2, "volume")]
    total = rows(golds, [predict(at, at + 5, at + 1) for at in (0, 10, 20)])[ALL_FIGURES]
    assert (total.precision, total.recall, total.f1) == (1.0, 0.75, pytest.approx(6 / 7))


def test_the_dose_row_holds_the_three_dose_measures_only(rows, annotate, predict):
    """Three kinds of dose right and a number of injections silent: doses 3/3, all figures 3/4."""
    doses = [(0, 5, 1, "cell_dose"), (10, 15, 2, "platelet_dose"), (20, 25, 3, "particle_dose")]
    golds = [*(annotate(*dose) for dose in doses), annotate(30, 35, 4, "doses"), annotate(40, 45, 4, "mass_dose")]
    table = rows(golds, [predict(*dose) for dose in doses])
    assert table[ALL_DOSES] == Counts(right=3)
    assert table[ALL_FIGURES] == Counts(right=3, silent=2)


def test_adjacent_spans_do_not_overlap(rows, annotate, predict):
    """Gold 0-5, prediction 5-9 with the same value: one silent, one spurious."""
    assert rows([annotate(0, 5, 7)], [predict(5, 9, 7)])[ALL_FIGURES] == Counts(silent=1, spurious=1)


@pytest.mark.parametrize(("start", "end"), [(2, 4), (0, 9), (4, 6), (0, 5)])
def test_nested_and_crossing_spans_overlap(rows, annotate, predict, start, end):
    """Gold 0-5; a prediction inside, around, across its end, or on it: one right."""
    assert rows([annotate(0, 5, 7)], [predict(start, end, 7)])[ALL_FIGURES] == Counts(right=1)


def test_a_duplicate_prediction_is_right_once_and_spurious_once(rows, annotate, predict):
    """One gold, said twice: precision 1/2, recall 1/1."""
    total = rows([annotate(0, 5, 7)], [predict(0, 5, 7), predict(0, 5, 7)])[ALL_FIGURES]
    assert total == Counts(right=1, spurious=1)
    assert (total.precision, total.recall) == (0.5, 1.0)


def test_one_prediction_finds_one_claim_only(rows, annotate, predict):
    """Two gold claims of one value under one prediction: 1 right, 1 silent, since what overlaps is right elsewhere."""
    table = rows([annotate(0, 5, 7), annotate(6, 10, 7)], [predict(0, 10, 7)])
    assert table[ALL_FIGURES] == Counts(right=1, silent=1)


def test_the_assignment_is_as_large_as_can_be(rows, annotate, predict):
    """Gold A 0-10 and B 8-20, predictions p 0-20 and q 18-20, all of one value.

    p likes B best (12/20 of B, 10/20 of A), and q touches B alone: taking the best pair first finds B only. The
    largest assignment is A-p and B-q: 2 right.
    """
    golds = [annotate(0, 10, 7), annotate(8, 20, 7)]
    claims = [predict(0, 20, 7), predict(18, 20, 7)]
    assert rows(golds, claims)[ALL_FIGURES] == Counts(right=2)


def test_a_wrong_value_is_wrong_and_not_silent(rows, annotate, predict):
    """Gold 5, said 6: 1 misread, 1 wrong value, 0 silent. Gold elsewhere unsaid: 1 silent. Recall 0/2."""
    total = rows([annotate(0, 5, 5), annotate(50, 55, 5)], [predict(0, 5, 6)])[ALL_FIGURES]
    assert total == Counts(misread=1, wrong_value=1, silent=1)
    assert (total.precision, total.recall, total.wrong) == (0.0, 0.0, 1)


def test_a_wrong_unit_is_a_wrong_value(rows, annotate, predict):
    """1e6 cell/kg said of 1e6 cell: the number is the same, the figure is not."""
    total = rows([annotate(0, 5, 1e6)], [predict(0, 5, 1e6, unit="cell/kg")])[ALL_FIGURES]
    assert total == Counts(misread=1, wrong_value=1)


def test_a_wrong_value_beside_a_right_one_is_wrong(rows, annotate, predict):
    """Gold range 2..5 found, and 2 alone said inside it: 1 right, 1 wrong value; precision 1/2, recall 1/1."""
    claims = [predict(0, 9, (2, 5), bound="range"), predict(0, 1, 2)]
    total = rows([annotate(0, 9, (2, 5), bound="range")], claims)[ALL_FIGURES]
    assert total == Counts(right=1, wrong_value=1)


def test_a_wrong_measure_counts_under_the_measure_that_was_given(rows, annotate, predict):
    """Gold volume, said a dose: the dose row has 1 wrong and no gold, the volume row 1 misread and none wrong."""
    table = rows([annotate(0, 5, 2, "volume", unit="mL")], [predict(0, 5, 2)])
    assert table["cell_dose"] == Counts(wrong_measure=1)
    assert table["volume"] == Counts(misread=1)
    assert table[ALL_FIGURES] == Counts(misread=1, wrong_measure=1)


def test_a_trap_reported_as_a_dose_is_told_apart(rows, predict):
    """One dose on a trap, one volume on it: 1 trapped, 1 spurious, both wrong."""
    table = rows([], [predict(0, 5, 7), predict(0, 5, 7, "volume", unit="mL")], traps=[(0, 5)])
    assert table[ALL_DOSES] == Counts(trapped=1)
    assert table["volume"] == Counts(spurious=1)
    assert table[ALL_FIGURES].wrong == 2


def test_a_trap_goes_before_a_claim_of_another_measure(rows, annotate, predict):
    """The concentration is found (1 right); the same figure said as a dose is trapped, not of a wrong measure."""
    concentration = (0, 5, 7, "concentration")
    table = rows([annotate(*concentration)], [predict(*concentration), predict(0, 5, 7)], traps=[(0, 5)])
    assert table[ALL_FIGURES] == Counts(right=1, trapped=1)


def test_finding_an_optional_claim_counts_for_nothing(rows, annotate, predict):
    """One optional claim, found rightly, wrongly, or as another measure: an empty table each time."""
    optional = [annotate(0, 5, 7)]
    for claim in (predict(0, 5, 7), predict(0, 5, 8), predict(0, 5, 7, "volume")):
        assert rows([], [claim], optional=optional)[ALL_FIGURES] == Counts()


def test_missing_an_optional_claim_counts_for_nothing(rows, annotate, predict):
    """One gold claim found and an optional one missed: 1 right of 1."""
    golds, optional = [annotate(10, 15, 3)], [annotate(0, 5, 7)]
    assert rows(golds, [predict(10, 15, 3)], optional=optional)[ALL_FIGURES] == Counts(right=1)


def test_an_optional_claim_excuses_no_wrong_reading_of_a_gold_claim(rows, annotate, predict):
    """A gold dose and an optional volume on one span; dose said wrongly, volume rightly: 1 misread, 1 wrong value."""
    table = rows(
        [annotate(0, 5, 7)], [predict(0, 5, 8), predict(0, 5, 2, "volume")], optional=[annotate(0, 5, 2, "volume")]
    )
    assert table[ALL_FIGURES] == Counts(misread=1, wrong_value=1)


def test_a_wrong_reading_of_an_optional_claim_is_no_wrong_reading_of_its_neighbour(rows, annotate, predict):
    """A gold volume and an optional dose on one span; a dose of another value: the volume is silent, none is wrong."""
    golds, optional = [annotate(0, 5, 2, "volume")], [annotate(0, 5, 7)]
    assert rows(golds, [predict(0, 5, 8)], optional=optional)[ALL_FIGURES] == Counts(silent=1)


def test_a_gold_claim_is_found_before_an_optional_one(rows, annotate, predict):
    """One prediction fits a gold claim and an optional one: it is right."""
    table = rows([annotate(0, 5, 7)], [predict(0, 9, 7)], optional=[annotate(5, 9, 7)])
    assert table[ALL_FIGURES] == Counts(right=1)


def test_a_failed_document_is_silent_throughout(gold_document, annotate):
    """Two claims and no extraction: 2 silent, and the reason is kept."""
    score = score_document(gold_document([annotate(0, 5, 1), annotate(10, 15, 2)]), None, failure="too large")
    assert counts_by_row(score.items)[ALL_FIGURES] == Counts(silent=2)
    assert score.failure == "too large"


def test_a_silence_tells_why_the_figure_was_left_unparsed(gold_document, annotate):
    unparsed = [Unparsed("a.txt", Span(3, 8), "xxxxx", "lost exponent"), Unparsed("a.txt", Span(50, 55), "x", "other")]
    (item,) = judge_claims(gold_document([annotate(0, 5, 1)]), [], unparsed=unparsed)
    assert item.got == "unparsed: lost exponent"


def test_a_wrong_item_tells_what_was_got_and_wanted(gold_document, annotate, predict):
    gold = gold_document([annotate(4, 9, 5e6, unit="cell/kg")])
    items = judge_claims(gold, [predict(4, 9, 6e6, rule="times")], text="say xxxxx cells")
    wrong = next(item for item in items if item.label == "wrong_value")
    assert (wrong.rule, wrong.context) == ("times", "say xxxxx cells")
    assert "6e+06 cell " in wrong.got
    assert "5e+06 cell/kg" in wrong.want


ENDS = st.integers(0, 12)
FIGURES = st.lists(
    st.tuples(ENDS, st.integers(1, 6), st.integers(1, 2), st.sampled_from(MEASURES[:3])), max_size=7, unique=True
)


@given(golds=FIGURES, claims=FIGURES, optional=FIGURES, seed=st.randoms(use_true_random=False))
def test_order_is_irrelevant(gold_document, annotate, predict, golds, claims, optional, seed):
    """Shuffled gold and predictions give the same items, whatever overlaps."""

    def judged():
        one = gold_document(
            [annotate(at, at + size, value, measure) for at, size, value, measure in golds],
            optional=[annotate(at, at + size, value, measure) for at, size, value, measure in optional],
            traps=[(14, 20)],
        )
        return judge_claims(one, [predict(at, at + size, value, measure) for at, size, value, measure in claims])

    before = judged()
    for side in (golds, claims, optional):
        seed.shuffle(side)
    assert judged() == before


@given(golds=FIGURES, claims=FIGURES)
def test_every_claim_and_every_prediction_is_counted_once(gold_document, annotate, predict, golds, claims):
    """Without optional claims: gold = right + misread + silent, predictions = right + wrong, and the rows add up."""
    one = gold_document([annotate(at, at + size, value, measure) for at, size, value, measure in golds])
    predicted = [predict(at, at + size, value, measure) for at, size, value, measure in claims]
    table = counts_by_row(judge_claims(one, predicted))
    total = table[ALL_FIGURES]
    assert (total.gold, total.predicted) == (len(golds), len(claims))
    assert sum((row for name, row in table.items() if name in MEASURES), Counts()) == total
