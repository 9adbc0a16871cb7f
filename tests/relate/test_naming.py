"""What a text means by its names: its explanations, names within names, and diseases with their site behind them."""

from __future__ import annotations

import pytest

from litclaims.reading import extract_text


def value(text: str, name: str) -> str | None:
    """What the only dose of a text hangs on."""
    (claim,) = [each for each in extract_text(text, doc="a").claims if each.measure == "cell_dose"]
    return claim.value(name)


def test_an_abbreviation_means_what_its_text_explains():
    told = "Dogs were treated with adipose-derived mesenchymal stem cell (aMSC)-rich gel."
    assert value(f"{told} Each dog was given 5 million aMSCs.", "cell_type") == "adipose-derived stem cell"
    assert value("Each dog was given 5 million aMSCs.", "cell_type") == "mesenchymal stromal cell"


def test_a_disease_that_is_explained_by_a_course_of_it_stays_what_it_is():
    told = "Patients with acute myocardial infarction (MI) were seen."
    assert value(f"{told} Patients with MI were given 5 million MSCs.", "condition") == "myocardial infarction"


@pytest.mark.parametrize(
    ("words", "condition"),
    [
        ("osteoarthritis (OA) of the hip", "hip osteoarthritis"),
        ("osteoarthritis in both knees", "knee osteoarthritis"),
        ("osteoarthritis knee", "knee osteoarthritis"),
        ("osteoarthritis of long standing", "osteoarthritis"),
    ],
)
def test_a_disease_with_its_site_behind_it_is_that_of_the_site(words, condition):
    assert value(f"Patients with {words} were given 5 million MSCs.", "condition") == condition


def test_a_name_within_a_longer_one_is_not_counted_beside_it():
    text = (
        "Cells for joints\n\nHip osteoarthritis (OA) is common, and so is tendinopathy.\n\n"
        "In hip OA the pain is worse by night.\n\nHip OA has many causes.\n\nThey got a dose of 5 million MSCs.\n"
    )
    assert value(text, "condition") == "hip osteoarthritis"
