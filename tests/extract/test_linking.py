"""Names linked to concepts: the ids of the field written out, and what must not be linked."""

from __future__ import annotations

import csv
import pickle
import re

import numpy
import pytest
import spacy
from spacy.tokens import Span

from litclaims.extract import linking
from litclaims.extract.linking.index import CosineIndex, Trigrams
from litclaims.vocab import knowledge

OVERLAY = knowledge.models_folder() / "kb" / "overlay"

IDS = [
    ("condition", "acute graft versus host disease", "MONDO:0020546"),
    ("condition", "acute myocardial infarction", "MONDO:0004781"),
    ("condition", "acute respiratory distress syndrome", "MONDO:0006502"),
    ("condition", "alcoholic hepatitis", "MONDO:0001505"),
    ("condition", "alcoholic liver disease", "MONDO:0043693"),
    ("condition", "anterior cruciate ligament injury", "MESH:D000070598"),
    ("condition", "arthritis", "MONDO:0005578"),
    ("condition", "critical limb ischemia", "MESH:D000089802"),
    ("condition", "degenerative disc disease", "MONDO:0011385"),
    ("condition", "fecal incontinence", "MESH:D005242"),
    ("condition", "knee osteoarthritis", "MESH:D020370"),
    ("condition", "low back pain", "MESH:D017116"),
    ("condition", "multiple myeloma", "MONDO:0009693"),
    ("condition", "musculoskeletal disorder", "MONDO:0002081"),
    ("condition", "myocardial infarction", "MONDO:0005068"),
    ("target", "anal sphincter", "UBERON:0004916"),
    ("target", "back", "UBERON:0001137"),
    ("target", "coronary artery", "UBERON:0001621"),
    ("target", "facet joint", "UBERON:0001067"),
    ("target", "gluteal muscle", "UBERON:0002000"),
    ("target", "hepatic artery", "UBERON:0001193"),
    ("target", "intervertebral disc", "UBERON:0001066"),
    ("target", "knee", "UBERON:0001465"),
    ("target", "myocardium", "UBERON:0002349"),
    ("target", "nucleus pulposus", "UBERON:0002242"),
    ("target", "paraspinal muscle", "MESH:D064170"),
    ("target", "spine", "UBERON:0001130"),
    ("cell_type", "adipose-derived stem cell", "CL:0002570"),
    ("cell_type", "bone marrow mononuclear cell", "CL:0010004"),
    ("cell_type", "bone marrow-derived cell", "CL:0002092"),
    ("cell_type", "chondrocyte", "CL:0000138"),
    ("cell_type", "exosome", "MESH:D055354"),
    ("cell_type", "mesenchymal stromal cell", "CL:0000134"),
    ("cell_type", "platelet-rich plasma", "MESH:D053657"),
    ("cell_type", "stromal vascular fraction", "MESH:D000090002"),
    ("cell_type", "umbilical cord stem cell", "CL:0002569"),
]
"""The conditions, sites and cell types of real documents of the field."""


@pytest.mark.parametrize(("kind", "label", "wanted"), IDS)
def test_a_canonical_name_has_its_id(kind, label, wanted):
    assert linking.identifier(kind, label) == wanted


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("target", "large muscle group"),
        ("cell_type", "mesenchymal precursor cell"),
        ("condition", "disease"),
        ("condition", ""),
        ("route", "intravenous"),
    ],
)
def test_what_no_ontology_holds_has_no_id(kind, label):
    assert linking.identifier(kind, label) is None


def _overlay():
    for kind in linking.KINDS:
        with (OVERLAY / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
            yield from ((kind, row) for row in csv.DictReader(file))


@pytest.mark.parametrize(
    ("kind", "row"), list(_overlay()), ids=lambda each: each if isinstance(each, str) else each["name"]
)
def test_rows_of_the_overlay_link_their_example_and_not_their_counterexample(kind, row):
    marked = re.findall(r"\[([^\]]+)\]", row["example"])
    keys = {row["id"], f"MESH:{row['mesh']}", f"own:{row['name']}"}
    assert bool(marked) or row["drop"]
    assert all(linking.link(kind, name).concept.key in keys for name in marked)
    words = re.findall(r"[\w-]+", row["counterexample"])
    names = [" ".join(words[at : at + size]) for size in (1, 2, 3) for at in range(len(words) - size + 1)]
    found = [knowledge.load().exact(kind, name) for name in names]
    assert [each.key for each in found if each and each.key in keys] == []
    assert row["source"]


@pytest.mark.parametrize("name", ["systemic lupus erythematosis", "systemic lupus erythematosus syndrom"])
def test_a_slip_of_the_pen_is_linked_only_at_a_high_cosine(name):
    found = linking.link("condition", name)
    assert found is None or (found.way == "fuzzy" and found.score >= linking.THRESHOLD)


def test_a_slip_of_the_pen_is_linked():
    assert linking.link("condition", "systemic lupus erythematosis").concept.id == "MONDO:0007915"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("condition", "type 3 diabetes mellitus"),
        ("condition", "hypoparathyroidism due to a deficiency of everything"),
        ("condition", "non-ischaemic cardiomyopathy of the left knee"),
        ("condition", "OA"),
        ("condition", "injected"),
        ("target", "adductor polllicis of the toe"),
        ("condition", "x" * 100_000),
        ("condition", "…"),
    ],
)
def test_what_is_not_sure_is_not_linked(kind, name):
    assert linking.link(kind, name) is None


NAMES = ["knee osteoarthritis", "hip osteoarthritis", "knee pain", "gout", "knee osteoarthritis"]


def test_the_index_gives_the_cosines_of_a_plain_product_of_matrices():
    trigrams = Trigrams(NAMES)
    rows = trigrams.transform(NAMES)
    [(near, far)] = CosineIndex(rows).knnQueryBatch(trigrams.transform(["knee osteoarthrits"]), k=3)
    plain = (trigrams.transform(["knee osteoarthrits"]).toarray() @ rows.toarray().T)[0]
    best = numpy.lexsort((range(len(NAMES)), -plain))[:3]
    assert near.tolist() == best.tolist()
    assert numpy.allclose(1 - far, plain[best], atol=1e-6)


def test_the_same_name_has_a_cosine_of_one_and_rows_are_of_length_one():
    rows = Trigrams(NAMES).transform(NAMES)
    assert numpy.allclose(rows.multiply(rows).sum(axis=1), 1, atol=1e-6)


def test_a_name_without_a_trigram_finds_nothing():
    trigrams = Trigrams(NAMES)
    [(near, far)] = CosineIndex(trigrams.transform(NAMES)).knnQueryBatch(trigrams.transform([""]), k=3)
    assert (near.tolist(), far.tolist()) == ([], [])


def test_index_and_trigrams_can_be_pickled():
    trigrams = Trigrams(NAMES)
    index = CosineIndex(trigrams.transform(NAMES))
    again, vectors = pickle.loads(pickle.dumps((index, trigrams)))
    [(near, _)] = again.knnQueryBatch(vectors.transform(["gout"]), k=1)
    assert near.tolist() == [3]


def test_scispacys_linker_works_over_the_knowledge_base():
    nlp = spacy.blank("en")
    doc = nlp("They had gonarthrosis .")
    doc.ents = [Span(doc, 2, 3, label="DISEASE")]
    doc = linking.entity_linker("condition")(doc)
    [(key, score)] = doc.ents[0]._.kb_ents
    assert (key, round(score, 3)) == ("MESH:D020370", 1.0)
