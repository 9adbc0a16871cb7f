"""Units: exact factors by pint, and how UCUM writes them."""

from decimal import Decimal

import pytest

from litclaims.errors import VocabularyError
from litclaims.vocab import measurement
from litclaims.vocab.measurement import by_surface, ucum, units


@pytest.mark.parametrize(
    ("surface", "unit", "factor"),
    [
        ("µg/kg", "mg/kg", "0.001"),
        ("g", "mg", "1000"),
        ("cc", "mL", "1"),
        ("µL", "mL", "0.001"),
        ("week", "d", "7"),
        ("month", "d", "30.4375"),
        ("yr", "d", "365.25"),
        ("%", "1", "0.01"),
        ("IU/mL", "[IU]/mL", "1"),
        ("kg/m²", "kg/m2", "1"),
    ],
)
def test_factor_is_exact(surface, unit, factor):
    assert (by_surface()[surface].unit, by_surface()[surface].factor) == (unit, Decimal(factor))


def test_factor_of_a_part_of_a_day_is_right_to_twenty_digits():
    assert abs(by_surface()["hour"].factor * 24 - 1) < Decimal("1e-20")


def test_every_unit_has_a_ucum_string_without_an_annotation():
    assert [unit.unit for unit in units() if "{" in ucum(unit.unit)] == []


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("cell", "{cells}"),
        ("cell/kg", "{cells}/kg"),
        ("cell/m2", "{cells}/m2"),
        ("platelet/uL", "{platelets}/uL"),
        ("1/d", "/d"),
        ("d", "d"),
        ("a", "a"),
        ("1", "1"),
        ("mg/mL", "mg/mL"),
        ("mM", "mmol/L"),
        ("patient", "{patient}"),
    ],
)
def test_canonical_unit_in_ucum(unit, expected):
    assert ucum(unit) == expected


@pytest.mark.parametrize(("definition", "unit"), [("furlong", "mm"), ("gram", "d"), ("gram **", "mg")])
def test_definition_that_is_unknown_or_of_another_dimension_stops_at_its_place(definition, unit):
    with pytest.raises(VocabularyError, match=r"units\.csv:7"):
        measurement._factor(definition, unit, "units.csv:7")
