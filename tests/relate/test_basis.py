"""What a dose is per, whose citation it has, and which animal gets it, where two could be meant."""

from __future__ import annotations

import pytest

from litclaims.extract.citation import attach, find_citations
from litclaims.model import Claim, Span
from litclaims.reading import extract_text


def claim(text: str, figure: str) -> Claim:
    """The only claim of that figure."""
    claims = extract_text(text, doc="a").claims
    found = [each for each in claims if figure in each.figure]
    assert len(found) == 1, [each.figure for each in claims]
    return found[0]


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("- One knee: a dose of 5 million MSCs", "knee"),
        ("- Right knee: a dose of 5 million MSCs", None),
        ("Our standard infusion is 5 million MSCs.", "infusion"),
        ("They had two infusions on two days at a dose of 5 million MSCs each.", "infusion"),
        ("They had two infusions at a dose of 5 million MSCs to each of them.", None),
        ("The dose was 5 million MSCs at the first injection.", "injection"),
        ("The dose was 5 million MSCs at the first centre.", None),
        ("Treated on both sides these dogs received 5 million MSCs in all.", "total"),
        ("Treated on both sides 5 million MSCs were given in all dogs.", None),
        ("They ask for a dose of 5 million MSCs in one knee.", "knee"),
        ("Give four infusions, each of 5 million MSCs, that is 20 million MSCs per course.", "infusion"),
        ("Each vaccine consists of 5 million dendritic cells given by injection.", "vaccination"),
        ("They were given a dose of 5 million MSCs a day for a week.", "day"),
        ("They were given a dose of 5 million MSCs twice a day for a week.", None),
        ("In all you receive 5 million MSCs.", "total"),
        ("In all knees you receive 5 million MSCs.", None),
        ("Four infusions were given, so that the course adds up to 5 million MSCs.", "total"),
        ("The total number of MSCs given was 5 million cells.", "total"),
        ("The number of cells given per patient must not exceed 5 million MSCs.", "patient"),
        ("The maximum number of cells in a single infusion shall not exceed 5 million MSCs.", "infusion"),
        ("MSCs were injected at ten segments; per segment this came to 5 million MSCs.", "segment"),
        ("MSCs were injected at ten segments; this came to 5 million MSCs.", None),
        ("They were given three doses of 5 million MSCs.", "dose"),
        ("They were given a single dose of 5 million MSCs.", None),
        ("They were given the daily dose of their own MSCs (5 million cells).", "day"),
        ("The mean total dose of the MSCs given was 5 million.", "total"),
        ("It helps if the total dose exceeds 5 million MSCs.", "total"),
        ("It helps if the dose exceeds 5 million MSCs.", None),
        ("They had four intrathecal administrations of 5 million MSCs.", "dose"),
        ("Ways of administration of 5 million MSCs were tried.", None),
        ("Platelet-rich plasma at an injection dose (5 million platelets) was used.", "injection"),
        ("Platelet-rich plasma at an injection rate was used in a dose of 5 million platelets.", None),
        ("They were injected with 5 million MSCs on each of three days.", "day"),
        ("They were given a dose of 5 million MSCs every two weeks.", None),
        ("They had two injections of 5 million MSCs each; it hurt in one patient.", "injection"),
        ("They were given a dose of 5 million MSCs every week.", "week"),
        ("They were given 5 million (5 x 10^6) total CAR-T cells.", "total"),
        ("They were given 5 million (5 x 10^6) total nucleated cells.", None),
        ("They were injected with 5 million MSCs, half at each of two sites.", None),
    ],
)
def test_what_a_dose_is_per(text, basis):
    assert claim(text, "5 million").value("basis") == basis


def basis_of(text: str, *, measure: str) -> list[str | None]:
    """The basis of each claim of a measure, in order."""
    return [each.value("basis") for each in extract_text(text, doc="a").claims if each.measure == measure]


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("They had an injection of 5 million, 20 million or 80 million MSCs.", "injection"),
        ("They had an injection of saline, 5 million, 20 million or 80 million MSCs.", None),
        ("They had an injection of 5 million (M), 20M or 80M MSCs.", "injection"),
        ("They were given 5 million (n = 3), 20 million (n = 4) or 80 million MSCs per infusion.", "infusion"),
        ("They were given a low (5 million), medium (20 million) or high dose of MSCs (80 million) per knee.", "knee"),
    ],
)
def test_all_members_of_a_list_are_per_the_same(text, basis):
    assert basis_of(text, measure="cell_dose") == [basis] * 3


def test_a_figure_that_another_explains_is_not_per_what_that_is():
    text = "MSCs were injected in a dose of 15 million at five sites (3 million per site)."
    assert basis_of(text, measure="cell_dose") == [None, "site"]


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("They were seen again at 6 weeks in each session.", "follow_up"),
        ("They were given MSCs at 10 million cells/mL in 2 mL per injection.", "concentration"),
    ],
)
def test_no_time_or_concentration_goes_for_each_of_anything(text, measure):
    assert set(basis_of(text, measure=measure)) == {None}


def test_a_number_of_treatments_may_be_all_there_are():
    assert basis_of("MSCs are injected monthly for a total of six injections.", measure="doses") == ["total"]
    assert basis_of("MSCs are injected monthly in six injections per knee.", measure="doses") == [None]


def test_a_sum_behind_a_dose_has_a_basis_of_its_own():
    text = "Give four infusions, each of 5 million MSCs, that is 20 million MSCs per course."
    assert claim(text, "20 million").value("basis") == "cycle"


def test_a_range_in_brackets_is_of_the_same_sum():
    text = "The total dose of viable T cells given was 5 million cells (range, 2 to 9 million cells)."
    assert claim(text, "2 to 9 million").value("basis") == "total"


def cited(text: str, figure: str) -> tuple[str, ...]:
    start = text.index(figure)
    return attach(Span(start, start + len(figure)), Span(0, len(text)), find_citations(text))


def test_who_is_named_before_a_figure_did_what_it_tells():
    text = "Hill et al. (2009) used 7 million cells, and Crow et al. (2010) 9 million."
    assert cited(text, "7 million") == ("Hill 2009",)
    assert cited(text, "9 million") == ("Crow 2010",)


def test_a_citation_in_brackets_behind_a_figure_is_its_own():
    assert cited("Unlike Hill et al. (2009) we used 7 million cells (Crow et al., 2010).", "7 million") == (
        "Crow 2010",
    )


def test_newborn_animals_are_no_people():
    text = "Cells in newborn rats\n\nNewborn rats were put in a box. The pups received 5 million MSCs.\n"
    assert claim(text, "5 million").value("species") == "rat"
    people = "Cells in newborns\n\nNewborns were put in a box. They received 5 million MSCs.\n"
    assert claim(people, "5 million").value("species") == "human"


@pytest.mark.parametrize(("head", "basis"), [("MSCs per injection", "injection"), ("MSCs given", None)])
def test_the_head_of_a_column_tells_what_its_figures_are_per(head, basis):
    rows = "Low | 20 | 5 million MSCs\nHigh | 22 | 9 million MSCs\n"
    text = f"All of them\n\nTable 1. Doses of MSCs given\nArm | n | {head}\n{rows}"
    assert claim(text, "5 million").value("basis") == basis


def test_a_sentence_on_a_trial_is_on_people_between_those_on_animals():
    text = "Ten mice got a dose of 3 million MSCs. {} A dose of 5 million MSCs is foreseen{}. The mice ate well."
    assert claim(text.format("They slept.", " for phase 1"), "5 million").value("species") == "human"
    assert claim(text.format("They slept.", " for them"), "5 million").value("species") == "mouse"
