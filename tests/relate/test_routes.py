"""Which route and site a dose has where another dose, drug or part of the sentence names one too."""

from __future__ import annotations

import pytest

from litclaims.reading import extract_text


def told(text: str, slot: str) -> dict[str, tuple[str, ...]]:
    """What the claims of doses of a text have in a slot, by their figures."""
    claims = extract_text(text, doc="a").claims
    return {each.figure: each.values(slot) for each in claims if each.measure == "cell_dose"}


def test_what_is_given_locally_does_not_go_into_the_blood():
    text = "An IV infusion of 90 million MSCs is combined with a {} of 5 million MSCs."
    assert told(text.format("local injection"), "route")["5 million"] == ()
    text = "We use 2 million MSCs per kg for IV infusion; 5 million MSCs {}."
    assert told(text.format("for local injection"), "route")["5 million"] == ()
    assert told(text.format("as well"), "route")["5 million"] == ("intravenous",)


def test_the_way_of_another_dose_of_the_sentence_is_not_the_document_s():
    text = "IV infusion of MSCs\n\nThey had 5 million MSCs in ten injections, taken in a week, {} 90 million MSCs.\n"
    assert told(text.format("or a single intravenous infusion of"), "route")["5 million"] == ()
    assert told(text.format("or a single dose of"), "route")["5 million"] == ("intravenous",)


def test_what_follows_brackets_goes_on_with_the_figure_before_them():
    text = "They get 5 million MSCs each month for a year (four doses and 20 million MSCs in all{} an IV infusion."
    assert told(text.format(") via"), "route")["5 million"] == ("intravenous",)
    assert told(text.format(" via") + ")", "route")["5 million"] == ()


def test_what_stands_between_two_brackets_is_of_the_second():
    text = "Intrathecal injections (5 million MSCs) {} IV infusions (30 million MSCs)."
    assert told(text.format("alternate with"), "route") == {
        "5 million": ("intrathecal",),
        "30 million": ("intravenous",),
    }


def test_a_figure_in_brackets_is_in_no_list_with_one_outside():
    text = "They got 9 million MSCs (3 million MSCs per point){} 2 million MSCs by IV infusion."
    assert told(text.format(", or"), "route")["3 million"] == ()
    assert told("They got 9 million (n = 3) or 2 million MSCs by IV infusion.", "route")["9 million"] == (
        "intravenous",
    )


@pytest.mark.parametrize(
    "drug", ["subcutaneous injections of plerixafor", "plerixafor 0.2 mg/kg via subcutaneous shots"]
)
def test_the_route_of_a_drug_is_not_that_of_the_cells(drug):
    text = "Donors get {}.\n\nOn day 0 a dose of 5 million CD34+ cells/kg is given.\n"
    assert told(text.format(drug), "route") == {"5 million": ()}


@pytest.mark.parametrize(
    ("way", "route"),
    [
        ("disc injection", ("intradiscal",)),
        ("knee injection", ("intra-articular",)),
        ("disc group", ()),
        ("bone marrow injection", ()),
    ],
)
def test_a_site_that_an_injection_is_named_by_is_injected(way, route):
    assert told(f"In the {way} a dose of 5 million MSCs was used.", "route") == {"5 million": route}


def test_a_part_that_stands_for_the_whole_brings_its_list():
    text = "One joint {}: MSCs, 5 million per joint, injected into the joint."
    assert told(text.format("– knee, elbow or hip"), "target") == {"5 million": ("knee", "elbow", "hip")}
    assert told(text.format("at a time"), "target") == {"5 million": ("joint",)}


def test_the_limb_of_a_vein_is_the_way_not_the_site():
    text = "MSCs go into the {}, a dose of 5 million per infusion."
    assert told(text.format("forearm intravenously"), "target") == {"5 million": ()}
    assert told(text.format("forearm by needle"), "target") == {"5 million": ("arm",)}
