"""Reference lists are found where they are, and entries are read into their fields."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import litclaims.extract.reference as module
from litclaims import ingest
from litclaims.errors import VocabularyError
from litclaims.extract.reference import (
    clean_doi,
    cues,
    find_references,
    is_reference_block,
    iso_date,
    parse_entry,
    parse_reference,
    reference_blocks,
    reference_spans,
)
from litclaims.extract.reference.locate import is_list_heading, is_strong_entry

CASES = yaml.safe_load(Path(module.__file__).with_name("cases.yml").read_text(encoding="utf-8"))
SEEDS = Path(__file__).resolve().parents[2] / "../shared/seeds"
CUES = [(name, cue) for name in ("reference", "stance") for kind in cues.load(name).values() for cue in kind]

NUMBERED = """References
1. Doe JA, Roe B. Marrow cells for sore tendons. J Made Med. 2011;12(3):45-9.
2. Poe E. Saline for sore tendons. J Made Med. 2012;13:1-2.
3. Guideline of the made society on tendons, second part.
About
We are a made clinic.
"""


def referenced(text: str):
    return ingest.from_text(text, doc="made.txt")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_an_entry_is_read_into_its_fields(case):
    if "fields" in case:
        for parse in (parse_reference, parse_entry):
            found = {name: value for name, value in parse(case["text"]).items() if value not in (None, ())}
            told = {name: found.get(name) for name in (*case["fields"], *(set(found) - {"authors", "issue"}))}
            assert told == case["fields"], parse.__name__
    else:
        assert case["entry"] is False
        assert not is_strong_entry(case["text"])


def test_cases_are_of_both_kinds():
    assert any("fields" in case for case in CASES)
    assert any("entry" in case for case in CASES)


@pytest.mark.parametrize(("name", "cue"), CUES, ids=lambda value: getattr(value, "example", value))
def test_a_cue_matches_its_example_and_not_its_counterexample(name, cue):
    if cue.kind == "list_heading":
        assert is_list_heading(cue.example)
        assert not is_list_heading(cue.counterexample)
    else:
        assert cue.regex().search(cue.example)
        assert not cue.regex().search(cue.counterexample)


def test_a_cue_file_that_is_missing_stops_with_its_name():
    with pytest.raises(VocabularyError, match=r"absent\.yml"):
        cues.load("absent")


@pytest.mark.parametrize(
    "text",
    [
        "kind:\n- {words: [no], example: a, counterexample: b}",
        "kind:\n- {pattern: '(', example: a, counterexample: b}",
        "kind:\n- {pattern: a, example: a}",
        "kind:\n- {words: [a], wrong: 1}",
        "- a",
        "kind: [",
    ],
)
def test_a_faulty_cue_file_is_refused(text, tmp_path, monkeypatch):
    monkeypatch.setattr(cues, "FOLDER", tmp_path)
    (tmp_path / "faulty.yml").write_text(text, encoding="utf-8")
    with pytest.raises(VocabularyError, match=r"faulty\.yml"):
        cues.load("faulty")


@pytest.mark.parametrize("heading", ["References", "REFERENCES:", "7. References", "Literature cited", "Bibliography"])
def test_a_list_is_found_under_its_heading(heading):
    document = referenced(f"Cells were given to 12 patients in all.\n{heading}\nDoe J. On cells. J Made. 2011;2:3.\n")
    assert [entry.title for entry in find_references(document)] == ["On cells"]


def test_a_list_ends_at_what_is_no_entry():
    found = find_references(referenced(NUMBERED))
    assert [entry.marker for entry in found] == ["1", "2", "3"]
    assert [entry.ref_id for entry in found] == ["made.txt#ref-1", "made.txt#ref-2", "made.txt#ref-3"]


def test_the_span_of_an_entry_holds_its_text():
    document = referenced(NUMBERED)
    for entry in find_references(document):
        assert " ".join(document.text[entry.span.start : entry.span.end].split()) == entry.raw


def test_only_blocks_of_the_list_are_reference_blocks():
    document = referenced(NUMBERED)
    texts = [
        document.text[document.blocks[i].span.start : document.blocks[i].span.end] for i in reference_blocks(document)
    ]
    assert len(texts) == 3
    assert not any("clinic" in text for text in texts)
    assert [is_reference_block(document, i) for i in range(len(document.blocks))].count(True) == 3


def test_a_run_of_entries_without_heading_is_a_list():
    document = referenced(
        "Cells help, we think.\n\nOn cells. Accessed on May 3, 2021.\n\n"
        "On tendons. Accessed on May 4, 2021.\n\nMore to read\n"
    )
    assert [(entry.title, entry.accessed) for entry in find_references(document)] == [
        ("On cells", "2021-05-03"),
        ("On tendons", "2021-05-04"),
    ]


def test_one_such_line_alone_is_no_list():
    assert find_references(referenced("Cells help, we think.\n\nOn cells. Accessed on May 3, 2021.\n")) == ()


def test_repeats_are_merged_and_their_places_kept():
    document = referenced(
        "On cells. Accessed on May 3, 2021.\n\nON CELLS. Accessed on May 3, 2021.\n\n"
        "On tendons. Accessed on May 4, 2021.\n"
    )
    assert [entry.title for entry in find_references(document)] == ["On cells", "On tendons"]
    assert len(reference_spans(document)) == 3


def test_two_numbers_for_one_work_stay_two_entries():
    document = referenced("References\n1. Doe J. On cells. J Made. 2011;2:3.\n2. Doe J. On cells. J Made. 2011;2:3.\n")
    assert [entry.marker for entry in find_references(document)] == ["1", "2"]


def test_an_entry_over_several_lines_is_joined():
    document = referenced(
        "References\nDoe JA, Roe B,\nPoe E. Marrow cells for\nsore tendons. J Made Med. 2011;12:45.\ndoi:10.1000/x1\n"
        "Foe G. Saline. J Made Med. 2012;13:1.\n"
    )
    found = find_references(document)
    assert [(entry.first_author, entry.title, entry.doi) for entry in found] == [
        ("Doe JA", "Marrow cells for sore tendons", "10.1000/x1"),
        ("Foe G", "Saline", None),
    ]


def test_entries_that_run_on_in_one_line_are_parted():
    document = referenced(
        "References\n[1] Doe J. On cells. J Made. 2011;2:3. [2] Roe B. On bone. J Made. 2012;3:4. "
        "[3] Poe E. Ends. J Made. 2013;4:5.\n"
    )
    assert [(entry.marker, entry.title) for entry in find_references(document)] == [
        ("1", "On cells"),
        ("2", "On bone"),
        ("3", "Ends"),
    ]


def test_ids_do_not_depend_on_the_other_entries():
    one = find_references(referenced("References\nDoe J. On cells. J Made. 2011;2:3.\n"))
    two = find_references(
        referenced("References\nRoe B. On bone. J Made. 2012;3:4.\nDoe J. On cells. J Made. 2011;2:3.\n")
    )
    assert one[0].ref_id == two[1].ref_id


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("September 9, 2019", "2019-09-09"),
        ("9th of Sept 2019", "2019-09-09"),
        ("2019 Sep 9", "2019-09-09"),
        ("2019-09-09", "2019-09-09"),
        ("22/10/2019", "2019-10-22"),
        ("10/22/2019", "2019-10-22"),
        ("09/09/2019", "2019-09-09"),
        ("03/05/2019", None),
        ("February 30, 2019", None),
        ("soon", None),
    ],
)
def test_a_date_is_read_or_left(text, date):
    assert iso_date(text) == date


@pytest.mark.parametrize(
    ("doi", "clean"),
    [("10.1/a.", "10.1/a"), ("10.1/a(2)b", "10.1/a(2)b"), ("10.1/a(02)1)", "10.1/a(02)1"), ("10.1/a).,", "10.1/a")],
)
def test_a_doi_loses_only_what_is_not_its_own(doi, clean):
    assert clean_doi(doi) == clean


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "1",
        "." * 5000,
        "9" * 50000,
        "A, " * 20000,
        "A. B. " * 9000,
        "(" * 9000,
        "a-" * 20000,
        "Doe J, " * 9000,
    ],
)
def test_hostile_text_gives_an_answer(text):
    assert set(parse_reference(text)) == set(parse_reference("Doe J. On cells. J Made. 2011;2:3."))
    find_references(referenced(f"References\n{text}\n{text}\n"))


@pytest.mark.skipif(not SEEDS.exists(), reason="the shared example documents are not here")
def test_seed_documents_give_their_lists():
    numbers = [len(find_references(ingest.read(path))) for path in sorted(SEEDS.glob("*.txt"))]
    assert numbers == [5, 6, 0, 0]
    first, second = (find_references(ingest.read(path)) for path in sorted(SEEDS.glob("*.txt"))[:2])
    assert [entry.year for entry in first] == [2008, 2010, 2019, 2006, 2019]
    assert all(entry.doi and entry.first_author and entry.title and entry.journal for entry in first)
    assert {entry.accessed for entry in second} == {"2019-09-09"}
