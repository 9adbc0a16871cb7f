"""Reference strings are labelled word by word, names are parted, and a stream of them is read line by line."""

from __future__ import annotations

import hashlib
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest

from litclaims.errors import VocabularyError
from litclaims.extract.reference import label as labels
from litclaims.extract.reference import parse_entry
from litclaims.extract.reference.names import author_names
from litclaims.extract.reference.strings import MAX_LINE, read_strings

ROOT = Path(__file__).resolve().parents[2]
ENTRY = "Doe J, Roe B. Marrow cells in sore tendons. J Made Med. 2011;12(3):45-9. PMID: 1234567."


def read(data: bytes) -> list[dict]:
    return list(read_strings(io.BytesIO(data)))


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("Doe JA, Roe B, de Vries C, et al.", ("Doe JA", "Roe B", "de Vries C")),
        ("Doe, J. A., Roe, B., & Vries, C. N.", ("Doe JA", "Roe B", "Vries CN")),
        ("J.A. Doe, B. Roe and M.-J. Al-Hân,", ("Doe JA", "Roe B", "Al-Hân MJ")),
        ("Doe, Jane A.; Roe, Björn", ("Doe JA", "Roe B")),
        ("Jane A. Doe and Björn van den Roe.", ("Doe JA", "van den Roe B")),
        ("Jane A. Doe,", ("Doe JA",)),
        ("DOE, Jane", ("DOE J",)),
        ("Doe, J., B. Roe and C. Vries.", ("Doe J", "Roe B", "Vries C")),
        ("World Cell Organization", ("World Cell Organization",)),
        ("O’Doe K; Roe-Smith L.", ("O’Doe K", "Roe-Smith L")),
        ("---.", ()),
        ("", ()),
    ],
)
def test_a_list_of_authors_is_parted_into_names(printed, names):
    assert author_names(printed) == names


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("2011;12(3):45-9", ("12", "3", "45-9")),
        ("2011;12 Suppl 1:S45-S49", ("12", "Suppl 1", "S45-S49")),
        ("2011 Mar 1;12(3):45-9", ("12", "3", "45-9")),
        ("2011;12:e45", ("12", None, "e45")),
    ],
)
def test_the_place_of_an_article_is_parted(place, told):
    fields = parse_entry(f"Doe J, Roe B. Marrow cells in sore tendons. J Made Med. {place}.")
    assert (fields["volume"], fields["issue"], fields["pages"]) == told
    assert fields["year"] == 2011


def test_identifiers_are_told_from_the_rest():
    fields = parse_entry(f"{ENTRY} PMCID: PMC7654321. Registered as NCT01234567. doi:10.1000/J.Made(1)2.")
    assert {name: fields[name] for name in ("pmid", "pmcid", "nct", "doi")} == {
        "pmid": "1234567",
        "pmcid": "PMC7654321",
        "nct": "NCT01234567",
        "doi": "10.1000/J.Made(1)2",
    }


def test_every_word_has_one_label_and_punctuation_none():
    words = labels.tokens("Doe J. On cells: 2(3)", [])
    assert [word.word for word in words] == ["Doe", "J", "On", "cells", "2", "3"]
    assert [word.after for word in words] == [" ", ". ", " ", ": ", "(", ")"]
    assert labels.tokens(" .,;", []) == []


def test_the_best_path_keeps_to_the_transitions():
    never = -1e6
    model = labels.Model(
        ("a", "b"), {}, np.zeros((0, 2)), np.array([[0.0, never], [0.0, 0.0]]), np.array([0.0, never]), np.zeros(2)
    )
    assert labels._best_path(np.array([[0.0, 1.0], [0.0, 5.0], [0.0, 5.0]]), model) == [0, 0, 0]


def test_weights_that_are_none_stop_with_their_file(tmp_path, monkeypatch):
    monkeypatch.setattr(labels, "WEIGHTS", tmp_path / "weights.json")
    labels.load.cache_clear()
    (tmp_path / "weights.json").write_text('{"labels": []}', encoding="utf-8")
    with pytest.raises(VocabularyError, match=r"weights\.json"):
        labels.load()


def test_the_card_names_the_weights_that_are_used():
    digest = hashlib.sha256(labels.WEIGHTS.read_bytes()).hexdigest()
    card = (ROOT / "models/reference-labels/README.md").read_text(encoding="utf-8")
    assert re.search(r"sha256 \| `(\w+)`", card)[1] == digest


def test_each_line_gives_a_record_that_is_json():
    records = read(f"{ENTRY}\n\n12. Roe B. Saline. J Made Med 2012;3:4\r\n".encode())
    assert [one["line"] for one in records] == [1, 2, 3]
    assert [one["title"] for one in records] == ["Marrow cells in sore tendons", None, "Saline"]
    assert records[0]["author"] == "Doe J, Roe B"
    assert records[2]["raw"].endswith("3:4")
    assert json.loads(json.dumps(records)) == records


def test_bytes_that_are_no_text_are_shown_as_such():
    (record,) = read(b"Doe J. \xff\xfe cells. J Made 2011;2:3")
    assert "\ufffd\ufffd" in record["raw"]
    assert record["year"] == 2011


def test_a_huge_line_is_cut_and_the_next_one_read():
    records = read(b"Doe J, " * (MAX_LINE // 2) + b"\n" + ENTRY.encode())
    assert [one["cut"] for one in records] == [True, False]
    assert records[1]["year"] == 2011


@pytest.mark.parametrize(
    "hostile", ["(" * 3000, "A. " * 1000, "2011;" * 600, "10.1000/" * 300, "“" * 3000, "a-" * 1500]
)
def test_hostile_strings_give_an_answer(hostile):
    assert parse_entry(hostile)["doi"] is None or hostile.startswith("10.")
