"""Abbreviations are those of scispaCy's detector, though only what may define one is made into tokens."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litclaims.segment import abbreviations
from litclaims.segment.abbreviations import definitions, listed
from litclaims.segment.pipeline import load

WORDS = ["mesenchymal", "stem", "cells", "MSC", "of", "OA", "IL-6", "CD34+", "x", "10", "5mL", "can't", ",", ".", "a-B"]
PIECES = st.lists(st.sampled_from([*WORDS, "(", ")", "(MSC)", "(OA,", "(stem of a cell at last)", "  "]), max_size=40)


def of_the_whole(text):
    """What the detector tells of a text that is made into tokens as a whole."""
    found = {}
    for short, long in abbreviations._pairs(load().make_doc(text)):
        if short.text not in found and long.text not in found.values():
            found[short.text] = long.text
    return list(found.items())


@settings(max_examples=150, deadline=None)
@given(PIECES, st.sampled_from([" ", ""]))
def test_definitions_are_those_of_the_whole_text(pieces, gap):
    text = gap.join(pieces)
    assert definitions(text) == of_the_whole(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mesenchymal stromal cells (MSCs) were given to the knee.", [("MSCs", "Mesenchymal stromal cells")]),
        ("The MSC (mesenchymal stromal cells of marrow) were given.", [("MSC", "mesenchymal stromal cells of marrow")]),
        ("In ImageJ (http://imagej.example/) the dots were counted.", None),
        ("It was seen (see Figure 2) in all (n = 12) of them (Doe 2011).", []),
        ("Natural killer (NK) cells, then NK (not known) and chimeric antigen receptor (CAR).", None),
        ("Größe der Zellen (GZ) und ÉTÉ (ÉT).", None),
    ],
)
def test_a_definition_stands_in_brackets(text, found):
    assert definitions(text) == (of_the_whole(text) if found is None else found)


def test_a_text_without_a_bracket_that_may_define_is_not_made_into_tokens(monkeypatch):
    monkeypatch.setattr(abbreviations, "load", None)
    assert definitions("It was seen (Figure 2) in 12 of 20 (60%) and (2) in none; p (two-sided) < 0.05.") == []


@pytest.mark.parametrize("text", ["(" * 8_000, "a (b " * 2_000, ")" * 8_000, "(MSC) " * 1_500, "x" * 4_000 + " (XX)"])
def test_heaps_of_brackets_end(text):
    assert definitions(text) == of_the_whole(text)


def test_a_list_of_abbreviations_has_two_entries_at_least():
    assert listed("BM, bone marrow; IA, intra-arterial") == [("BM", "bone marrow"), ("IA", "intra-arterial")]
    assert listed("BM, bone marrow; IA was given") == []
