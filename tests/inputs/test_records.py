"""Tables of abstracts and PubMed sets: a document a row, each read from its own bytes."""

from __future__ import annotations

import csv
import gzip
import json
import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litclaims import ingest
from litclaims.errors import InputError, UnsupportedFormat
from litclaims.inputs import find_inputs, load, records

ROWS = [
    {"id": "A1", "title": "Cells in the knee", "text": 'They gave 5 million, "slowly".\n\nThen 10 million.'},
    {"id": "B2", "title": "Second: a trial", "text": "One line of ünïcode."},
    {"id": "C3", "title": "", "text": "No title here."},
]


def write_csv(path: Path, rows=ROWS, names=("id", "title", "text"), **how) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, **how)
        writer.writerow(names)
        writer.writerows(tuple(row.values()) for row in rows)
    return path


def write_jsonl(path: Path, rows=ROWS) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def read(path: Path) -> dict[str, object]:
    return {item.doc: load(item) for item in find_inputs([path]).items}


@pytest.mark.parametrize("shape", ["csv", "tsv", "semicolon", "jsonl", "gzip"])
def test_each_row_is_a_document_with_its_title(tmp_path, shape):
    path = tmp_path / f"set.{'csv' if shape == 'semicolon' else shape}"
    if shape in ("csv", "tsv", "semicolon"):
        write_csv(path, delimiter={"csv": ",", "tsv": "\t", "semicolon": ";"}[shape])
    else:
        write_jsonl(path)
    if shape == "gzip":
        packed = tmp_path / "set.jsonl.gz"
        packed.write_bytes(gzip.compress(path.read_bytes()))
        path = packed
    found = read(path)
    assert list(found) == [f"{path.name}#{row['id']}" for row in ROWS]
    first, second, third = found.values()
    assert (first.title, second.title, third.title) == ("Cells in the knee", "Second: a trial", None)
    assert first.text == f"{ROWS[0]['title']}\n\n{ROWS[0]['text']}"
    assert [block.kind for block in first.blocks] == ["title", "paragraph", "paragraph"]
    assert third.text == "No title here."
    assert first.source == f"{path}#A1"


@pytest.mark.parametrize(
    "names", [("ID", "Title", "Abstract"), ("PMID", " TITLE ", "TEXT"), ("id", "title", "abstract")]
)
def test_columns_are_known_by_their_names(tmp_path, names):
    assert len(read(write_csv(tmp_path / "a.csv", names=names))) == 3


def test_a_row_without_id_is_named_by_its_number(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("text\none\n\ntwo\n")
    assert [item.doc for item in find_inputs([path]).items] == ["a.csv#1", "a.csv#3"]


def test_a_title_that_opens_the_text_stands_there_once(tmp_path):
    path = write_jsonl(tmp_path / "a.jsonl", [{"id": 7, "title": "A title", "text": "A title.\n\n 5 million cells."}])
    (document,) = read(path).values()
    assert (document.title, document.text) == ("A title.", "A title.\n\n 5 million cells.")


def test_a_long_text_in_a_csv_cell_is_read_whole(tmp_path):
    text = "Patients received 5 million cells. " * 10_000
    (document,) = read(write_csv(tmp_path / "a.csv", [{"id": "1", "title": "", "text": text}])).values()
    assert document.text == text.strip()
    assert csv.field_size_limit() < len(text)


def test_json_lines_are_known_by_their_content(tmp_path):
    assert len(read(write_jsonl(tmp_path / "records.txt"))) == 3


@pytest.mark.parametrize(
    "line", ["[1]", "{", '{"id": 1, "text": null}', '{"text": ""}', "[" * 100_000, '{"text": "a\\u0000"}']
)
def test_a_bad_line_is_one_failed_document(tmp_path, line):
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"text": "good"}}\n{line}\n{{"text": "also"}}\n')
    first, bad, last = find_inputs([path]).items
    assert (load(first).text, load(last).text) == ("good", "also")
    with pytest.raises(InputError):
        load(bad)


@pytest.mark.parametrize(("name", "text"), [("a.csv", "name,dose\nx,5\n"), ("a.jsonl", '{"name": "x"}\n')])
def test_a_table_without_text_is_skipped(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    (outcome,) = find_inputs([tmp_path]).outcomes
    assert (outcome.status, "without a column text or abstract" in outcome.reason) == ("skipped", True)


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("a.jsonl", b"no json\n", "no JSON object"),
        ("a.csv", b'id,text\n1,"never closed' + b"a" * 5000, "cannot be read|more than"),
        ("a.csv", b"\xff\xfei\0d\0", "UTF-8"),
    ],
)
def test_a_damaged_table_is_a_failed_row(tmp_path, monkeypatch, name, raw, reason):
    monkeypatch.setattr(records, "MAX_RECORD", 1000)
    (tmp_path / name).write_bytes(raw)
    (outcome,) = find_inputs([tmp_path / name]).outcomes
    assert outcome.status == "failed"
    assert re.search(reason, outcome.reason)


def test_a_row_in_another_encoding_fails_alone(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,text\n1,good\n2,caf\xe9\n")
    good, bad = find_inputs([path]).items
    assert load(good).text == "good"
    with pytest.raises(InputError, match="cannot be read"):
        load(bad)


def test_of_too_many_rows_the_rest_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(records, "MAX_RECORDS", 2)
    found = find_inputs([write_csv(tmp_path / "a.csv")])
    assert len(found.items) == 2
    assert [outcome.status for outcome in found.outcomes] == ["failed"]
    assert "more than 2 records, of which the first are read" in found.outcomes[0].reason


CELLS = st.text(alphabet=string.ascii_letters + ' ,;"\n\r\té⁶', max_size=30)


@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8), delimiter=st.sampled_from(records.DELIMITERS))
def test_any_csv_gives_back_what_was_written(tmp_path_factory, rows, delimiter):
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    written = [{"id": "x", "title": title, "text": text} for title, text in rows]
    write_csv(path, written, delimiter=delimiter)
    items = find_inputs([path]).items
    assert [records.title_and_text(item, item.part) for item in items] == rows


ARTICLE = "<PubmedArticle><MedlineCitation><PMID Version='1'>{}</PMID></MedlineCitation></PubmedArticle>"


def test_a_pubmed_set_is_an_input_for_each_article(tmp_path, monkeypatch):
    monkeypatch.setattr(records, "_STEP", 64)
    path = tmp_path / "set.xml"
    articles = [ARTICLE.format(number) for number in (11, 12, 13)]
    path.write_text("<?xml version='1.0'?>\n<PubmedArticleSet>\n" + "\n".join(articles) + "</PubmedArticleSet>")
    items = find_inputs([path]).items
    assert [item.doc for item in items] == ["set.xml#11", "set.xml#12", "set.xml#13"]
    raw = records.article(items[1], items[1].part).decode()
    assert raw == f"<?xml version='1.0'?><PubmedArticleSet>{articles[1]}</PubmedArticleSet>"


def test_a_pubmed_set_of_one_article_is_the_file(tmp_path):
    path = tmp_path / "one.xml"
    path.write_text(f"<PubmedArticleSet>{ARTICLE.format(11)}</PubmedArticleSet>")
    found = find_inputs([path])
    assert [(item.doc, item.part) for item in found.items] == [("one.xml", None)]


def test_reading_the_rows_of_a_table_reads_each_byte_about_once(tmp_path, monkeypatch):
    rows = [{"id": str(number), "title": "t", "text": "five million cells " * 20} for number in range(500)]
    path = write_jsonl(tmp_path / "a.jsonl", rows)
    taken = []
    genuine = records.packed.piece
    monkeypatch.setattr(records.packed, "piece", lambda *a, **k: taken.append(genuine(*a, **k)) or taken[-1])
    for item in find_inputs([path]).items:
        load(item)
    assert sum(map(len, taken)) == path.stat().st_size


def test_a_kind_that_no_reader_knows_is_skipped(tmp_path):
    if ".xml" in ingest.readers():
        pytest.skip("PubMed is read")
    path = tmp_path / "set.xml"
    path.write_text(f"<PubmedArticleSet>{ARTICLE.format(1)}{ARTICLE.format(2)}</PubmedArticleSet>")
    with pytest.raises(UnsupportedFormat):
        load(find_inputs([path]).items[0])


BIB = r"""% Encoding: UTF-8
@string{jmm = {J Made Med}}
@article{first, title = {Cells in knees}, journal = jmm, year = 2011, doi = {10.1000/1},
  abstract = {Each knee received 5 million cells.}}
@article{listed, title = {Saline in knees}, journal = jmm, year = 2012}
@article{broken, title = {Cells in {backs}, abstract = {Each back received 7 million cells.}
@article{last, title = {Cells in hips}, journal = jmm, year = 2013, abstract = {Each hip received 9 million cells.}}
"""


@pytest.mark.parametrize("packing", ["plain", "gzip"])
def test_an_export_is_a_list_and_a_document_for_each_abstract(tmp_path, packing):
    path = tmp_path / ("set.bib.gz" if packing == "gzip" else "set.bib")
    path.write_bytes(gzip.compress(BIB.encode()) if packing == "gzip" else BIB.encode())
    items = {item.doc.partition("#")[2]: item for item in find_inputs([path]).items}
    assert list(items) == ["", "first", "broken", "last"]
    listed, first, last = (load(items[name]) for name in ("", "first", "last"))
    assert [entry.key for entry in listed.references] == ["first", "listed", "last"]
    assert "million" not in listed.text
    assert (first.title, last.title) == ("Cells in knees", "Cells in hips")
    assert "J Made Med" in last.text
    assert last.text.endswith("Each hip received 9 million cells.")
    with pytest.raises(InputError, match=r"set\.bib.*#broken: .*cannot be read \(mend it"):
        load(items["broken"])


def test_an_export_of_one_entry_is_one_document(tmp_path):
    path = tmp_path / "one.ris"
    path.write_text("TY  - JOUR\nTI  - Cells\nAB  - Each hip received 9 million cells.\nER  - \n")
    (item,) = find_inputs([path]).items
    assert (item.doc, load(item).title) == ("one.ris", "Cells")


@pytest.mark.parametrize(
    ("name", "text", "ids"),
    [
        (
            "a.ris",
            "TY  - JOUR\nID  - k1\nTI  - A\nAB  - 5 cells\nER  - \nTY  - JOUR\nTI  - B\nAB  - x\nER  - \n",
            ["k1", "2"],
        ),
        (
            "a.nbib",
            "PMID- 111\nTI  - A\nAB  - x\n\nPMID- 222\nTI  - B\n\nPMID- 333\nTI  - C\nAB  - y\n",
            ["111", "333"],
        ),
        ("pubmed-cells.txt", "\nPMID- 111\nTI  - A\nAB  - x\n\nPMID- 222\nTI  - B\nAB  - y\n", ["111", "222"]),
    ],
)
def test_records_are_named_by_their_keys(tmp_path, name, text, ids):
    path = tmp_path / name
    path.write_text(text)
    found = find_inputs([path]).items
    assert [item.doc for item in found] == [name, *(f"{name}#{each}" for each in ids)]
    assert len(load(found[0]).references) == text.count("TI  - ")
    assert [load(item).references for item in found[1:]] == [()] * len(ids)


def test_a_list_of_works_in_other_languages_is_read(tmp_path):
    path = tmp_path / "set.bib"
    title = "Mesenchymale Stammzellen bei Kniegelenksarthrose: eine randomisierte klinische Studie an Erwachsenen"
    path.write_text("".join(f"@article{{k{number}, title = {{{title}}}, year = 2011}}\n" for number in range(6)))
    (item,) = find_inputs([path]).items
    assert len(load(item).references) == 6
