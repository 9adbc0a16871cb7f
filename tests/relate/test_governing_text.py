"""Which text governs a figure where several could: pairs, ways in, what a document is about, whose figure it is."""

from __future__ import annotations

import pytest

from litclaims.model import Claim, Slot
from litclaims.reading import extract_text


def claim(text: str, figure: str) -> Claim:
    """The only claim of that figure."""
    claims = extract_text(text, doc="a").claims
    found = [each for each in claims if figure in each.figure]
    assert len(found) == 1, [each.figure for each in claims]
    return found[0]


def slot(text: str, figure: str, name: str) -> Slot:
    found = claim(text, figure).slot(name)
    assert found is not None
    return found


WAYS_IN = [
    ("Rats received 2 million MSCs through the tail vein.", "intravenous"),
    ("A dose of 2 million MSCs was infused via the portal vein.", "intraportal"),
    ("The 2 million MSCs were placed stereotactically around the cavity.", "intracerebral"),
    ("The surgeon injected 2 million MSCs at ten sites of the calf muscle.", "intramuscular"),
    ("A dose of 2 million MSCs was injected into both putamina.", "intracerebral"),
    ("The infarcted myocardium received an injection of 2 million MSCs.", "intramyocardial"),
    ("Mice were given four subarachnoid administrations of 2 million MSCs.", "intrathecal"),
    ("A single tail vein administration of 2 million MSCs was well borne.", "intravenous"),
    ("Mice were given 2 million MSCs retro-orbitally.", "intravenous"),
    ("The Achilles tendon was injected with 2 million MSCs.", "intratendinous"),
    ("Inject both knees with 2 million MSCs.", "intra-articular"),
    ("A dose of 2 million MSCs was injected into the skin of the arm.", "intradermal"),
    ("Children inhale 2 million MSCs twice a day.", "inhaled"),
]


@pytest.mark.parametrize(("text", "route"), WAYS_IN, ids=[route + str(at) for at, (_, route) in enumerate(WAYS_IN)])
def test_a_site_that_something_goes_into_tells_the_route(text, route):
    assert claim(text, "2 million").values("route") == (route,)


def test_the_vein_of_an_intravenous_dose_is_no_site():
    assert claim("Rats received 2 million MSCs through the tail vein.", "2 million").values("target") == ()


def test_respectively_pairs_routes_in_order():
    text = "Groups got 1, 2 and 4 million MSCs by intravenous, intramuscular and subcutaneous injection, respectively."
    routes = {each.figure: each.values("route") for each in extract_text(text, doc="a").claims}
    assert routes == {"1": ("intravenous",), "2": ("intramuscular",), "4 million": ("subcutaneous",)}


def test_respectively_pairs_sites_in_order():
    text = "Horses received 5 and 9 million MSCs into the ankle and the knee, respectively."
    sites = {each.figure: each.values("target") for each in extract_text(text, doc="a").claims}
    assert sites == {"5": ("ankle",), "9 million": ("knee",)}


def test_a_list_shares_what_follows_it_and_not_what_follows_the_next_dose():
    text = "They gave 1, 2 or 4 million MSCs intramuscularly; later 90 million MSCs were infused by IV."
    claims = {each.figure: each.values("route") for each in extract_text(text, doc="a").claims}
    assert claims["1"] == claims["2"] == claims["4 million"] == ("intramuscular",)
    assert claims["90 million"] == ("intravenous",)


METHODS = "Methods\n\nCells were thawed and given by intramyocardial injection of MSCs in all animals.\n\n"


def test_the_one_route_of_a_document_governs_where_nearer_text_is_silent():
    text = (
        f"MSCs after infarction\n\n{METHODS}Results\n\nSwelling was rare.\n\nThe pain passed.\n\nAll was well.\n\n"
        "The mean dose was 21 million MSCs.\n"
    )
    found = slot(text, "21 million", "route")
    assert (found.values, found.step) == (("intramyocardial",), "document")


def test_a_document_with_two_routes_lends_none():
    text = (
        f"MSCs after infarction\n\n{METHODS}In others MSCs were given by intravenous infusion.\n\nResults\n\n"
        "Swelling was rare.\n\nThe pain passed.\n\nAll was well.\n\nThe mean dose was 21 million MSCs.\n"
    )
    assert claim(text, "21 million").values("route") == ()


def test_a_heading_lends_its_route_to_its_own_section_only():
    text = (
        "Cell therapy\n\nWe give 30 million MSCs per session.\n\n- Knee injection (intra-articular)\n"
        "- Dose: 5 million MSCs\n"
    )
    assert claim(text, "30 million").values("route") == ()


def test_a_figure_of_another_work_takes_no_route_from_the_document():
    text = (
        f"MSCs after infarction\n\n{METHODS}Discussion\n\nSwelling was rare.\n\nThe pain passed.\n\nAll was well.\n\n"
        "In previous studies a dose of 21 million MSCs was used.\n"
    )
    assert claim(text, "21 million").values("route") == ()


def test_a_route_beside_a_mass_is_that_of_the_drug():
    text = "Patients got 10 mg p.o. of prednisolone and 5 million MSCs."
    assert claim(text, "5 million").values("route") == ()


def test_the_route_of_another_drug_is_not_the_documents():
    text = (
        "Natural killer cells in lymphoma\n\nThey were given with subcutaneous IL-2 beside the cells.\n\nAll was well."
        "\n\nIt was cold.\n\nIt was dark.\n\nThe dose was 5 million NK cells.\n"
    )
    assert claim(text, "5 million").values("route") == ()


def test_the_route_of_the_next_sentence_counts_if_it_says_how_cells_are_given():
    text = "Each patient receives 5 million MSCs.\nThey are infused through a central venous catheter."
    found = slot(text, "5 million", "route")
    assert (found.values, found.step) == (("intravenous",), "after")


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("They had an intra-articular injection of 5 million MSCs into the joint.", ("joint",)),
        ("The putamen region of the brain was injected with 5 million neural stem cells.", ("putamen",)),
        ("Patients had donor bone marrow, 5 million nucleated cells per kg.", ()),
    ],
    ids=["general", "part of a whole", "source"],
)
def test_the_site_is_where_cells_go(text, target):
    assert claim(text, "5 million").values("target") == target


def test_the_product_is_named_for_cells_that_are_only_counted():
    text = "Cord blood, one infusion, TNC dose 3 x 10^7 cells/kg."
    assert claim(text, "3 x 10^7").values("cell_type") == ("umbilical cord blood cell",)


def test_platelets_are_those_of_the_only_platelet_product_named():
    text = "PRP was spun twice. Each elbow received 3.5 billion platelets."
    assert claim(text, "3.5 billion").values("cell_type") == ("platelet-rich plasma",)


def test_a_cell_that_another_is_derived_from_is_not_given():
    text = "A dose of 2 million cells was injected in all, iPSC-derived dopaminergic neurons."
    assert claim(text, "2 million").values("cell_type") == ("dopaminergic neuron",)


def test_cells_that_are_only_measured_are_not_given():
    text = "Adults with a lymphocyte count in range get 2 million cells/kg.\n"
    assert claim(text, "2 million").values("cell_type") == ()


CONDITIONS = [
    ("Ten patients with stroke received 5 million MSCs.", ("stroke",)),
    ("Ten patients with stroke and dementia received 5 million MSCs.", ("stroke", "dementia")),
    (
        "Stem cells in stroke\n\nMales of 60 years with ischemic stroke came.\n\nThe dose is 5 million MSCs.",
        ("ischemic stroke",),
    ),
    (
        "Stem cells in stroke\n\nPatients with a tumor or infection were excluded.\n\nThe dose is 5 million MSCs.",
        ("stroke",),
    ),
    (
        "Stem cells in stroke\n\nIn acute graft versus host disease 5 million MSCs were infused.",
        ("acute graft versus host disease",),
    ),
    (
        "T cells for CMV viremia or disease\n\nThe dose is 5 million T cells.",
        ("cytomegalovirus viremia", "cytomegalovirus disease"),
    ),
]


@pytest.mark.parametrize(("text", "conditions"), CONDITIONS, ids=[str(at) for at in range(len(CONDITIONS))])
def test_the_condition_is_what_those_treated_have(text, conditions):
    assert claim(text, "5 million").values("condition") == conditions


def test_a_sentence_over_several_conditions_leaves_its_items_open():
    text = (
        "People with knee pain or back pain can have both. A plan may include:\n"
        "- First: 5 million MSCs injected into the knee\n"
    )
    assert claim(text, "5 million").values("condition") == ()


STATUSES = [
    ("If the first dose is safe the dose will be lowered to 5 million MSCs.", "hypothetical", "If"),
    ("On three days you will receive 5 million MSCs.", "recommended", "you will receive"),
    ("Smith et al. gave 5 million MSCs.", "cited", "et al"),
    ("Do not give more than 5 million MSCs.", "negated", "Do not give"),
    ("A dose of 5 million MSCs was given, unless it was not recommended by the nurse.", "reported", "was"),
    ("We injected 5 million MSCs in all, as others have [3].", "cited", "others have"),
]


@pytest.mark.parametrize(("text", "status", "cue"), STATUSES, ids=[cue for _, _, cue in STATUSES])
def test_a_status_keeps_the_cue_that_told_it(text, status, cue):
    found = slot(text, "5 million", "status")
    assert found.values == (status,)
    assert [text[span.start : span.end] for span in found.mentions] == [cue]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Inclusion criteria\n\nAge 2 to 7 years.\n\nInterventions\n\nMSCs, 5 million in one infusion", "planned"),
        ("Posology\n\nA single dose consists of 5 million MSCs.", "recommended"),
        ("Results\n\nSwelling passed. Conclusion: 5 million MSCs per knee look safe.", "reported"),
    ],
    ids=["registry", "label", "paper"],
)
def test_a_text_without_cues_states_figures_as_its_kind_does(text, status):
    found = slot(text, "5 million", "status")
    assert (found.values, found.step) == ((status,), "document")


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("Adults had two intravenous infusions at day 0 and day 3, each of 5 million MSCs.", ("infusion",)),
        ("They had one injection (IT) of 5 million MSCs.", ("injection",)),
        ("The patient gets 5 million MSCs, then IL-2 720,000 IU/kg.", ()),
    ],
    ids=["each of", "aside", "another denominator"],
)
def test_what_a_figure_is_per_is_its_own(text, basis):
    assert claim(text, "5 million").values("basis") == basis


def test_a_condition_that_people_have_is_read_with_the_id_of_the_knowledge_base():
    text = (
        "Ten patients with pemphigus vulgaris were given 20 million stem cells. "
        "Knee osteoarthritis was common in the land, and knee osteoarthritis is dear."
    )
    found = slot(text, "20 million", "condition")
    assert (found.values, found.ids) == (("pemphigus vulgaris",), ("MONDO:0008219",))


def test_a_condition_in_passing_fills_nothing():
    text = (
        "Cells for the knee\n\nPatients with knee osteoarthritis were given 5 million stem cells. "
        "Exclusion: pemphigus vulgaris.\n"
    )
    assert claim(text, "5 million").values("condition") == ("knee osteoarthritis",)


def test_an_animal_has_not_the_disease_of_another():
    text = (
        "Dogs with atopic dermatitis were given 5 million stem cells. Cats with gingivostomatitis were given "
        "20 million stem cells. One cat had 30 million stem cells."
    )
    conditions = {each.figure: each.values("condition") for each in extract_text(text, doc="a").claims}
    assert conditions["5 million"] == ("atopic dermatitis",)
    assert conditions["20 million"] == conditions["30 million"] == ("gingivostomatitis",)


PURPOSES = [
    ("the management of post-traumatic osteoarthritis", "post-traumatic osteoarthritis"),
    ("the risk of post-traumatic osteoarthritis", "osteoarthritis"),
]


@pytest.mark.parametrize(("purpose", "condition"), PURPOSES, ids=["purpose", "risk"])
def test_what_the_lead_says_is_treated_is_what_the_wider_name_means(purpose, condition):
    text = (
        f"Cells after ligament repair\n\nThey spoke of {purpose}. Ten patients with osteoarthritis were given "
        "5 million stem cells. In osteoarthritis they help.\n"
    )
    assert claim(text, "5 million").values("condition") == (condition,)


AROSE = ["Neutropenia was seen in 9.", "Neutropenia, long in some, occurred in 9.", "Neutropenia (grade 3) was noted."]


@pytest.mark.parametrize("event", AROSE)
def test_what_arose_in_those_treated_is_not_what_they_are_treated_for(event):
    text = (
        f"Of 12 adults with multiple myeloma given 10 million cells some left. {event} {event} {event}\n\n"
        "A bag holds a dose of 20 million cells."
    )
    assert claim(text, "20 million").values("condition") == ("multiple myeloma",)


@pytest.mark.parametrize(("site", "found"), [("myocardium", ("myocardium",)), ("lung", ())])
def test_into_the_muscle_is_into_the_heart_where_the_heart_is_named(site, found):
    text = f"In ten pigs the cells were put i.m. at a dose of 5 million cells. The {site} was thin. The {site} was red."
    assert claim(text, "5 million").values("target") == found


def test_what_one_dose_further_down_is_for_is_not_what_the_document_is_about():
    text = (
        "Amendment of the plan\n\nA graft with 5 million stem cells is transplanted per eye.\n\n"
        "In the part for keratoconus 3 million stem cells are given.\n"
    )
    assert claim(text, "5 million").values("condition") == ()
    assert claim(text, "3 million").values("condition") == ("keratoconus",)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("No patient was given more than 5 million MSCs.", "negated"),
        ("A further step to 5 million MSCs/kg was foreseen but was never taken.", "negated"),
        ("The company plans a study in which adults would be given 5 million MSCs.", "planned"),
        ("We injected 5 million MSCs, within the range seen in other studies [3].", "reported"),
    ],
)
def test_a_status_is_what_the_sentence_holds_true(text, status):
    assert claim(text, "5 million").value("status") == status


def test_one_plan_does_not_make_a_text_a_plan():
    text = "Notes of the session\n\nThey are planning 2 million MSCs.\n\nSecond talk: MSCs, 5 million in one infusion."
    assert claim(text, "5 million").value("status") is None


def test_what_a_guideline_cites_it_does_not_recommend():
    text = (
        "Practice guideline for the knee\n\nGive 2 million MSCs.\n\nThe 5 million MSCs of acute GVHD [4] tell nothing."
    )
    assert claim(text, "5 million").value("status") == "cited"


@pytest.mark.parametrize(
    ("text", "species"),
    [
        ("The trial is recruiting. One infusion of 5 million MSCs is given.", "human"),
        ("One infusion of 5 million MSCs was given.", None),
        ("Nine rats came. The trial is recruiting. One infusion of 5 million MSCs was given.", "rat"),
        ("An infusion of 5 million MSCs was given. In pigs, Smith et al. gave 2 million MSCs.", None),
    ],
    ids=["clinical", "silent", "named", "of another dose"],
)
def test_a_clinical_text_without_species_is_of_people(text, species):
    assert claim(text, "5 million").value("species") == species


def test_a_short_line_with_a_dose_is_no_heading():
    text = (
        "Protocol sheet\n\nIntradiscal injection\n  Dose: 5 million MSCs per disc\n  Volume: 1 mL\n"
        "Intravenous support\n  Dose: 2 million MSCs per kg\n"
    )
    assert claim(text, "5 million").values("route") == ("intradiscal",)
    assert claim(text, "2 million").values("route") == ("intravenous",)


EARLIER = [
    ("We treated ten patients with stroke or sepsis. The dose was 5 million MSCs.", ("stroke", "sepsis")),
    ("Ten patients with stroke came. Embolism was watched for. The dose was 5 million MSCs.", ("stroke",)),
    ("In stroke one infusion is usual. In sepsis two infusions are usual. Horses were given 5 million MSCs.", ()),
    ("Audit\n\nStroke. Dogs were given 5 million MSCs.\n\nAsthma. Cats had none.", ("stroke",)),
    ("MSCs in stroke\n\nSepsis. Mice were given 5 million MSCs.", ("sepsis",)),
]


@pytest.mark.parametrize(("text", "conditions"), EARLIER, ids=range(len(EARLIER)))
def test_the_paragraph_says_before_the_figure_what_it_is_for(text, conditions):
    assert claim(text, "5 million").values("condition") == conditions


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("The dose was 5 million MSCs per disc.", ("intradiscal",)),
        ("The dose was 5 million MSCs for each knee.", ("intra-articular",)),
        ("The dose was 5 million MSCs per patient.", ()),
    ],
)
def test_what_a_dose_is_per_may_tell_where_it_goes(text, route):
    assert claim(text, "5 million").values("route") == route


PRODUCTS = [
    (
        "Rats were given 2 million MSCs. Uptake by macrophages rose. The dose was 5 million cells/kg.",
        "mesenchymal stromal cell",
    ),
    ("Dendritic cells. Adults got a dose of 5 million cells.\n\nNK cells. They got none.", "dendritic cell"),
    ("MSC exosomes were made from MSCs. Mice were given 5 million particles.", "exosome"),
    ("Donor lymphocytes begin at 5 million CD3+ cells/kg.", "donor lymphocyte"),
    ("Next to the islets they were given bone marrow, 5 million nucleated cells per kg.", "bone marrow-derived cell"),
    ("Adipose-derived stem cells in colitis\n\nSmith et al. gave 5 million MSCs [3].", "mesenchymal stromal cell"),
]


@pytest.mark.parametrize(("text", "cells"), PRODUCTS, ids=[cells for _, cells in PRODUCTS])
def test_the_cells_are_those_that_are_given(text, cells):
    assert claim(text, "5 million").value("cell_type") == cells


DENOMINATORS = [
    ("They injected 5 million MSCs at ten sites (500,000 cells per site).", None),
    ("They gave 5 million MSCs, i.e. 70,000 cells/kg.", None),
    ("Dose: 5 million MSCs in 3 mL.", None),
    ("Maximum per session: 5 million MSCs.", "session"),
    ("Each injection contained 5 million MSCs.", "injection"),
    ("They gave an injection of 2 million or 5 million MSCs.", "injection"),
    ("The cats had three infusions; total, 5 million MSCs.", "total"),
]


@pytest.mark.parametrize(("text", "basis"), DENOMINATORS, ids=range(len(DENOMINATORS)))
def test_a_figure_is_per_what_is_said_of_it_alone(text, basis):
    assert claim(text, "5 million").value("basis") == basis


SITES = [
    ("The biceps was injected with 2 million MSCs/kg, and six adults got 5 million MSCs/kg by lumbar puncture.", ()),
    ("They gave 5 million MSCs; the knee shrank.", ()),
    ("They gave an intranodal injection of 5 million dendritic cells.", ("lymph node",)),
    (
        "Notes\n\nWe placed 2 million MSCs under the kidney capsule.\n\nStroke model. Mice were given 5 million MSCs.",
        (),
    ),
]


@pytest.mark.parametrize(("text", "sites"), SITES, ids=range(len(SITES)))
def test_a_site_is_one_that_the_dose_reaches(text, sites):
    assert claim(text, "5 million").values("target") == sites


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("They got 5 million MSCs i.v. on days 0 and 3 (total 10 million MSCs).", ("intravenous",)),
        ("They were injected into the Achilles tendon. In knee trials 5 million MSCs were used.", ()),
        (
            "They were given 5 million MSCs IA.\n\nIA, intra-arterial; MSC, mesenchymal stromal cell.",
            ("intra-arterial",),
        ),
    ],
)
def test_a_route_is_read_across_stops_sites_and_glossaries(text, route):
    assert claim(text, "5 million").values("route") == route


def test_cells_that_a_product_is_counted_in_are_of_its_kind():
    text = "They got 2 million NK cells per kg, but no more than 5 million CD3+ cells/kg."
    assert claim(text, "5 million").value("cell_type") == "CD3+ cell"


OF_OTHERS = "{title}\n\n{own}Lind et al. (2017) gave a dose of 8 million cells and saw no harm.\n"


def test_the_title_tells_the_route_site_and_cells_of_the_works_below_it():
    found = claim(OF_OTHERS.format(title="Intra-articular MSCs in the hip: a review", own=""), "8 million")
    assert found.value("status") == "cited"
    assert found.values("route") == ("intra-articular",)
    assert found.values("target") == ("hip",)
    assert found.values("cell_type") == ("mesenchymal stromal cell",)


@pytest.mark.parametrize(
    ("title", "own"),
    [
        ("Cells in the hip", "Results\n\nOur MSCs were given by intra-articular injection.\n\nDiscussion\n\n"),
        ("Intra-articular or intravenous MSCs: a review", ""),
    ],
    ids=["what the citing document did", "two routes"],
)
def test_nothing_but_one_route_of_the_title_is_told_of_the_works_below_it(title, own):
    assert claim(OF_OTHERS.format(title=title, own=own), "8 million").values("route") == ()


def test_a_wound_in_the_title_is_no_site_of_the_works_below_it():
    assert claim(OF_OTHERS.format(title="MSCs for the ulcer: a review", own=""), "8 million").values("target") == ()


@pytest.mark.parametrize(
    "text",
    [
        "The knee was scanned with care and 2 million MSCs were bought for the dose.",
        "A membrane with a dose of 2 million MSCs was implanted in the knee.",
        "Level of evidence: IV. The dose is 2 million MSCs.",
    ],
    ids=["nothing goes in", "a joint that is opened", "a number"],
)
def test_what_tells_no_route(text):
    assert claim(text, "2 million").values("route") == ()


def test_the_site_of_what_is_implanted_is_the_joint_that_a_text_names_most():
    text = "Membranes in cartilage defects of the knee\n\nThe dose implanted is 2 million chondrocytes.\n"
    assert claim(text, "2 million").values("target") == ("knee",)


def test_the_route_of_another_agent_is_not_that_of_the_cells():
    text = "They had intravenous {} followed by one infusion of 2 million MSCs."
    assert claim(text.format("fludarabine"), "2 million").values("route") == ()
    assert claim(text.format("saline wash"), "2 million").values("route") == ("intravenous",)


MANUAL = "Manual\n\nDose\n\nEach patient gets 2 million MSCs.\n\n{}\n"


@pytest.mark.parametrize(
    ("manual", "route"),
    [
        ("Infusion\n\nThaw the bag and infuse intravenously.", "intravenous"),
        ("Route of administration: intravenous use", "intravenous"),
        ("Sampling\n\nDraw blood and infuse intravenously.", None),
        ("Infusion\n\nInfuse intravenously or by intrathecal injection.", None),
    ],
)
def test_a_section_or_label_on_giving_tells_the_only_route_of_a_document(manual, route):
    found = claim(MANUAL.format(manual), "2 million").slot("route")
    assert (found and found.values) == (route and (route,))


BEFORE = "Some get 8 million MSCs intravenously and 1 million MSCs intrathecally. Adults get 8 million MSCs by IV. {}"


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("So a child gets 3 million cells.", ("intravenous",)),
        ("In children we split the infusion and give 3 million cells.", ("intravenous",)),
        ("Also a child got 3 million cells.", ()),
    ],
)
def test_a_sentence_that_goes_on_with_a_dose_takes_its_route(text, route):
    assert claim(BEFORE.format(text), "3 million").values("route") == route


def test_what_is_put_locally_takes_no_systemic_route_from_before():
    text = (
        "Once MSCs were given intrathecally. Now MSCs are infused intravenously. {} Lind gave a dose of 3 million MSCs."
    )
    assert claim(text.format("In scars they are injected locally."), "3 million").values("route") == ()
    assert claim(text.format("It was a long time ago."), "3 million").values("route") == ("intravenous",)


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("Cells are put into both putamina.\n\nDoses\n\nWe gave 2 million MSCs stereotactically.", ("putamen",)),
        ("Cells left the putamen.\n\nDoses\n\nWe gave 2 million MSCs stereotactically.", ("brain",)),
        ("The MSCs were injected in 5 ml of cerebrospinal fluid at a dose of 2 million MSCs.", ()),
        ("The MSCs were injected into the cerebrospinal fluid at a dose of 2 million MSCs.", ("cerebrospinal fluid",)),
    ],
)
def test_the_narrower_site_counts_and_what_cells_float_in_is_none(text, site):
    assert claim(text, "2 million").values("target") == site


def test_a_site_in_which_cells_are_only_found_gets_none():
    found = claim("A dose of 2 million MSCs was given, with long persistence in the brain.", "2 million")
    assert found.values("route") == found.values("target") == ()
    given = claim("A dose of 2 million MSCs was given in the brain.", "2 million")
    assert given.values("target") == ("brain",)


def test_a_site_that_is_changed_by_a_dose_is_not_where_it_went():
    assert claim("2 million MSCs were given and improved the motion at the knee.", "2 million").values("route") == ()
    assert claim("2 million MSCs were given at the knee.", "2 million").values("route") == ("intra-articular",)


def test_a_label_tells_the_route_of_what_it_is_for():
    label = "Somecel\n\nFor autologous use only. {}\n\nDose\n\nThe target dose is 2 million MSCs per kg body weight.\n"
    assert claim(label.format("For intravenous use only."), "2 million").values("route") == ("intravenous",)
    assert claim(label.format("Not for intravenous drug users."), "2 million").values("route") == ()


@pytest.mark.parametrize(
    ("text", "species"),
    [
        ("Recommendation: a dose of 5 million MSCs per knee.", ("human",)),
        ("Fetlocks of horses\n\nRecommendation: a dose of 5 million MSCs per joint.", ("horse",)),
        ("A dose of 5 million MSCs was given.", ()),
    ],
)
def test_what_is_advised_without_an_animal_is_for_people(text, species):
    assert [each.values("species") for each in extract_text(text, doc="a").claims] == [species]


def test_those_named_behind_a_figure_get_it():
    text = "It was 50 mg/kg in mice and a dose of 5 million MSCs/kg {} dogs."
    assert claim(text.format("in"), "5 million").values("species") == ("dog",)
    assert claim(text.format("long before we saw"), "5 million").values("species") == ("mouse",)
