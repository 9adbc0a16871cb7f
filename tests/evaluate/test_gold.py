"""The reading of gold files: what is kept, and that every fault is named with file and line."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from litclaims.errors import GoldError
from litclaims.evaluate.gold import read_gold
from litclaims.model import Span

TEXT = "We gave 2–5 million cells (n = 30) to each knee."
CLAIM = {
    "figure": "2–5 million",
    "start": 8,
    "end": 19,
    "measure": "cell_dose",
    "low": 2e6,
    "high": 5e6,
    "unit": "cell",
    "bound": "range",
}
TRAP = {"figure": "30", "start": 31, "end": 33, "why": "a number of patients"}


def line(**changes):
    return {"doc": "a", "text": TEXT, "claims": [CLAIM], **changes}


def claim(**changes):
    return line(claims=[{**CLAIM, **changes}])


def test_a_line_is_read_as_it_stands(write_gold):
    stated = {**CLAIM, "basis": "knee", "route": None, "target": ["knee"], "spread": 0.5}
    path = write_gold(line(claims=[stated], traps=[TRAP], references=[{"year": 2008, "doi": None}], stances=[]))
    (document,) = read_gold(path).documents
    (found,) = document.claims
    assert (found.span, found.quantity.low, found.quantity.high) == (Span(8, 19), Decimal("2000000.0"), Decimal("5e6"))
    assert (found.values("basis"), found.values("route"), found.values("species")) == (("knee",), (), None)
    assert found.quantity.spread == Decimal("0.5")
    assert document.traps[0].why == "a number of patients"
    assert (document.references[0].value("year"), document.references[0].states("title")) == (2008, False)
    assert document.stances == ()


def test_what_was_not_annotated_is_not_the_same_as_nothing(write_gold):
    (document,) = read_gold(write_gold(line())).documents
    assert document.references is None
    assert document.stances is None


def test_numbers_are_exact(write_gold):
    (document,) = read_gold(write_gold(claim(low=0.1, high=0.3))).documents
    assert (document.claims[0].quantity.low, document.claims[0].quantity.high) == (Decimal("0.1"), Decimal("0.3"))


def test_two_lines_of_one_document_are_one_document(write_gold):
    other = {
        **CLAIM,
        "figure": "30",
        "start": 31,
        "end": 33,
        "low": 30,
        "high": 30,
        "bound": "exact",
        "measure": "sample_size",
    }
    (document,) = read_gold(write_gold(line(), line(claims=[other], stances=[]))).documents
    assert len(document.claims) == 2
    assert (document.references, document.stances) == (None, ())


def test_notes_of_the_annotator_are_left_alone(write_gold):
    path = write_gold({**claim(cell_type_id="CL:0000134", note="seen twice"), "annotator": "two of us"})
    assert len(read_gold(path).documents) == 1


FAULTS = {
    "not JSON": ("{", "not valid JSON"),
    "a constant": ('{"doc": "a", "text": "t", "claims": [NaN]}', "NaN"),
    "a key twice": ('{"doc": "a", "doc": "b", "claims": []}', "'doc' occurs twice"),
    "a huge number": ('{"doc": "a", "text": "t", "claims": [1e999999]}', "beyond"),
    "a number beyond the exact ones": ('{"doc": "a", "text": "t", "claims": [1e99999999999999999999]}', "number"),
    "a list": ("[]", "not a JSON object"),
    "deep nesting": ("[" * 100_000, "not valid JSON"),
    "no doc": ({"text": TEXT, "claims": []}, "lacks doc"),
    "no claims": ({"doc": "a", "text": TEXT}, "lacks claims"),
    "claims null": (line(claims=None), "claims None is not a list"),
    "a slip of a key": (line(trap=[]), "key 'trap'"),
    "a slip of a claim's key": (claim(rout=["oral"]), "key 'rout'"),
    "doc empty": (line(doc=" "), "doc ' '"),
    "text no string": (line(text=3), "text 3"),
    "claim no object": (line(claims=["x"]), "claims[1]: 'x' is not an object"),
    "no file": ({"doc": "nowhere.txt", "claims": []}, "no such file"),
    "field missing": (line(claims=[{key: CLAIM[key] for key in CLAIM if key != "unit"}]), "lacks unit"),
    "figure elsewhere": (claim(start=9, end=20), "not the figure"),
    "span past the end": (claim(start=100, end=111), "past the text's"),
    "span reversed": (claim(start=19, end=8), "0 <= start < end"),
    "span negative": (claim(start=-1, end=8), "0 <= start < end"),
    "offset no number": (claim(start="8"), "start '8'"),
    "offset true": (claim(start=True), "start True"),
    "offset broken": (claim(start=8.5), "start 8.5"),
    "figure empty": (claim(figure=""), "figure ''"),
    "measure": (claim(measure="dose"), "measure 'dose'"),
    "bound": (claim(bound="about"), "bound 'about'"),
    "bound a list": (claim(bound=["exact"]), "bound ['exact']"),
    "status": (claim(status="said"), "status 'said'"),
    "unit": (claim(unit=None), "unit None"),
    "low a string": (claim(low="2"), "low '2'"),
    "high true": (claim(high=True), "high True"),
    "low above high": (claim(low=6e6), "low 6000000.0 > high"),
    "both ends null": (claim(low=None, high=None), "low and high null"),
    "exact, two values": (claim(bound="exact"), "bound exact"),
    "range, open": (claim(high=None), "bound range, but high null"),
    "approximate, open": (claim(bound="approximate", low=None), "bound approximate, but low null"),
    "at most, no high": (claim(bound="at_most", high=None), "bound at_most, but high null"),
    "less than, no high": (claim(bound="less_than", high=None), "bound less_than, but high null"),
    "at least, no low": (claim(bound="at_least", low=None), "bound at_least, but low null"),
    "greater than, no low": (claim(bound="greater_than", low=None), "bound greater_than, but low null"),
    "spread negative": (claim(spread=-1), "spread -1"),
    "basis a list": (claim(basis=["knee"]), "basis ['knee']"),
    "route a string": (claim(route="oral"), "route 'oral'"),
    "target with an empty name": (claim(target=["knee", ""]), "target ['knee', '']"),
    "a claim twice": (line(claims=[CLAIM, CLAIM]), "stands twice as cell_dose"),
    "a claim and optional": (line(optional=[{**CLAIM, "why": "?"}]), "stands twice as cell_dose"),
    "optional without why": (line(claims=[], optional=[CLAIM]), "why None"),
    "trap without why": (line(traps=[{**TRAP, "why": ""}]), "why ''"),
    "a trap twice": (line(traps=[TRAP, TRAP]), "stands twice as trap"),
    "a trap on a dose": (
        line(traps=[{"figure": "5 million", "start": 10, "end": 19, "why": "?"}]),
        "overlaps the dose",
    ),
    "a trap elsewhere": (line(traps=[{**TRAP, "start": 30, "end": 32}]), "not the figure"),
    "year": (line(references=[{"year": "2008"}]), "year '2008'"),
    "doi": (line(references=[{"doi": 10}]), "doi 10"),
    "stance": (line(stances=[{"intervention": "i", "condition": "c", "stance": "for"}]), "stance 'for'"),
    "stance without condition": (line(stances=[{"intervention": "i", "stance": "mixed"}]), "lacks condition"),
}


@pytest.mark.parametrize(("faulty", "told"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_named_with_file_line_value_and_remedy(write_gold, faulty, told):
    sound = {"doc": "sound", "text": "", "claims": []}
    path = write_gold(sound, "", faulty)
    with pytest.raises(GoldError) as caught:
        read_gold(path)
    assert caught.value.source == f"{path}:3"
    assert told in caught.value.message
    assert caught.value.remedy


def test_the_same_document_with_another_text_is_refused(write_gold):
    with pytest.raises(GoldError, match="another text"):
        read_gold(write_gold(line(), line(text=TEXT + " ", claims=[])))


def test_a_claim_twice_on_two_lines_is_refused(write_gold):
    path = write_gold(line(), line())
    with pytest.raises(GoldError, match="stands twice") as caught:
        read_gold(path)
    assert caught.value.source == f"{path}:2"


def test_a_misplaced_figure_tells_the_nearest_place(write_gold):
    with pytest.raises(GoldError, match="starts at 8"):
        read_gold(write_gold(claim(start=9, end=20)))


def test_a_file_without_a_document_is_refused(write_gold):
    with pytest.raises(GoldError, match="holds no document"):
        read_gold(write_gold(""))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(GoldError, match="cannot be read"):
        read_gold(tmp_path / "none.jsonl")


def test_bytes_that_are_not_utf8_are_refused_with_their_line(tmp_path):
    path = tmp_path / "g.jsonl"
    path.write_bytes(b'{"doc": "a", "text": "", "claims": []}\n{"doc": "\xff"}\n')
    with pytest.raises(GoldError, match=r"g\.jsonl:2: not UTF-8"):
        read_gold(path)


@pytest.mark.parametrize("folder", ["root", "root/g", "gold", ".", "g"])
def test_a_document_is_looked_for_where_gold_and_root_are(write_gold, tmp_path, folder):
    path = write_gold({"doc": "a.txt", "claims": []})
    place = tmp_path / folder / "a.txt"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("text", encoding="utf-8")
    (document,) = read_gold(path, root=tmp_path / "root").documents
    assert document.path.resolve() == place.resolve()
    assert document.text == "text"


def test_the_root_goes_first(write_gold, tmp_path):
    path = write_gold({"doc": "a.txt", "claims": []})
    for folder, text in (("gold", "beside"), ("root", "root")):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "a.txt").write_text(text, encoding="utf-8")
    assert read_gold(path, root=tmp_path / "root").documents[0].text == "root"
    assert read_gold(path).documents[0].text == "beside"


def test_line_ends_of_a_text_stay_and_a_byte_order_mark_goes(write_gold, tmp_path):
    path = write_gold({"doc": "a.txt", "claims": []})
    (tmp_path / "gold" / "a.txt").write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\n")
    assert read_gold(path).documents[0].text == "one\r\ntwo\rthree\n"


def test_a_text_that_is_not_utf8_is_refused(write_gold, tmp_path):
    path = write_gold({"doc": "a.txt", "claims": []})
    (tmp_path / "gold" / "a.txt").write_bytes(b"\xff")
    with pytest.raises(GoldError, match="not UTF-8"):
        read_gold(path)


def test_the_text_of_other_formats_is_left_to_ingestion(write_gold, tmp_path):
    path = write_gold({"doc": "a.md", "claims": [{**CLAIM, "start": 0, "end": 11}]})
    (tmp_path / "gold" / "a.md").write_text("# Title", encoding="utf-8")
    assert read_gold(path).documents[0].text is None


def test_the_hash_covers_annotations_and_texts(write_gold, tmp_path):
    path = write_gold({"doc": "a.txt", "claims": []})
    hashes = []
    for text, annotation in (("one", {}), ("two", {}), ("two", {"stances": []})):
        (tmp_path / "gold" / "a.txt").write_text(text, encoding="utf-8")
        path.write_text(json.dumps({"doc": "a.txt", "claims": [], **annotation}), encoding="utf-8")
        hashes.append(read_gold(path).sha256)
    assert len(set(hashes)) == 3
    assert read_gold(path).sha256 == hashes[-1]


SHARED_GOLD = Path(__file__).resolve().parents[2] / "../shared/gold"


@pytest.mark.skipif(not SHARED_GOLD.is_dir(), reason="the shared gold files are not here")
@pytest.mark.parametrize("name", ["papers", "seeds", "trials"])
def test_the_shared_gold_files_hold_no_fault(name):
    file = read_gold(SHARED_GOLD / f"{name}.jsonl")
    assert sum(len(document.claims) for document in file.documents) > 20
