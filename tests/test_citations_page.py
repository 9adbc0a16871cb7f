"""The page on citations: what it says of markers and entries is what is read."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

from litclaims.extract.citation import Style, find_citations
from litclaims.extract.reference.strings import read_strings

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "citations.md").read_text(encoding="utf-8")
MARKERS = re.findall(r"^\| `([^`|]{12,})` \| (.+) \|$", PAGE, re.MULTILINE)
STRINGS = [json.loads(block) for block in re.findall(r"```json\n(.+?)```", PAGE, re.DOTALL)]
KNOWN = frozenset({*map(str, range(1, 49)), "Doe 2008", "Doe 2010", "Roe 2010", "Müller 2003"})


@pytest.mark.parametrize(("text", "told"), MARKERS, ids=[text for text, _ in MARKERS])
def test_a_marker_points_to_what_the_page_says(text, told):
    style = Style(bare=True, parenthesised=True, glued=True)
    found = find_citations(text, known_markers=KNOWN, style=style)
    assert list(dict.fromkeys(marker for mark in found for marker in mark.markers)) == re.findall(r"`([^`]+)`", told)


@pytest.mark.parametrize("example", STRINGS, ids=lambda example: example["in"][:40])
def test_a_string_is_read_as_the_page_says(example):
    (found,) = read_strings(io.BytesIO(example["in"].encode()))
    told = {name: value for name, value in example.items() if name != "in"}
    assert {name: found[name] for name in told} == told


def test_the_page_has_examples_of_every_kind():
    assert len(MARKERS) >= 12
    assert any(told == "–" for _, told in MARKERS)
    assert len(STRINGS) == 2
