"""The compiler of the knowledge base, on small sources of our own, and the committed file."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT.parent / "shared" / "data" / "vocab"
KB = ROOT / "models" / "kb"

_spec = importlib.util.spec_from_file_location("build_kb", ROOT / "models" / "build_kb.py")
build_kb = importlib.util.module_from_spec(_spec)
sys.modules[_spec.name] = build_kb  # dataclasses ask for it
_spec.loader.exec_module(build_kb)

CONCEPTS = [
    ("MONDO:1", "osteoarthritis", ["OA", "arthrosis", "degenerative joint disease"], "DISEASE"),
    ("MONDO:2", "hip osteoarthritis", [], "DISEASE"),
    ("MONDO:1010001", "osteoarthritis, dog", [], "DISEASE"),
    ("MONDO:3", "non-small cell cancer", [], "DISEASE"),
    ("MONDO:4", "small cell cancer", [], "DISEASE"),
    ("UBERON:1", "knee", [], "ANATOMY"),
    ("UBERON:2", "skin of knee", [], "ANATOMY"),
    ("UBERON:2000001", "fin of a fish", [], "ANATOMY"),
    ("CL:1", "stem cell", [], "CELL"),
]
DESCRIPTORS = [
    ("D1", "Osteoarthritis", "Arthroses|OA", "C05.1"),
    ("D2", "Osteoarthritis, Knee", "Gonarthrosis", "C05.1.2"),
    ("D3", "Knee", "", "A01.3"),
    ("D4", "Pins", "", "E07.1"),
]


@pytest.fixture
def sources(tmp_path):
    with gzip.open(tmp_path / build_kb.ONTOLOGIES, "wt", encoding="utf-8") as file:
        for key, name, aliases, kind in CONCEPTS:
            row = {"concept_id": key, "canonical_name": name, "aliases": aliases, "types": [kind], "definition": None}
            file.write(json.dumps(row) + "\n")
    with gzip.open(tmp_path / build_kb.MESH, "wt", encoding="utf-8") as file:
        file.write("\n".join("\t".join(row) for row in [("mesh_id", "name", "synonyms", "tree_numbers"), *DESCRIPTORS]))
    return tmp_path


@pytest.fixture
def overlay(tmp_path):
    folder = tmp_path / "overlay"
    folder.mkdir()
    for kind in build_kb.KINDS:
        (folder / f"{kind}.csv").write_text(",".join(build_kb.OVERLAY) + "\n", encoding="utf-8")
    return folder


def _compiled(sources, overlay):
    return {each.key: each for each in build_kb.compile_kb(sources, overlay)}


def test_descriptors_join_the_concept_of_their_name_or_stand_alone(sources, overlay):
    found = _compiled(sources, overlay)
    assert found["MONDO:1"].mesh == "D1"
    assert found["UBERON:1"].mesh == "D3"
    assert (found["MESH:D2"].name, found["MESH:D2"].id, found["MESH:D2"].kind) == (
        "knee osteoarthritis",
        None,
        "condition",
    )
    assert "MESH:D4" not in found


def test_animals_fish_and_short_acronyms_are_left_out(sources, overlay):
    found = _compiled(sources, overlay)
    assert not {"MONDO:1010001", "UBERON:2000001"} & set(found)
    assert found["MONDO:1"].names == {"osteoarthritis", "arthrosis", "arthrose", "degenerative joint disease"}


def test_parents_come_from_the_tree_else_from_the_name(sources, overlay):
    found = _compiled(sources, overlay)
    assert found["MESH:D2"].parents == ["MONDO:1"]
    assert found["MONDO:2"].parents == ["MONDO:1"]
    assert found["MONDO:3"].parents == []
    assert found["UBERON:2"].parents == []


def test_the_overlay_adds_takes_and_makes(sources, overlay):
    rows = [
        ",".join(build_kb.OVERLAY),
        "osteoarthritis,MONDO:1,,OA,degenerative joint disease,,[OA].,Ow.,test",
        "sore knee,,,gonarthrosis,,MONDO:1,[Gonarthrosis].,Gone.,test",
    ]
    (overlay / "condition.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = _compiled(sources, overlay)
    assert "oa" in found["MONDO:1"].names
    assert "degenerative joint disease" not in found["MONDO:1"].names
    assert (found["own:sore knee"].id, found["own:sore knee"].parents) == (None, ["MONDO:1"])
    assert "gonarthrosis" not in found["MESH:D2"].names


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("thing,MONDO:99,,,,,,,test", "MONDO:99 is not among the sources"),
        ("thing,,,,,MONDO:99,,,test", "parent MONDO:99 is not known"),
    ],
)
def test_a_wrong_id_in_the_overlay_stops_the_compiler(sources, overlay, row, told):
    (overlay / "condition.csv").write_text(f"{','.join(build_kb.OVERLAY)}\n{row}\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=told):
        build_kb.compile_kb(sources, overlay)


def test_the_same_sources_give_the_same_bytes(sources, overlay):
    first, second = (build_kb.packed(build_kb.compile_kb(sources, overlay)) for _ in range(2))
    assert first == second
    assert first[4:8] == b"\0\0\0\0"  # no time


def test_the_card_has_the_sha256_of_the_file():
    card = (KB / "README.md").read_text(encoding="utf-8")
    assert hashlib.sha256((KB / "kb.jsonl.gz").read_bytes()).hexdigest() in card


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the ontologies are not at hand")
def test_the_committed_file_is_what_the_compiler_makes():
    drafts = build_kb.compile_kb(SOURCES, KB / "overlay")
    made = gzip.decompress(build_kb.packed(drafts))
    assert made == gzip.decompress((KB / "kb.jsonl.gz").read_bytes())
