"""Tables that were flattened into lines: what a column is of is read from rows of as many lines."""

from __future__ import annotations

import pytest

from litclaims.reading import extract_text

TABLE = """Doses of muscle cells in two studies and what they did to the wound of the animal.

Table 2 Two studies of muscle cells
Publication
{heads}
Cell dose and route

Cells: 2 million MSCs i.m.
{gap}Cells: 5 million MSCs i.m.

Animal
{animals}
Outcome
Better
Better
"""


def claims(**parts):
    """The doses of 2 and of 5 million."""
    parts = {"heads": "Smith et al\nCurrent study", "animals": "Wistar rats\nNew Zealand rabbits", "gap": "\n", **parts}
    found = extract_text(TABLE.format(**parts), doc="a").claims
    return [next(each for each in found if figure in each.figure) for figure in ("2 million", "5 million")]


def test_a_column_has_the_animal_of_its_own_line():
    assert [each.value("species") for each in claims()] == ["rat", "rabbit"]


def test_a_column_that_another_work_heads_is_cited():
    left, right = claims()
    assert left.value("status") == "cited"
    assert right.value("status") != "cited"


@pytest.mark.parametrize("parts", [{"gap": ""}, {"animals": "Wistar rats"}], ids=["one cell", "one animal"])
def test_rows_that_do_not_pair_are_left_alone(parts):
    assert len({each.value("species") for each in claims(**parts)}) == 1
