"""The view has the text's length, and what would be misread in it is left unread."""

from __future__ import annotations

import pytest

from litclaims.reading import extract_text
from litclaims.segment import view


def figures(text: str) -> list[tuple[str, object, object]]:
    claims = extract_text(f"Patients received {text} cells.", doc="a").claims
    return [(claim.quantity.bound, claim.quantity.low, claim.quantity.high) for claim in claims]


@pytest.mark.parametrize("hidden", ["\u00ad", "\u200b", "\u200d", "\u200e", "\u2060", "\ufeff", "\ue000"])
@pytest.mark.parametrize(
    "text", ["1{}2 million", "12{}5 million", "12{},5 million", "2{}×10^6", "5 mil{}lion", "1{} 5 M"]
)
def test_a_number_with_an_invisible_character_is_left_unread(text, hidden):
    assert figures(text.format(hidden)) == []


@pytest.mark.parametrize("text", ["5\u200b million", "5 \u2060million", "\ufeff 5 million"])
def test_an_invisible_character_at_the_edge_of_a_word_is_a_blank(text):
    assert figures(text) == [("exact", 5_000_000, 5_000_000)]


def test_letters_that_only_look_different_are_brought_to_one_form():
    assert view("w\u0131ll \u0130t \u017fo 5\u212a") == "will It so 5K"
    assert extract_text("Patients w\u0131ll receive 5 million cells.", doc="a").claims


@pytest.mark.parametrize("sign", ["&lt;", "&lt", "&amp;lt;", "&#60;", "&#x3c;"])
@pytest.mark.parametrize("blank", ["", " "])
def test_an_upper_bound_in_an_entity_stays_one(sign, blank):
    found = figures(f"{sign}{blank}5 million") if blank or sign != "&lt" else [("less_than", None, 5_000_000)]
    assert found == [("less_than", None, 5_000_000)]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("5&ndash;10 million", 5, 10),
        ("5&#8211;10 million", 5, 10),
        ("5&times;10^6", 5, 5),
        ("10 million&nbsp;", 10, 10),
    ],
)
def test_an_entity_that_the_grammar_has_room_for_is_read(text, low, high):
    assert [found[1:] for found in figures(text)] == [(low * 10**6, high * 10**6)]


@pytest.mark.parametrize(
    "text",
    [
        "5 million &ndash; 10 million",
        "10 million &plusmn; 2 million",
        "less than&nbsp;5 million",
        "5&nbsp;500",
        "1&#50;5 M",
    ],
)
def test_an_entity_that_would_change_a_value_leaves_it_unread(text):
    assert figures(text) == []


@pytest.mark.parametrize(
    "text", ["&foo; &lt;b&gt; &amp; a&b", "&" * 50, "10&lt;sup&gt;6&lt;/sup&gt;", "5 &micro;L", "&#0;"]
)
def test_the_view_of_entities_has_the_length_of_the_text(text):
    assert len(view(text)) == len(view(text, markdown=True)) == len(text)


def test_a_markdown_escape_is_a_blank_but_not_within_a_decimal():
    assert view(r"2\*10^6 and \<5", markdown=True) == "2 *10^6 and  <5"
    assert "5" not in view(r"10\.5 million", markdown=True)


def test_struck_text_and_comments_are_blank_in_markdown():
    text = "We give ~~5 million~~ now <!-- or 9 million --> 7 million."
    assert view(text, markdown=True).split() == ["We", "give", "now", "7", "million."]


def test_one_line_break_after_a_full_stop_joins_no_number():
    assert view("in group 10.\n5 million") == "in group 10. 5 million"
    assert view("0.\n\n3 x 10 8") == "0.\n\n3 x 10 8"


@pytest.mark.parametrize(
    "piece", ["&", "&lt", "~~", "~~a", "\u200b", "5\u200b", "<!--", "\\", "](", "[", "<!--a\n\n", "\ue000"]
)
def test_hostile_runs_are_viewed(piece):
    text = piece * (200_000 // len(piece)) + "x"
    assert len(view(text, markdown=True)) == len(text)


def test_a_raised_sign_behind_a_name_is_the_sign_and_in_a_power_is_not():
    assert view("CD34⁺CD38⁻ cells") == "CD34+CD38- cells"
    assert view("10⁻⁶ and mL⁻¹") == "10⁻⁶ and mL⁻¹"


def test_a_footnote_mark_behind_a_figure_is_a_blank():
    assert view("2.5ᵃ × 10⁶ᵇ,ᶜ and 4†") == "2.5  × 10⁶    and 4 "
    assert view("10ᵃ, 10ⁿ, 2ⁿᵈ, 4ᵗʰ and mᵃ") == "10ᵃ, 10ⁿ, 2ⁿᵈ, 4ᵗʰ and mᵃ"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (r"$2 \times 10^{6}$ cells", r" 2 \times 10^{6}  cells"),
        (r"$2.5 \pm 0.3$ at $10^6$", "$2.5 \\pm 0.3$ at $10^6$".replace("$", " ").replace(r"\pm", " ± ")),
        (r"CD34$^{+}$ cells", "CD34+      cells"),
        (r"$\sim 5^{2} / \mathrm{kg}$", " ~    5^{2} /         kg  "),
    ],
)
def test_a_figure_in_the_maths_of_tex_loses_its_currency_signs(text, seen):
    assert view(text) == seen
    assert len(seen) == len(text)


@pytest.mark.parametrize(
    "text", ["It costs $50 to $60.", "Of $20 10^6 were spent.", r"Let $x_1 \in \mathbb{R}$ be.", "$50-$60"]
)
def test_a_currency_sign_without_such_a_figure_stays(text):
    assert view(text) == text


def test_a_bar_before_a_sign_that_needs_none_is_a_blank():
    assert view(r"10\^6, \>20 and \~3") == "10 ^6,  >20 and  ~3"
    assert view(r"\alpha \^{o} C:\new") == r"\alpha \^{o} C:\new"
