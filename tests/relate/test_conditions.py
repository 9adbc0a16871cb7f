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


PARTED = "Cells in melanoma and acute myeloid leukemia\n\n{}Patients with melanoma got a dose of 5 million cells.\n"


def test_people_with_one_of_two_diseases_who_have_a_dose_of_their_own_have_not_the_other():
    other = "Patients with acute myeloid leukemia got a dose of 9 million cells. "
    assert conditions(PARTED.format(other)) == ("melanoma",)
    assert conditions(PARTED.format(other), "9 million") == ("acute myeloid leukemia",)


def test_people_who_have_two_diseases_at_once_have_both_at_each_dose():
    both = "We treated ten patients with melanoma and acute myeloid leukemia. "
    assert set(conditions(PARTED.format(both))) == {"melanoma", "acute myeloid leukemia"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Cells in gout\n\nHealthy volunteers got a dose of 5 million MSCs.", ()),
        ("Cells in gout\n\nHealthy adults come first. Six volunteers got a dose of 5 million MSCs.", ()),
        ("Cells in gout\n\nPatients come first. Six volunteers got a dose of 5 million MSCs.", ("gout",)),
        ("Cells in gout\n\nThey were healthy. Six patients got a dose of 5 million MSCs.", ("gout",)),
    ],
)
def test_the_healthy_have_no_disease(text, found):
    assert conditions(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Doses of 5 million MSCs were linked to more stroke.",
        "If there is neither fever nor stroke, give a dose of 5 million MSCs.",
        "If stroke occurs, a dose of 5 million MSCs is given.",
    ],
)
def test_what_comes_of_a_dose_or_before_it_is_not_what_is_treated(text):
    assert conditions(text) == ()


def test_words_below_a_title_without_a_stop_go_on_with_it():
    assert conditions("Overview\n\nMSCs for severe gout\n\nEach patient got a dose of 5 million MSCs.\n") == ("gout",)
    assert conditions("Overview\n\nThere is gout.\n\nIn asthma and lupus each got a dose of 5 million MSCs.\n") != (
        "gout",
    )


def test_the_first_words_of_a_text_say_what_it_is_about():
    text = "Our cells\n\n{} Tumors and infections are no bar.\n\nEach patient got a dose of 5 million MSCs.\n"
    assert conditions(text.format("Gout is a common disease.")) == ("gout",)
    assert conditions(text.format("We once saw gout.")) == ()


def test_a_number_may_stand_before_the_words_that_head_a_paragraph():
    text = "Cells for the joints in lupus\n\n{} We advise a dose of 5 million MSCs.\n"
    assert conditions(text.format("Statement 4. Knee osteoarthritis.")) == ("knee osteoarthritis",)
    assert conditions(text.format("We met in the spring. Knee osteoarthritis.")) == ("systemic lupus erythematosus",)


def test_the_kinds_of_a_group_of_diseases_that_people_have_are_all_taken():
    text = (
        "Cells in B-cell malignancies\n\nOnly patients with B-cell lymphoma (NHL) or acute myeloid leukemia come.\n\n"
        "Each gets a dose of 5 million cells.\n"
    )
    assert set(conditions(text)) == {"B-cell non-Hodgkin lymphoma", "acute myeloid leukemia"}


@pytest.mark.parametrize("name", ["mantle cell lymphoma", "follicular lymphoma", "B-cell acute lymphoblastic leukemia"])
def test_a_kind_of_a_disease_has_its_own_name(name):
    assert conditions(f"Adults with {name} got a dose of 5 million cells.") == (name,)


DOSE = "\n\nTreatments\n\nBiological: MSCs\n\nAbout\n\nEach adult got a dose of 5 million MSCs. Some had {}.\n"


@pytest.mark.parametrize(
    ("opening", "found"),
    [
        ("Conditions\n\nGout", ("gout",)),
        ("Condition: gout; asthma", ("gout", "asthma")),
        ("Condition or disease: gout", ("gout",)),
        ("Condition Gout", ("gout",)),
        ("Condition of the skin in gout", ()),
        ("Conditions: gout, asthma, stroke, vitiligo, psoriasis", ()),
    ],
)
def test_the_field_of_a_record_says_what_it_is_for(opening, found):
    text = f"How many cells?\n\n{opening}" + DOSE.format("asthma, others stroke, and a few vitiligo")
    assert conditions(text) == found


def test_two_fields_that_differ_say_nothing_of_all():
    text = "How many cells?\n\nCondition: gout\n\nCondition: asthma" + DOSE.format("stroke")
    assert conditions(text) == ()


def test_a_label_may_say_which_line_is_the_title():
    text = "This is a record. It was sent in.\n\n{}: MSCs in gout\n\nConditions: gout; asthma" + DOSE.format("stroke")
    assert conditions(text.format("Official title")) == ("gout",)
    assert conditions(text.format("Last comment")) == ("gout", "asthma")


def test_what_a_product_is_indicated_for_is_what_its_doses_are_for():
    text = (
        "Leaflet\n\nRead it. The product is indicated for asthma {} gout.\n\nBeware of stroke and vitiligo.\n\n"
        "A vial was given as a dose of 5 million cells.\n"
    )
    assert conditions(text.format("or")) == ("asthma", "gout")
    assert conditions(text.format("without")) == ("asthma",)


def test_kinds_of_a_disease_that_are_listed_count_for_it():
    text = (
        "About\n\nThis is a study in patients with {}.\n\nDetails\n\nEach got a dose of 5 million CAR-T cells.\n\n"
        "Criteria\n\nFollicular, mantle cell lymphoma, marginal zone lymphoma and Burkitt lymphoma are eligible.\n"
    )
    assert conditions(text.format("B-cell lymphoma")) == ("B-cell non-Hodgkin lymphoma",)
    assert conditions(text.format("multiple myeloma")) != ("multiple myeloma",)


def test_survivors_of_a_cancer_are_not_treated_for_it():
    text = "Cells in {}\n\nCondition: cardiomyopathy" + DOSE.format("stroke")
    assert conditions(text.format("Cancer Survivors")) == ("cardiomyopathy",)
    assert conditions(text.format("Cancer Patients")) == ("cancer",)


def test_what_a_dose_had_no_effect_on_is_not_treated():
    text = "Grafts in acute leukemia\n\nA dose above 5 million cells/kg {} graft-versus-host disease.\n"
    assert conditions(text.format("had no effect on")) == ("acute leukemia",)
    assert conditions(text.format("was for")) == ("graft versus host disease",)


def test_healthy_animals_have_no_disease():
    text = "Cells in stroke\n\n{} rats were given a dose of 5 million MSCs.\n"
    assert conditions(text.format("Healthy")) == ()
    assert conditions(text.format("Old")) == ("stroke",)


LINES = (
    "Table 3.\n\nTrials of cells in adults\n\nDisease\n\nCell source\n\nDose and route\n\nEfficacy\n\n"
    "Stroke Autologous marrow MSCs 3 million cells into a vein Better\n\n"
    "Gout Autologous marrow MSCs 4 million cells into a vein Better\n\n"
    "{} Autologous fat MSCs 5 million cells into a vein Better\n"
)


def test_a_line_below_one_that_begins_with_a_disease_is_of_that_disease():
    assert conditions(LINES.format("Donor")) == ("gout",)
    assert conditions(LINES.format("Asthma")) == ("asthma",)


MARKED = "# Cells in gout\n\nGout hurts.\n\n{}Asthma, in short.\n\nPeople got a dose of 5 million MSCs.\n"


def test_a_heading_that_signs_mark_names_the_disease_of_its_section():
    assert conditions(MARKED.format("### ")) == ("asthma",)
    assert conditions(MARKED.format("")) == ("gout",)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Gout repair: cells on a scaffold.", ()),
        ("They saw gout there.", ("gout",)),
        ("The gout drip is a dose of 9 million cells. Each gout drip of 9 million cells is injected twice.", ()),
    ],
)
def test_what_labels_a_paragraph_or_is_only_named_with_other_doses_is_not_what_all_are_for(line, found):
    text = f"Numbers\n\nThey are told below, one by one.\n\n{line}\n\nAdults get a dose of 5 million MSCs.\n"
    assert conditions(text) == found
