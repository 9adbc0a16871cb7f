"""The scans that keep text from the extractors lose no claim: with them and without them the same is read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from litclaims.extract.quantity.gate import dosed_blocks, may_hold_doses
from litclaims.ingest import from_text, read
from litclaims.inputs import find_inputs
from litclaims.model import DOSE_MEASURES, Document
from litclaims.reading import DOSES, extract_document, extract_input, session
from litclaims.segment import view_of

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT / "../shared"
OWN = ("hard", "blind")
FOLDERS = ("seeds", "trials", "papers")
READ = (".txt", ".md", ".html", ".nxml")


def our_documents() -> Iterator[Document]:
    gold = ROOT / "corpus/gold"
    files = sorted(path for path in (ROOT / "corpus").rglob("*") if path.suffix in (*READ, ".docx", ".pdf"))
    yield from (read(path) for path in files if gold not in path.parents and path.name != "README.md")
    for name in OWN:
        for line in (ROOT / f"tests/gold/{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield from_text(row["text"], doc=row["doc"])


def losses(document: Document) -> list[str]:
    """The figures that a scan loses or adds."""
    everything = extract_document(document, gate=False).claims
    doses = [claim for claim in everything if claim.measure in DOSE_MEASURES]
    gated = extract_document(document).claims
    only = extract_document(document, only=DOSES).claims
    told = set(map(repr, everything)) ^ set(map(repr, gated)) | set(map(repr, doses)) ^ set(map(repr, only))
    return sorted(told)


def test_no_claim_of_the_examples_and_of_our_gold_is_lost():
    lost = {document.doc: found for document in our_documents() if (found := losses(document))}
    assert lost == {}


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_claim_of_the_shared_gold_is_lost(folder):
    if not (SHARED / folder).is_dir():
        pytest.skip("the shared documents are not here")
    paths = sorted((SHARED / folder).glob("*.txt"))  # what the gold is of
    lost = {path.name: found for path in paths if (found := losses(read(path)))}
    assert lost == {}


@pytest.mark.parametrize(
    "text",
    [
        "Each knee got 5 million cells.",
        "Give 10(7) MSCs.",
        "They had 50,000 viable platelets.",
        "Dose: 3 × 10⁶ hAPCs/kg, where hAPCs are pericytes.",
        "He got 2&nbsp;million cells.",
        "Forty thousand chondrocytes were implanted.",
        "We gave 4000 OPCs.",
        "Each rat received 1,500,000 viable MSCs.",
        "Each rat received 1 500 000 viable MSCs.",
        "They were given 5000 ± 200 cells.",
        "They were given 4000 to 5000 autologous cultured cells.",
        "Doses were 0.5 (low) or 2.5 × 10^6 cells.",
        "Give 2 Mio cells, or three MILLIONS of them.",
        "Cells were given at 10**6 per eye.",
        "Half \ud800 a pair: 2 million cells.",
        "They infused 2 x 10^6 CD34+/kg.",
        "They infused 2 x 10^6 NK/kg.",
        "They infused 2 x 10^6 CAR+/kg.",
        "They were given 2 x 10^10 pu by injection.",
        "They were given 2x10(10)PU.",
        "They were given 2x10exp7 cells.",
        "They were given 2 x 10 to the 7th cells.",
        "A concentrate of bone marrow cells (BMX) was given: 12,000,000 BMX.",
        "They were given 12,000,000 BMX (concentrated bone marrow cells).",
    ],
)
def test_a_dose_is_let_through(text):
    document = from_text(text, doc="a")
    assert may_hold_doses(text)
    assert dosed_blocks(view_of(document), document.blocks) == {0}


@pytest.mark.parametrize(
    "text",
    [
        "Take 10 mg of aspirin for 3 weeks.",
        "The intensive care unit (ICU) was named; 12,000 ICU nights. Cells were cultured.",
        "5 million people live here.",
        "Cells were cultured for a week.",
        "",
        "2010",
        "The study 12345 (see 678) was closed. Cells were not given.",
        "A short line of 2010\n\nCells were cultured for a week in 10 mL.",
    ],
)
def test_what_can_be_no_dose_is_dropped(text):
    document = from_text(text, doc="a")
    assert not may_hold_doses(text) or not dosed_blocks(view_of(document), document.blocks)


def test_inputs_asked_for_doses_alone_have_the_same_doses_status_and_name(corpus_outcomes):
    items = {item.doc: item for item in find_inputs([ROOT / "corpus"]).items}
    with session():
        for whole in corpus_outcomes:
            bare = extract_input(items[whole.doc], only=DOSES)
            assert (bare.status, bare.reason, bare.input_sha256) == (whole.status, whole.reason, whole.input_sha256)
            if whole.extraction is not None:
                doses = [claim for claim in whole.extraction.claims if claim.measure in DOSE_MEASURES]
                assert list(bare.extraction.claims) == doses
                for name in ("text", "title", "language", "sha256", "media_type"):
                    assert getattr(bare.extraction.document, name) == getattr(whole.extraction.document, name)


def test_a_number_per_kg_needs_no_word_for_cells_in_its_block():
    document = from_text("Cells were thawed.\n\nNo harm.\n\nNever give more than 1 × 10^8/kg as a dose.", doc="a")
    assert dosed_blocks(view_of(document), document.blocks) == {2}


def test_of_a_document_without_a_dose_nothing_is_read_where_doses_alone_are_asked_for():
    text = "Aspirin was given twice a week for 6 weeks.\n\nReferences\n1. Doe J. On pain. J Made. 2011;2:3.\n"
    document = from_text(text, doc="a")
    assert extract_document(document).claims
    assert extract_document(document, only=DOSES).references == ()
    assert extract_document(document, only=DOSES).claims == ()


@pytest.mark.parametrize(
    "filler",
    ["cell 10 ", "5 million ", "(MSC) 1000 ", "1^6 ", "10 10 10 ", "1000 2000 ", "cells, 1000 (2) ", "x 10 cell "],
)
def test_a_longer_text_of_the_same_is_told_the_same_and_ends(filler):
    told = set()
    for size in (1_000, 8_000):
        document = from_text(filler * size, doc="a")
        told.add((may_hold_doses(document.text), tuple(dosed_blocks(view_of(document), document.blocks))))
    assert len(told) == 1


def test_a_text_that_explains_very_many_abbreviations_is_told_in_time():
    text = (
        "".join(f"what is meant (W{number}), 2 million of it.\n\n" for number in range(3_000)) + "Cells were cultured."
    )
    document = from_text(text, doc="a")
    assert may_hold_doses(text)
    assert dosed_blocks(view_of(document), document.blocks) == set()
