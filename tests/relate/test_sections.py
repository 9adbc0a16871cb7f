"""What headings, lead sentences and brackets lend to the figures under, behind and in them."""

from __future__ import annotations

import pytest

from litclaims.model import Claim
from litclaims.reading import extract_text


def claim(text: str, figure: str) -> Claim:
    """The only claim of that figure."""
    claims = extract_text(text, doc="a").claims
    found = [each for each in claims if figure in each.figure]
    assert len(found) == 1, [each.figure for each in claims]
    return found[0]


LED = (
    "Cells for the elbow\n\nTrials of intra-articular MSCs in elbow osteoarthritis differ in dose. Mills et al. gave"
    " {more}7 million MSCs and saw a gain [4].\n"
)


def test_the_lead_of_a_section_on_many_trials_tells_their_route_and_site():
    found = claim(LED.format(more=""), "7 million")
    assert (found.values("route"), found.values("target")) == (("intra-articular",), ("elbow",))
    assert found.slot("route").step == "lead"


@pytest.mark.parametrize(
    "text",
    [
        LED.format(more="stroke patients "),
        LED.replace("Trials of", "We tried").format(more=""),
        LED.replace("Mills", "Intrathecal MSCs are rare. Mills").format(more=""),
        LED.replace("Mills et al.", "\n\nSafety\n\nOnly a few were harmed. Mills et al.").format(more=""),
    ],
    ids=["another disease", "one trial", "another route", "another section"],
)
def test_a_lead_reaches_no_further_than_what_it_speaks_of(text):
    assert claim(text, "7 million").values("route") == ()


def test_lines_with_labels_stand_under_the_heading_above_them():
    text = (
        "Cell therapy programs\n\nMultiple Sclerosis Program\nDuration: 6 days\nCells: adipose stem cells\n"
        "- Day 1: blood tests\n- Day 2: intravenous infusion of 90 million cells\n"
    )
    found = claim(text, "90 million")
    assert found.values("condition") == ("multiple sclerosis",)
    assert found.values("cell_type") == ("adipose-derived stem cell",)


def test_what_explains_a_figure_in_its_bracket_parts_it_from_no_route():
    text = "Pigs got intravenous (2 mg; 4 million MSCs) or intracoronary (2 mg; 6 million MSCs) cells."
    assert claim(text, "4 million").values("route") == ("intravenous",)
    assert claim(text, "6 million").values("route") == ("intracoronary",)


def test_a_dose_shared_out_has_all_its_routes():
    text = "Patients got 4 million MSCs, {}."
    shared = text.format("half intravenously and half intrathecally")
    assert claim(shared, "4 million").values("route") == ("intravenous", "intrathecal")
    nearest = text.format("given intravenously by a nurse who had learnt it on intrathecal pumps")
    assert claim(nearest, "4 million").values("route") == ("intravenous",)


def test_the_fluid_that_cells_are_kept_in_is_no_site():
    text = "The mare got 3 million MSCs in 2 ml of bone marrow supernatant, injected into the lesion."
    found = claim(text, "3 million")
    assert (found.values("route"), found.values("target")) == (("intralesional",), ())


def test_a_lesion_may_lie_in_any_site():
    text = "MSCs for the superficial digital flexor tendon\n\nThe mare got 3 million MSCs by intralesional injection.\n"
    assert claim(text, "3 million").values("target") == ("superficial digital flexor tendon",)


def test_a_route_to_joints_reaches_the_joints_of_the_spine():
    text = "Knee\n\nIntra-articular MSCs are given.\n\nBack\n\n- Facet joints: 3 million MSCs per joint\n"
    assert claim(text, "3 million").values("target") == ("facet joint",)


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("Infants got one intratracheal dose of MSCs.\n\nIt was 3 million MSCs per kg.\n", ("intratracheal",)),
        ("Infants got 3 million MSCs through the endotracheal tube.", ("intratracheal",)),
        ("Infants were given 3 million MSCs. The endotracheal tube stayed where it was.", ()),
        ("Women got an intrasphincter injection of 3 million myoblasts.", ("intrasphincteric",)),
    ],
)
def test_words_for_ways_in(text, route):
    assert claim(text, "3 million").values("route") == route
