"""The knowledge base: what it holds, how names are folded, and what is refused."""

from __future__ import annotations

import gzip
import json

import pytest

from litclaims.errors import VocabularyError
from litclaims.vocab import knowledge


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Knee Osteoarthritis", ("knee", "osteoarthritis")),
        ("Crohn's disease", ("crohn", "disease")),
        ("tumours", ("tumor",)),
        ("oesophageal ulcers", ("esophageal", "ulcer")),
        ("bone losses", ("bone", "loss")),
        ("arthropathies", ("arthropathy",)),
        ("graft-versus-host disease", ("graft", "versus", "host", "disease")),
        ("diagnosis", ("diagnosis",)),
        ("knee", ("knee",)),
        ("", ()),
    ],
)
def test_names_are_folded(text, folded):
    assert knowledge.fold(text) == folded


def test_it_holds_all_three_kinds_and_is_read_once():
    base = knowledge.load()
    assert base is knowledge.load()
    assert {each.kind for each in base.concepts.values()} == set(knowledge.KINDS)
    assert len(base.sha256) == 64


@pytest.mark.parametrize(
    ("kind", "name", "key"),
    [
        ("condition", "Osteoarthritis of the Knee", "MESH:D020370"),
        ("condition", "renal failure", "MONDO:0001106"),
        ("target", "Knee Joint", "UBERON:0001485"),
        ("cell_type", "chondrocytes", "CL:0000138"),
    ],
)
def test_a_name_is_found_in_any_case_and_number(kind, name, key):
    assert knowledge.load().exact(kind, name).key == key


@pytest.mark.parametrize(
    "name", ["disease", "common", "syndrome", "injury", "idd", "oa", "common disease of everything"]
)
def test_what_names_no_one_disease_is_not_found(name):
    assert knowledge.load().exact("condition", name) is None


def test_kinds_are_kept_apart():
    assert knowledge.load().exact("condition", "knee") is None
    assert knowledge.load().exact("target", "knee osteoarthritis") is None


def test_is_a_goes_up_more_than_one_step():
    base = knowledge.load()
    knee, arthritis = base.exact("condition", "knee osteoarthritis").key, base.exact("condition", "arthritis").key
    assert base.is_a(knee, arthritis)
    assert not base.is_a(arthritis, knee)
    assert base.ancestors("no such key") == ()


def test_no_concept_is_above_itself():
    base = knowledge.load()
    assert [key for key in list(base.concepts)[::50] if key in base.ancestors(key)] == []


def test_every_parent_is_known():
    concepts = knowledge.load().concepts
    assert {up for each in concepts.values() for up in each.parents} <= set(concepts)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "cannot be read"),
        (b"no gzip", "cannot be read|no knowledge base"),
        (gzip.compress(b"{}\n", mtime=0), "no knowledge base"),
        (gzip.compress(json.dumps(["a", None, None, "drug", "a", ["a"], []]).encode(), mtime=0), "kind 'drug'"),
    ],
)
def test_a_broken_file_is_refused_with_a_remedy(tmp_path, data, message):
    path = tmp_path / "kb.jsonl.gz"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(VocabularyError, match=message) as caught:
        knowledge.read(path)
    assert "make kb" in str(caught.value)
