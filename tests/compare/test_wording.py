"""Numbers in a clinician's words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litclaims.compare.wording import say_facets, say_interval, say_number, say_position


@pytest.mark.parametrize(
    ("low", "high", "unit", "bound", "said"),
    [
        ("40e6", "200e6", "cell", "range", "40–200 million cells"),
        ("2e6", "2e6", "cell/kg", "exact", "2 million cells/kg"),
        ("5e5", "5e6", "cell", "range", "500,000 to 5 million cells"),
        ("1e9", "25e9", "cell", "range", "1–25 billion cells"),
        ("1e14", "1e14", "particle", "exact", "100 trillion particles"),
        ("1e20", "1e20", "cell", "exact", "1 × 10^20 cells"),
        ("1", "1", "patient", "exact", "1 patient"),
        ("2", "3", "dose", "range", "2–3 doses"),
        ("2.5", "2.5", "mg/kg", "exact", "2.5 mg/kg"),
        ("1", "1", "mL", "exact", "1 mL"),
        (None, "100e6", "cell", "at_most", "at most 100 million cells"),
        (None, "100e6", "cell", "range", "at most 100 million cells"),
        (None, "35", "kg/m2", "less_than", "less than 35 kg/m2"),
        ("150", None, "type", "greater_than", "more than 150 types"),
        ("5e6", None, "cell", "at_least", "at least 5 million cells"),
        ("50e6", "50e6", "cell", "approximate", "about 50 million cells"),
        ("5e6", "10e6", "cell", "approximate", "about 5–10 million cells"),
        (None, None, "cell", "range", "any number"),
        ("91", "183", "d", "range", "3–6 months"),
        ("91", "180", "d", "range", "91–180 days"),
        (None, "42", "d", "less_than", "less than 6 weeks"),
        ("365", "731", "d", "range", "1–2 years"),
        ("30", "30", "d", "exact", "1 month"),
        ("1", "1", "d", "exact", "1 day"),
        ("0.25", "0.25", "d", "exact", "6 hours"),
        ("0.03285420944558522", "0.03285420944558522", "1/d", "exact", "1 per month"),
        ("2", "3", "1/d", "range", "2–3 per day"),
        ("0.2857142857142857", "0.2857142857142857", "1/d", "exact", "2 per week"),
        ("0.002737850787132101", "0.002737850787132101", "1/d", "exact", "1 per year"),
        ("0.3333333333333333", "0.3333333333333333", "1", "approximate", "about 33.33%"),
        ("0.25", "0.5", "1", "range", "25–50%"),
        ("3", "3", "1", "exact", "3"),
        ("1", "1", "1", "exact", "1"),
        ("-2", "3", "mL", "range", "-2 to 3 mL"),
    ],
)
def test_intervals_are_said_as_clinicians_say_them(low, high, unit, bound, said):
    ends = (None if end is None else Decimal(end) for end in (low, high))
    assert say_interval(*ends, unit, bound) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("0", "0"),
        ("250000", "250,000"),
        ("123456", "123,456"),
        ("123456789", "123.5 million"),
        ("999999.9", "1 million"),
        ("0.123456", "0.1235"),
        ("0.00001", "1 × 10^-5"),
        ("1e999999", "1 × 10^999999"),
    ],
)
def test_numbers_keep_four_digits(value, said):
    assert say_number(Decimal(value)) == said


@given(
    st.decimals(allow_nan=False, allow_infinity=False),
    st.sampled_from(["cell", "d", "1/d", "1", "mL"]),
)
def test_every_number_is_said_briefly(value, unit):
    assert 0 < len(say_interval(value, value, unit, "exact")) < 60


def test_a_position_names_basis_and_route(position):
    silent = position(low="40e6", high="200e6", basis="session")
    muscle = position(low="2e6", high="50e6", route=["intramuscular"])
    assert say_position(silent, other=muscle) == "40–200 million cells per session (route not stated)"
    assert say_position(muscle, other=silent) == "2–50 million cells intramuscular"
    assert say_position(silent, other=silent) == "40–200 million cells per session"


def test_a_basis_in_the_unit_is_said_once(position):
    rate = position(value="1e6", unit="cell/kg", basis="kg", route=["intravenous"])
    assert say_position(rate, other=rate) == "1 million cells/kg intravenous"
    total = position(value="1e6", basis="total")
    assert say_position(total, other=total) == "1 million cells in total"


def test_facets_are_listed_in_words():
    assert say_facets([]) == ""
    assert say_facets(["target"]) == "site"
    assert say_facets(["route", "basis", "cell_type"]) == "route, basis and cell type"
