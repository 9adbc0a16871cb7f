"""Long blocks are cut where no figure is."""

from __future__ import annotations

import pytest

from litclaims.extract.quantity.numbers import find_numbers
from litclaims.ingest import from_text
from litclaims.model import Span
from litclaims.segment import abbreviations, segment, view
from litclaims.segment.parts import MAX_PART, pieces, read
from litclaims.segment.pipeline import load


def values(text: str) -> set:
    cut = pieces(text, Span(0, len(text)))
    assert [start for start, _ in cut[1:]] == [end for _, end in cut[:-1]]
    assert all(end - start <= MAX_PART for start, end in cut)
    return {number.value for start, end in cut for number in find_numbers(text[start:end])}


@pytest.mark.parametrize("filler", ["word ", "word-", "), ("])
@pytest.mark.parametrize("figure", ["125 million ", "1,250,000 ", "2.5×10^6 "])
def test_no_number_is_cut_in_two(filler, figure):
    whole = find_numbers(figure)[0].value
    for offset in range(7_960, 8_011):
        before = (filler * 2_000)[: offset - 1] + " "
        assert values(f"{before}{figure}cells and {filler * 200}") == {whole}


def test_the_words_that_bound_a_figure_stay_with_it():
    for offset in range(7_960, 8_011):
        text = ("word " * 2_000)[:offset] + " less than 5 million to 10 million cells " + "word " * 200
        assert any("less than 5 million to 10 million" in text[a:b] for a, b in pieces(text, Span(0, len(text))))


def test_a_long_run_of_digits_is_never_cut_into_a_figure():
    for size in (8_001, 8_010, 11_999, 12_001, 16_003):
        assert values("1" * size + " million cells") == set()


def test_a_decimal_split_by_a_blank_line_is_not_cut():
    text = "word " * 1_590 + "They gave 0.\n\n3 x 10^8 cells " + "word " * 200
    assert any("0.\n\n3" in text[a:b] for a, b in pieces(text, Span(0, len(text))))


def test_a_long_run_of_one_sign_is_blank_for_the_tokenizer_only():
    text = "Dose " + "(" * 4_000 + " 5 million"
    document = from_text(text, doc="a")
    assert segment(document).parts[0].view == text
    assert [token.text for token in read(text) if not token.is_space] == ["Dose", "5", "million"]


def test_a_segmented_document_keeps_its_view():
    document = from_text("We give 5\u00a0million cells.", doc="a")
    assert segment(document).view == view(document.text)


def test_a_raised_mark_behind_a_stop_hides_no_end_of_a_sentence():
    text = "Each knee received cells in 5 mL of saline.² In a first trial¹ it was more.³,⁴ A third one failed.⁵⁻⁷"
    part = segment(from_text(text, doc="a")).parts[0]
    assert part.view == text
    assert [text[span.start : span.end] for span in part.sentences] == [
        "Each knee received cells in 5 mL of saline.²",
        "In a first trial¹ it was more.³,⁴",
        "A third one failed.⁵⁻⁷",
    ]


@pytest.mark.parametrize("heap", ["[(" * 4_000, "5 million (" * 100])
def test_a_heap_of_open_brackets_is_blank_for_the_tokenizer(heap):
    assert not any("(" in token.text for token in read(f"Dose {heap} 5 million"))
    assert len(read(f"Dose {heap} 5 million").text) == len(f"Dose {heap} 5 million")


@pytest.mark.parametrize(
    "text",
    [
        "Osteoarthritis (OA) of the knee (left (or right) one) and (both (a) and (b)) () were seen.",
        "Cells (MSC) (see (1) and (2)) of a trial (a very long bracket of far more words than are looked at here).",
        "An open ( and a closed ) and ) ( none",
    ],
)
def test_brackets_are_those_of_the_detectors_matcher(text):
    doc = load().make_doc(text)
    matched = [(start + 1, end - 1) for _, start, end in load().get_pipe("abbreviation_detector").matcher(doc)]
    found = [(start, end) for _, start, end in abbreviations._brackets(doc)]
    assert found == [(start, end) for start, end in matched if end - start <= abbreviations.LONGEST_BRACKET]
