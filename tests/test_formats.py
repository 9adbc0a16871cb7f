"""One document written once and read from every format: the same claims from each.

What a format cannot hold is said here: plain text has no raised characters, so that its powers are typed with a caret
and its marks in brackets, and no tables, so that a cell without its header claims nothing; a PubMed record and a row of
abstracts hold title and abstract alone.
"""

from __future__ import annotations

import functools
import re
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from litclaims import ingest, pipeline, reading
from litclaims.model import DOSE_MEASURES, Claim, Extraction
from rendered import ABSTRACTS, FORMATS, Part, Written, zipped

WRITTEN = Written(
    title="Mesenchymal stromal cells for knee osteoarthritis: doses in a made trial",
    abstract=(
        "Adults with knee osteoarthritis received 2.5 × 10^{6} mesenchymal stromal cells per knee by intra-articular "
        "injection. A second group was infused intravenously with 1 × 10^{6} to 3 × 10^{6} mesenchymal stromal "
        "cells/kg. Follow-up was 12 months."
    ),
    parts=(
        Part("heading", "Methods"),
        Part("heading", "Patients and product", 2),
        Part(
            "paragraph",
            "We enrolled 48 patients with knee osteoarthritis.@{1} Body mass index had to be < 33 kg/m^{2}.@{2,3} "
            "The product@{1} held 5 × 10^{6} cells/mL.",
        ),
        Part("heading", "Treatment", 2),
        Part(
            "paragraph",
            "Each knee received an intra-articular injection of 4 × 10^{7} mesenchymal stromal cells in 5 mL of "
            "saline.@{2} In a first trial@{1} at most 10^{8} mesenchymal stromal cells were injected into the knee, "
            "and in a second one,@{3} 15 to 50 million mesenchymal stromal cells.@{3}",
        ),
        Part(
            "paragraph",
            "Patients with graft versus host disease were infused intravenously with 2 × 10^{6} mesenchymal stromal "
            "cells/kg@{2} twice a week.",
        ),
        Part("heading", "Doses of the sites", 2),
        Part("item", "Injection into the knee: 3 × 10^{7} mesenchymal stromal cells per knee@{1}"),
        Part("item", "For a second injection, 6 × 10^{7} mesenchymal stromal cells per knee", 2),
        Part("item", "Injection into the hip: 8 × 10^{7} mesenchymal stromal cells per hip"),
        Part(
            "table",
            "Table 1. Doses of mesenchymal stromal cells by route",
            rows=(
                ("Route", "Dose (×10^{6} cells/kg)", "Patients"),
                ("Intravenous", "2", "12"),
                ("Intrathecal", "0.5–1.5", "9"),
                ("Intramuscular", "4^{a}", "7"),
            ),
            notes=("^{a} In one patient 9 × 10^{6} mesenchymal stromal cells/kg were injected intramuscularly.",),
        ),
        Part("heading", "Results"),
        Part("paragraph", "Pain fell in 60% of patients within 6 months.@{3} No harm was seen for up to 2 years."),
        Part("heading", "References"),
        Part("reference", "Doe J, Roe A. Cells for made knees. J Made Cells. 2011;4(2):12-19."),
        Part("reference", "Poe E. A dose of 7 × 10 cells in the hip. Made Joints. 2014;7:101-9."),
        Part("reference", "Lindq O, Rao P. Infused cells in a made disease. Transplant Sketches. 2015;22(5):310-9."),
    ),
)

CELL_TYPE = "mesenchymal stromal cell"

WHOLE = {
    "2.5e6 cell": ("intra-articular", "knee", "knee osteoarthritis"),
    "1e6–3e6 cell/kg": ("intravenous", "kg", "knee osteoarthritis"),
    "4e7 cell": ("intra-articular", "injection", "knee osteoarthritis"),
    "–1e8 cell": ("intra-articular", None, "knee osteoarthritis"),
    "1.5e7–5e7 cell": ("intra-articular", None, "knee osteoarthritis"),
    "2e6 cell/kg": ("intravenous", "kg", "graft versus host disease"),
    "3e7 cell": ("intra-articular", "knee", "knee osteoarthritis"),
    "6e7 cell": ("intra-articular", "knee", "knee osteoarthritis"),
    "8e7 cell": ("intra-articular", "hip", "knee osteoarthritis"),
    "9e6 cell/kg": ("intramuscular", "kg", "knee osteoarthritis"),
}
"""The doses of the running text, each with its route, basis and condition."""

CELLS = {
    "2e6 cell/kg": ("intravenous", "kg", "knee osteoarthritis"),
    "5e5–1.5e6 cell/kg": ("intrathecal", "kg", "knee osteoarthritis"),
    "4e6 cell/kg": ("intramuscular", "kg", "knee osteoarthritis"),
}
"""The doses of the table's cells."""

OTHERS = {
    ("follow_up", 365.0, 365.0, "d", "exact"),
    ("sample_size", 48.0, 48.0, "patient", "exact"),
    ("threshold", None, 33.0, "kg/m2", "less_than"),
    ("concentration", 5e6, 5e6, "cell/mL", "exact"),
    ("volume", 5.0, 5.0, "mL", "exact"),
    ("frequency", 2 / 7, 2 / 7, "1/d", "exact"),
    ("proportion", 0.6, 0.6, "1", "exact"),
    ("duration", None, 731.0, "d", "at_most"),
}
"""What else the document claims."""


WITHOUT_TABLES = ("a.txt",)
RAISED = sorted(set(FORMATS) - {"a.txt"})
ABSTRACT = frozenset(("2.5e6 cell", "1e6–3e6 cell/kg"))


def doses(expected: dict[str, tuple[str | None, ...]]) -> list[tuple]:
    """The doses of a table above as :func:`said` gives them."""
    made = []
    for value, (route, basis, condition) in expected.items():
        ends, unit = value.split(" ")
        low, _, high = ends.partition("–")
        bound = "at_most" if not low else "range" if high else "exact"
        figure = (float(low) if low else None, float(high or low), unit, bound)
        made.append(("cell_dose", *figure, (route,), (basis,) if basis else (), (CELL_TYPE,), (condition,)))
    return made


def said(claim: Claim) -> tuple:
    """What a claim holds: its value, and of a dose what it hangs on."""
    quantity = claim.quantity
    ends = tuple(None if end is None else float(end) for end in (quantity.low, quantity.high))
    on = ("route", "basis", "cell_type", "condition") if claim.measure in DOSE_MEASURES else ()
    return claim.measure, *ends, quantity.unit, quantity.bound, *(tuple(sorted(claim.values(name))) for name in on)


def told(extraction: Extraction) -> list[tuple]:
    return sorted(map(said, extraction.claims), key=repr)


@functools.cache
def extracted(name: str) -> Extraction:
    raw = FORMATS[name](WRITTEN)
    document = ingest.from_bytes(raw, suffix=Path(name).suffix, doc=name, source=name)
    return reading.extract_document(document)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_claims(name):
    expected = [*doses(WHOLE), *OTHERS, *(() if name in WITHOUT_TABLES else doses(CELLS))]
    assert told(extracted(name)) == sorted(expected, key=repr)


@pytest.mark.parametrize("name", FORMATS)
def test_every_power_is_read_and_no_mark_is_part_of_a_figure(name):
    read = extracted(name)
    powers = [claim.figure for claim in read.claims if "10" in claim.figure and claim.measure in DOSE_MEASURES]
    assert len(powers) == 9
    assert all(re.search(r"10[⁰¹²³⁴⁵⁶⁷⁸⁹^<]", figure) for figure in powers)
    marked = r"\[\d|(?<!10)(?:<sup>|[¹²³])"
    assert [claim.figure for claim in read.claims if re.search(marked, claim.figure.replace("m²", "m2"))] == []


@pytest.mark.parametrize("name", FORMATS)
def test_marks_are_citations_of_the_figures_that_they_stand_behind(name):
    read = {(claim.measure, claim.quantity.low): claim.citations for claim in extracted(name).claims}
    assert read["volume", 5] == ("2",)
    assert read["proportion", Decimal("0.6")] == ("3",)
    assert read["sample_size", 48] == ("1",)
    assert len(extracted(name).references) == 3


@pytest.mark.parametrize("name", RAISED)
def test_figures_stand_where_they_say(name):
    read = extracted(name)
    assert all(read.document.text[claim.span.start : claim.span.end] == claim.figure for claim in read.claims)
    places = [claim.origin for claim in read.claims]
    assert name == "a.md" or all(places)


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> pipeline.RunResult:
    """All renderings, and an archive of some of them, in one run."""
    folder, out = tmp_path_factory.mktemp("rendered"), tmp_path_factory.mktemp("out")
    for name, render in {**FORMATS, **ABSTRACTS}.items():
        (folder / name).write_bytes(render(WRITTEN))
    packed = {name: FORMATS[name](WRITTEN) for name in ("a.docx", "a.pdf", "a.nxml")}
    (folder / "set.zip").write_bytes(zipped(packed))
    return pipeline.run_local([str(folder)], out=out)


def test_records_and_members_of_an_archive_give_the_same_claims_too(run):
    read = {each.doc: each for each in run.outcomes}
    assert {doc: each.reason for doc, each in read.items() if each.status != "ok"} == {}
    assert set(read) == {*FORMATS, "b.xml", "c.jsonl#one", "set.zip/a.docx", "set.zip/a.pdf", "set.zip/a.nxml"}
    for name in ("a.docx", "a.pdf", "a.nxml"):
        assert told(read[f"set.zip/{name}"].extraction) == told(extracted(name))
    expected = doses({value: on for value, on in WHOLE.items() if value in ABSTRACT})
    follow_up = next(each for each in OTHERS if each[0] == "follow_up")
    for record in ("b.xml", "c.jsonl#one"):
        assert told(read[record].extraction) == sorted([*expected, follow_up], key=repr)


def test_one_text_in_many_formats_is_one_source(run):
    documents = pd.read_csv(run.files["documents.csv"], keep_default_na=False).set_index("doc")
    sources = documents["duplicate_of"].to_dict()
    whole = [doc for doc in sources if not doc.startswith(("b.", "c."))]
    assert {sources[doc] for doc in whole} == {"", "a.docx"}
    assert [doc for doc in whole if not sources[doc]] == ["a.docx"]
    compared = {position.doc for position in run.comparison.positions}
    assert compared & set(whole) == {"a.docx"}
