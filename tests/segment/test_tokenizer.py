"""Numbers part from units, signs and cell words, so that every figure begins and ends at a token."""

from __future__ import annotations

import warnings

import pytest
import spacy

from litclaims.segment.parts import read
from litclaims.segment.pipeline import tokenizer


def tokens(text: str) -> list[str]:
    return [token.text for token in read(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They gave 40M cells.", ["They", "gave", "40", "M", "cells", "."]),
        ("They gave 5mL.", ["They", "gave", "5", "mL", "."]),
        ("They gave 5–10 mL.", ["They", "gave", "5", "–", "10", "mL", "."]),
        ("It took 24 h.", ["It", "took", "24", "h", "."]),
        ("It held 5 mM.", ["It", "held", "5", "mM", "."]),
        ("Relief of >6 weeks.", ["Relief", "of", ">", "6", "weeks", "."]),
        ("They gave (2 mL) twice.", ["They", "gave", "(", "2", "mL", ")", "twice", "."]),
    ],
)
def test_a_number_parts_from_what_touches_it(text, expected):
    assert tokens(text) == expected


@pytest.mark.parametrize(
    "text", ["2×10^6", "2x10^6", "10⁶/kg", "2*10**6", "1E6/kg", "40–200M", "10^6-10^7", "≥5", "~5", "5%"]
)
def test_a_number_in_a_knot_of_signs_is_a_run_of_tokens(text):
    doc = read(f"They gave {text} cells.")
    assert doc.char_span(10, 10 + len(text)) is not None
    assert len([token for token in doc if 10 <= token.idx < 10 + len(text)]) > 1


@pytest.mark.parametrize("name", ["IL-10", "CD34+", "COVID-19", "hMSCs", "e.g.", "Dr."])
def test_a_name_with_a_number_or_a_full_stop_stays_whole(name):
    assert name in tokens(f"Then {name} Roe rose.")


def test_the_text_is_kept():
    text = "They gave 2 × 10^6/kg (1.5–2.5) cells,\n\n40M  in all; 5mL."
    assert read(text).text == text


def test_making_the_tokenizer_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tokenizer(spacy.blank("en"))
