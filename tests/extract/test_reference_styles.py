"""Entries in odd styles are read into their fields, and lists in odd shapes into their entries."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from litclaims import ingest
from litclaims.extract.reference import find_references, parse_entry

STYLES = yaml.safe_load(Path(__file__).with_name("reference_styles.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", STYLES["strings"], ids=lambda case: case["text"][:60])
def test_an_entry_in_an_odd_style_is_read_into_its_fields(case):
    found = parse_entry(case["text"])
    assert {name: found[name] for name in case["fields"]} == case["fields"]
    if "authors" in case:
        assert list(found["authors"]) == case["authors"]


@pytest.mark.parametrize("case", STYLES["lists"], ids=lambda case: case["name"])
def test_a_list_in_an_odd_shape_is_read_into_its_entries(case):
    found = find_references(ingest.from_text(case["text"], doc="made.txt"))
    assert [[entry.marker, entry.title] for entry in found] == case["entries"]
    if "dois" in case:
        assert [entry.doi for entry in found] == case["dois"]
