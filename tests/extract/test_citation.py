"""Markers are told from figures, and belong to the figures they stand behind."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import litclaims.extract.citation as module
from litclaims import reading
from litclaims.extract.citation import (
    CitationMark,
    Style,
    attach,
    document_style,
    find_citations,
    keys,
    known_markers,
    marker_spans,
)
from litclaims.extract.reference import cues
from litclaims.model import Reference, Span

CASES = yaml.safe_load(Path(module.__file__).with_name("cases.yml").read_text(encoding="utf-8"))
STATEMENTS = [
    "Cells have not been tried in humans 1",
    "Only one case has been told so far 2",
    "Injections ease the pain for a while 3, 1",
]
REFERENCES = (
    Reference(
        "d#1", "d", "raw", Span(0, 3), marker="1", first_author="Doe JA", year=2008, title="On cells", doi="10.1/A"
    ),
    Reference("d#2", "d", "raw", Span(4, 7), marker="2", first_author="van Roe B", year=2010, title="Bone", pmid="77"),
    Reference("d#3", "d", "raw", Span(8, 9), marker="3", title="On the Web?"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_marks_of_a_text(case):
    style = Style(**dict.fromkeys(case.get("style", ()), True))
    found = find_citations(case["text"], known_markers=frozenset(case.get("known", ())), style=style)
    marks = [{case["text"][mark.span.start : mark.span.end]: list(mark.markers)} for mark in found]
    assert marks == case["marks"]


def test_cases_are_of_both_kinds():
    assert any(case["marks"] for case in CASES)
    assert any(not case["marks"] for case in CASES)


@pytest.mark.parametrize("word", sorted(cues.words("reference", "takes_number")))
def test_a_number_after_a_word_that_takes_it_is_no_marker(word):
    text = f"The cells were then given to all adults {word} 3"
    assert find_citations(text, style=Style(bare=True)) == ()


@pytest.mark.parametrize("word", sorted(cues.words("reference", "interval")))
def test_brackets_of_an_interval_are_no_markers(word):
    assert find_citations(f"It was 2.4 ({word}: [1, 4])") == ()


@pytest.mark.parametrize("word", sorted(cues.words("reference", "not_author")))
def test_a_year_after_a_word_that_is_no_name_is_no_marker(word):
    assert find_citations(f"It was so ({word.capitalize()} 2019).") == ()


@pytest.mark.parametrize("word", sorted(cues.words("reference", "squared_unit")))
def test_a_squared_unit_is_no_marker(word):
    assert find_citations(f"It covers two {word}² of skin.") == ()


def test_three_statements_make_a_style():
    assert document_style(STATEMENTS) == Style(bare=True)
    assert document_style(STATEMENTS[:2]) == Style()


def test_laboratory_values_make_no_style():
    assert (
        document_style(
            [f"The value of this blood test came {name}" for name in ("potassium 4", "sodium 140", "iron 18")]
        )
        == Style()
    )


def test_numbers_beyond_the_reference_list_make_no_style():
    assert document_style(STATEMENTS, known_markers=frozenset({"1", "2"})) == Style()
    assert document_style(STATEMENTS, known_markers=frozenset({"1", "2", "3"})) == Style(bare=True)


def test_round_brackets_are_a_style_only_of_a_numbered_list():
    texts = ["It eased pain (1).", "It lasted long (2).", "It was safe (3)."]
    assert document_style(texts, known_markers=frozenset({"1", "2", "3"})).parenthesised
    assert not document_style(texts).parenthesised


def test_a_figure_takes_the_next_mark():
    text = "It lasted 3 months [1], and later 6 weeks [2], [3]."
    marks = find_citations(text)
    whole = Span(0, len(text))
    assert attach(Span(10, 18), whole, marks) == ("1",)
    assert attach(Span(34, 41), whole, marks) == ("2", "3")


def test_a_figure_behind_all_marks_takes_the_last():
    text = "As Doe et al. (2008) found it lasted 3 months."
    assert attach(Span(37, 45), Span(0, len(text)), find_citations(text)) == ("Doe 2008",)


def test_a_mark_behind_the_full_stop_belongs_to_the_sentence_before():
    text = "It lasted 3 months.8 Later it was 6 weeks."
    marks = find_citations(text)
    assert attach(Span(10, 18), Span(0, 19), marks) == ("8",)
    assert attach(Span(34, 41), Span(19, len(text)), marks) == ()
    assert attach(Span(34, 41), Span(21, len(text)), marks) == ()


def test_a_figure_in_a_sentence_without_marks_takes_none():
    assert attach(Span(0, 1), Span(0, 5), [CitationMark(Span(9, 12), ("1",), "bracket")]) == ()


def test_marker_spans_cover_the_digits():
    text = "Cells have not been tried in humans 12"
    marks = find_citations(text, style=Style(bare=True))
    assert [text[span.start : span.end] for span in marker_spans(marks)] == ["12"]


def test_markers_resolve_to_works():
    assert keys(("1", "van Roe 2010", "3", "9"), REFERENCES) == ("doi:10.1/a", "pmid:77", "title:on the web")
    assert keys(("Doe 2008", "1"), REFERENCES) == ("doi:10.1/a",)
    assert keys(("doi:10.9/z",), ()) == ("doi:10.9/z",)


def test_an_unnumbered_list_is_counted():
    plain = tuple(Reference(f"d#{n}", "d", "raw", Span(n, n), title=f"T{n}") for n in range(3))
    assert keys(("2",), plain) == ("title:t1",)
    assert keys(("0", "4"), plain) == ()


def test_known_markers_are_numbers_and_names():
    assert known_markers(REFERENCES) == {"1", "2", "3", "Doe 2008", "van Roe 2010"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[" * 20000,
        "1 " * 20000,
        "[1," * 9000,
        "x " * 9000 + "1",
        "¹" * 20000,
        "A" * 20000,
        " " * 40000,
        "Doe and " * 5000,
        "de " * 9000,
    ],
)
def test_hostile_text_gives_an_answer(text):
    style = Style(bare=True, parenthesised=True)
    assert all(text[mark.span.start : mark.span.end] for mark in find_citations(text, style=style))


@pytest.mark.parametrize("dose", ["50 million cells¹²", "50 million MSCs¹²", "50 million cells.¹²"])
def test_raised_mark_behind_a_unit_does_not_hide_the_dose(dose):
    extraction = reading.extract_text(f"Cells for the knee\n\nPatients received {dose} Then they rested.", doc="a")
    assert [(claim.figure, claim.citations) for claim in extraction.claims] == [("50 million", ("12",))]
