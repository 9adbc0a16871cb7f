"""Whose disease a dose is for: what is an outcome, a part, a short name or the one spoken of before is told apart."""

from __future__ import annotations

import pytest

from litclaims.reading import extract_text


def conditions(text: str, figure: str = "5 million") -> tuple[str, ...]:
    """The conditions of the only claim of that figure."""
    found = [each for each in extract_text(text, doc="a").claims if figure in each.figure]
    assert len(found) == 1, [each.figure for each in extract_text(text, doc="a").claims]
    return found[0].values("condition")


def test_an_outcome_is_not_what_is_treated():
    text = "Grafts in acute leukemia\n\nA dose of 5 million MSCs/kg was {} graft-versus-host disease.\n"
    assert conditions(text.format("associated with more chronic")) == ("acute leukemia",)
    assert conditions(text.format("given to patients with chronic")) == ("chronic graft versus host disease",)


PAGE = "How many cells\n\nKnee\n\n- A dose of 5 million MSCs per knee\n\nInfusion\n\n{} we add 9 million MSCs by IV.\n"


def test_those_for_whom_another_dose_is_added_are_not_all():
    text = PAGE.format("For patients with lupus")
    assert conditions(text) == ()
    assert conditions(text, "9 million") == ("systemic lupus erythematosus",)


def test_those_in_whom_the_doses_were_tried_are_all():
    assert conditions(PAGE.format("Among 80 adults with lupus who stayed")) == ("systemic lupus erythematosus",)


@pytest.mark.parametrize(
    ("title", "condition"),
    [
        ("Cells in Zika Virus Infection", "zika virus infection"),
        ("Cells in Severe Infection", "infection"),
        ("Cells in infection", "infection"),
    ],
)
def test_the_whole_name_counts_for_the_bare_one_that_ends_it(title, condition):
    assert conditions(f"{title}\n\nEach patient got a dose of 5 million MSCs.\n") == (condition,)


def test_the_same_disease_is_that_of_the_sentence_before():
    text = (
        "Cells after kidney transplantation\n\nIn stroke, 9 million MSCs were given. In children {}, "
        "5 million MSCs were given.\n"
    )
    assert conditions(text.format("with the same disease")) == ("stroke",)
    assert conditions(text.format("of the same age")) != ("stroke",)


def test_a_wider_name_beside_the_narrower_is_no_second_disease():
    text = "Vesicles for COVID-19 lung disease\n\nEach patient got a dose of 5 million MSCs.\n"
    assert conditions(text) == ("COVID-19",)


def test_the_short_name_of_a_genus_ends_no_sentence():
    text = "Vesicles for COVID-19\n\nIn mice with E. coli pneumonia a dose of 5 million MSCs was given.\n"
    assert conditions(text) == ("pneumonia",)
