"""Conditions of a list that share words, and names that an index turns round."""

from __future__ import annotations

import pytest

from litclaims.extract import lexical

NAMES = [
    ("hip, knee or back pain", {"hip pain", "knee pain", "back pain"}),
    ("hip/knee osteoarthritis", {"hip osteoarthritis", "knee osteoarthritis"}),
    ("acute and chronic GVHD", {"acute graft versus host disease", "chronic graft versus host disease"}),
    ("ischemic and dilated cardiomyopathy", {"ischemic cardiomyopathy", "dilated cardiomyopathy"}),
    ("osteoarthritis of the hip/knee", {"hip osteoarthritis", "knee osteoarthritis"}),
    ("T-cell leukemia/lymphoma", {"T-cell leukemia", "T-cell lymphoma"}),
    ("T-cell leukemia or lymphoma", {"T-cell leukemia", "lymphoma"}),
    ("the table and back pain", {"back pain"}),
    ("Osteoarthritis, Knee", {"knee osteoarthritis"}),
    ("Leukemia, Myeloid, Acute; other", {"acute myeloid leukemia"}),
    ("Osteoarthritis, Knee Surgery", {"osteoarthritis"}),
    ("Osteoarthritis, Wednesday", {"osteoarthritis"}),
    ("leukemia, acute, myeloid", {"leukemia"}),
]


@pytest.mark.parametrize(("text", "labels"), NAMES, ids=[text for text, _ in NAMES])
def test_each_of_the_names_that_share_words_is_read_in_full(text, labels):
    found = lexical.mentions(f"They had {text}", {}, offset=0, block=0)
    assert {each.label for each in found if each.kind == "condition"} == labels


def test_the_sites_that_a_list_names_are_read_too():
    found = list(lexical.mentions("They had hip, knee and back pain.", {}, offset=0, block=0))
    assert {each.label for each in found if each.kind == "target"} == {"hip", "knee", "back"}
