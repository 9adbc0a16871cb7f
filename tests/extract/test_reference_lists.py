"""Whole lists in the styles of the field come out as the articles that they are made from structure them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from litclaims import ingest
from litclaims.extract.reference import find_references
from printed import FIELDS, PRINTED, STYLES, Cited, article, cited, field_shares

SHARED = Path(__file__).resolve().parents[3] / "shared"
PAPERS = sorted(SHARED.glob("papers/*.nxml"))
NEEDED = 0.9
"""Share of the entries of a list, printed as plain text, of which a field must be right."""


def made(number: int, *names: tuple[str, str], title: str | None, journal: str, **rest: str | None) -> Cited:
    place = {
        "year": "2011",
        "volume": "12",
        "issue": None,
        "first_page": "45",
        "last_page": "9",
        "doi": None,
        "pmid": None,
    }
    return Cited(f"B{number}", names, False, title, journal, **{**place, **rest})


DOE, ROE, HAN = ("Doe", "Jane A"), ("van den Roe", "Björn"), ("Al-Hân", "María-José")
MADE = [
    made(1, DOE, ROE, HAN, title="Marrow cells in sore tendons: a pilot trial", journal="J Made Med", issue="3"),
    made(2, HAN, title="Do cells last? A twelve-month follow-up", journal="Tendon Res", doi="10.1000/tr.2012.7"),
    made(3, DOE, title=None, journal="Lancet", pmid="1234567"),
    made(
        4,
        ROE,
        DOE,
        title="Ageing of CD34+ cells in 3 donors",
        journal="Stem Cells Made",
        first_page="e29",
        last_page="e38",
    ),
    made(5, HAN, DOE, title="Saline", journal="J Made Med", issue="Suppl 1", last_page=None),
]


def listed(entries: list[Cited], style: str):
    lines = [STYLES[style](entry, number) for number, entry in enumerate(entries, 1)]
    document = ingest.from_text("\n".join(["Cells were given to all.", "", "References", *lines, ""]), doc="made.txt")
    return find_references(document)


@pytest.mark.parametrize("style", STYLES)
def test_a_printed_list_is_read_into_its_fields(style):
    found = listed(MADE, style)
    shares = field_shares([entry.fields() for entry in MADE], found, PRINTED[style])
    assert shares == dict.fromkeys(PRINTED[style], 1.0)
    assert [len(entry.authors) for entry in found] == [3, 1, 1, 2, 2]


@pytest.mark.parametrize("style", ["vancouver", "ama"])
def test_volume_and_issue_are_told_apart(style):
    assert [(entry.volume, entry.issue) for entry in listed(MADE, style)] == [
        ("12", "3"),
        ("12", None),
        ("12", None),
        ("12", None),
        ("12", "Suppl 1"),
    ]


@pytest.mark.skipif(not PAPERS, reason="the shared data is not here")
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.stem)
def test_the_list_of_a_real_article_is_read_from_print(path, style):
    entries = cited(article(path))
    shares = field_shares([entry.fields() for entry in entries], listed(entries, style), PRINTED[style])
    assert min(shares.values()) >= NEEDED, shares


@pytest.mark.skipif(not PAPERS, reason="the shared data is not here")
def test_the_gold_lists_are_read_from_print():
    gold = [json.loads(line) for line in (SHARED / "gold/papers.jsonl").read_text(encoding="utf-8").splitlines()]
    lists = {Path(line["doc"]).stem: line["references"] for line in gold if line.get("references")}
    assert len(lists) == 3
    for path in PAPERS:
        if path.stem in lists:
            entries = cited(article(path))
            kept = {entry.doi or entry.pmid for entry in entries} - {None}
            want = [entry for entry in lists[path.stem] if {entry["doi"], entry["pmid"]} & kept]
            found = [one for one in listed(entries, "vancouver") if {one.doi, one.pmid} & kept]
            shares = field_shares(want, found, FIELDS)
            assert len(want) >= 0.85 * len(lists[path.stem])
            assert min(shares.values()) >= NEEDED, (path.stem, shares)
