"""Which kind of cell a dose is of: its own noun first, then what it is counted in, then what the text is about."""

from __future__ import annotations

import pytest

from litclaims.extract.lexical import hyphenated
from litclaims.reading import extract_text


def cells(text: str, figure: str = "5 million") -> tuple[str, ...]:
    """The kind of cell of the only claim of that figure."""
    found = [each for each in extract_text(text, doc="a").claims if figure in each.figure]
    assert len(found) == 1, [each.figure for each in extract_text(text, doc="a").claims]
    return found[0].values("cell_type")


def test_the_plus_of_a_marker_parts_no_clauses():
    text = (
        "The CD34+ cell dose was 5 million/kg (range 2–9 million/kg) and the CD3+ cell dose was 70 million/kg "
        "(range 30–95 million/kg)."
    )
    assert cells(text, "70 million") == ("CD3+ cell",)
    assert cells(text, "30–95 million") == ("CD3+ cell",)
    assert cells(text, "2–9 million") == ("CD34+ cell",)


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("mesenchymal stem cell-derived neural progenitors (MSC-NPs)", {"MSC-NP"}),
        ("mesenchymal stem cells in saline (MSC-NPs)", set()),
        ("injected fast (PH-OH)", set()),
    ],
)
def test_a_hyphenated_abbreviation_is_defined_by_words_that_begin_with_its_letters(text, short):
    assert set(hyphenated(text)) == short


def test_cells_made_of_others_are_not_those_others():
    text = "We gave mesenchymal stem cell-derived neural progenitors (MSC-NPs). A dose of 5 million cells was safe."
    assert cells(text) == ("neural progenitor cell",)


def test_mononuclear_cells_beside_marrow_are_those_of_the_marrow():
    text = "One trial gave 90 million bone marrow cells, another a dose of 5 million mononuclear cells."
    assert cells(text) == ("bone marrow mononuclear cell",)


def test_the_cells_beside_a_figure_count_before_a_product_further_off():
    text = (
        "Policy\n\nCord blood\n\nCord blood is thawed first.\n\nDonor lymphocyte infusion\n\n"
        "Begin with a dose of 5 million {}/kg.\n"
    )
    assert cells(text.format("CD3+ cells")) == ("CD3+ cell",)
    assert cells(text.format("cells")) == ("donor lymphocyte",)


def test_one_kind_of_cell_beside_vesicles_is_that_of_all_numbers_of_cells():
    text = (
        "Programs\n\nFirst\n\nCells: umbilical cord MSCs\n\n- exosomes by nose, a dose of 20 billion particles\n\n"
        "Second\n\n- A dose of 5 million cells\n"
    )
    assert cells(text) == ("mesenchymal stromal cell",)


def test_what_a_dose_is_of_is_given():
    text = (
        "Redirected T cells\n\nThey sought the best dose of CART-19 T cells.\n\nA dose of 5 million was safe for all.\n"
    )
    assert cells(text) == ("CAR-T cell",)


def test_a_part_told_in_a_bracket_is_not_the_whole():
    text = "They were given bone marrow mononuclear cells. The dose was 5 million cells {} CD34+)."
    assert cells(text.format("(of these 2% were")) == ("bone marrow mononuclear cell",)
    assert cells(text.format("(all of them were")) == ("CD34+ cell",)


def test_what_is_counted_in_cells_is_no_plasma_beside_it():
    text = "We give fat-derived SVF. Each knee gets 5 million cells, together with 3 mL of PRP."
    assert cells(text) == ("stromal vascular fraction",)


def test_particles_are_of_the_one_product_counted_in_them():
    text = "Shop\n\nSale\n\nExtracellular vesicles and {} are sold.\n\nUse\n\nRats received 5 million particles.\n"
    assert cells(text.format("exosomes")) == ("extracellular vesicle",)
    assert cells(text.format("AAV vectors")) == ()


def test_a_number_may_stand_before_the_product_that_heads_a_paragraph():
    text = "Donor lymphocyte infusion\n\nR3. NK cells. For leukemia a dose of 5 million cells is infused.\n"
    assert cells(text) == ("natural killer cell",)


@pytest.mark.parametrize(
    ("named", "label"),
    [
        ("CD34+/CXCR4+ cells", "CD34+CXCR4+ cell"),
        ("CD34(+)CD38(+) cells", "CD34+CD38+ cell"),
        ("CD34+CD90+ cells", "CD34+CD90+ hematopoietic stem cell"),
        ("CD34(+) cells", "CD34+ cell"),
        ("CD4+/CD8+ T cells", "CD8+ T cell"),
    ],
)
def test_cells_that_several_markers_define_are_named_by_all(named, label):
    assert cells(f"They were infused with 5 million {named}.") == (label,)


def test_what_the_cells_were_made_from_is_not_what_is_given():
    text = "Regulatory cells are {} monocytes in a bag. A dose of 5 million cells is infused."
    assert cells(text.format("prepared from")) == ()
    assert cells(text.format("infused as")) == ("monocyte",)
