"""Parsed reference strings are held against tagged ones strictly, field by field."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from litclaims.errors import GoldError
from litclaims.evaluate.strings import (
    FIELDS,
    TaggedString,
    first_name,
    is_english,
    load_strings,
    normal,
    run_strings,
    score_strings,
    split_place,
)
from litclaims.extract.reference.strings import record

STRINGS = Path(__file__).resolve().parents[3] / "shared/data/references/anystyle-gold.xml"
XML = """<?xml version="1.0"?><dataset><sequence>
<author>Doe, J., &amp; Roe, B. et al.</author><date>(2011).</date><title>On <i>sore</i> tendons.</title>
<journal>J. Made,</journal><volume>12(3):45–9.</volume><url>https://doi.org/10.1000/x(1)</url></sequence></dataset>"""


@pytest.fixture
def tagged(tmp_path) -> tuple[TaggedString, ...]:
    (tmp_path / "gold.xml").write_text(XML, encoding="utf-8")
    return load_strings(tmp_path / "gold.xml")


def reader(**fields):
    return lambda text: fields


def test_a_string_is_its_parts_joined(tagged):
    assert tagged[0].text.startswith("Doe, J., & Roe, B. et al. (2011). On sore tendons. J. Made, 12(3):45–9. https")


def test_fields_are_compared_in_their_normal_form(tagged):
    right = {
        "author": "Doe J, Roe B",
        "title": "On Sore Tendons",
        "journal": "J Made",
        "year": 2011,
        "volume": "12",
        "pages": "45-9",
        "doi": "10.1000/X(1)",
    }
    assert score_strings(tagged, reader(**right))["micro"].f1 == 1.0
    for name in FIELDS:
        score = score_strings(tagged, reader(**{**right, name: "99"}))
        assert score[name].right == 0
        assert (score["micro"].right, score["micro"].gold) == (6, 7)


def test_a_field_that_is_missing_costs_recall_alone(tagged):
    micro = score_strings(tagged, reader(title="On sore tendons"))["micro"]
    assert (micro.precision, micro.recall) == (1.0, 1 / 7)


@pytest.mark.parametrize(
    ("place", "pieces"),
    [
        ("2008;26(5):5988-93.", {"date": "2008;", "volume": "26(5):", "pages": "5988-93."}),
        ("26:", {"volume": "26:"}),
        ("vol. 36, no. 9", {"volume": "vol. 36, no. 9"}),
        ("XVIII", {"volume": "XVIII"}),
    ],
)
def test_a_place_without_spaces_is_taken_apart(place, pieces):
    assert dict(split_place(place)) == pieces


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("volume", "vol. 36, no. 9", "36"),
        ("pages", "pp. 334–344.", "334 344"),
        ("year", "(5 June 2015)", "2015"),
        ("doi", "(doi:10.1/a).", ""),
        ("doi", "(doi:10.1017/aog.2).", "10.1017/aog.2"),
        ("author", "Doe, J. et al.", "doe j"),
        ("title", None, ""),
    ],
)
def test_normal_forms(name, value, told):
    assert normal(name, value) == told


def test_the_first_name_is_a_word_and_no_initial():
    assert first_name("J. A. Doe and B. Roe") == "doe"
    assert first_name(None) == ""


def test_the_language_is_that_of_the_title():
    strings = [
        TaggedString((("author", "Doe, J."), ("title", title)))
        for title in ("On the treatment of sore tendons with cells", "Über die Behandlung der Sehnen mit Zellen")
    ]
    assert is_english(strings) == [True, False]


@pytest.mark.parametrize("text", ["<dataset/>", "no xml", None])
def test_a_file_without_strings_is_refused(text, tmp_path):
    path = tmp_path / "gold.xml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(GoldError, match=r"gold\.xml"):
        load_strings(path)


@pytest.mark.skipif(not STRINGS.exists(), reason="the shared data is not here")
def test_real_strings_are_read():
    text = run_strings(STRINGS, read=record)
    held_out = text[text.index("English, held-out") :]
    scores = {name: float(re.search(rf"\s{name} .* (\S+)\n", held_out)[1]) for name in ("micro", "doi")}
    assert scores["micro"] >= 0.95
    assert scores["doi"] >= 0.99
