"""Cited works are merged over reference lists: never two of different DOIs, and the same whichever list comes first."""

from __future__ import annotations

import random

from litclaims.compare.sources import Source, Work, merge_sources, title_words
from litclaims.model import Reference, Span

TITLE = "Marrow cells for sore knees: a randomised trial"


def entry(doc: str, number: int = 1, **fields) -> Reference:
    return Reference(f"{doc}#ref-{number}", doc, fields.pop("raw", f"entry {doc} {number}"), Span(0, 1), **fields)


def merged(*entries: Reference, works=()) -> list[Source]:
    return list(merge_sources(entries, works).listed)


def test_entries_with_one_identifier_are_one_work():
    (source,) = merged(
        entry("a", doi="10.1000/X", title="One"), entry("b", doi="10.1000/x", pmid="7"), entry("c", pmid="7", year=2011)
    )
    assert (source.source_id, source.cited_by) == ("doi:10.1000/x", ("a", "b", "c"))
    assert (source.title, source.year, source.pmid) == ("One", 2011, "7")


def test_entries_of_one_place_are_one_work_though_one_has_no_title():
    (source,) = merged(
        entry("a", first_author="Doe JA", year=2011, volume="12", pages="45-9", title=TITLE),
        entry("b", first_author="Doe J", year=2011, volume="12", pages="45–49", journal="J Made Med"),
    )
    assert (source.title, source.journal) == (TITLE, "J Made Med")


def test_titles_that_differ_by_a_few_letters_are_one_work():
    spelt = "Marrow cells for sore knees: A Randomized Trial."
    assert len(merged(entry("a", title=TITLE, year=2011), entry("b", title=spelt, year=2011))) == 1
    assert len(merged(entry("a", title=TITLE, year=2011), entry("b", title=spelt, year=2012))) == 2


def test_titles_that_say_something_else_are_two_works():
    other = "Marrow cells for torn tendons: a cohort"
    assert len(merged(entry("a", title=TITLE, year=2011), entry("b", title=other, year=2011))) == 2


def test_different_dois_are_never_one_work():
    found = merged(
        entry("a", title=TITLE, year=2011, doi="10.1000/1"),
        entry("b", title=TITLE, year=2011),
        entry("c", title=TITLE, year=2011, doi="10.1000/2"),
    )
    assert [source.doi for source in found] == ["10.1000/1", "10.1000/2"]
    assert sorted(len(source.cited_by) for source in found) == [1, 2]


def test_different_authors_are_never_one_work():
    same = {"title": "Editorial comment on the made trial", "year": 2011}
    assert len(merged(entry("a", first_author="Doe J", **same), entry("b", first_author="Roe B", **same))) == 2


def test_a_short_title_alone_names_no_work():
    assert len(merged(entry("a", title="Editorial", year=2011), entry("b", title="Editorial", year=2011))) == 2
    assert len({source.source_id for source in merged(entry("a", title="Note"), entry("b", title="Note"))}) == 2


def test_the_order_of_the_lists_does_not_matter():
    entries = [
        entry("a", title=TITLE, year=2011, first_author="Doe JA"),
        entry("b", title=TITLE.upper(), year=2011, pmid="7"),
        entry("c", pmid="7", doi="10.1000/1"),
        entry("d", title="Saline in sore knees of adults", year=2011, first_author="Doe JA"),
    ]
    wanted = merged(*entries)
    for seed in range(5):
        shuffled = random.Random(seed).sample(entries, len(entries))
        assert merged(*shuffled) == wanted
    assert [source.cited_by for source in wanted] == [("a", "b", "c"), ("d",)]


def test_a_document_that_is_a_cited_work_is_recognised():
    cited = entry("a", title=TITLE, year=2011), entry("a", 2, doi="10.1000/2"), entry("a", 3, title="Editorial")
    works = [Work("trial.txt", TITLE.upper()), Work("other.txt", None, ["doi:10.1000/2"]), Work("b.txt", "Editorial")]
    sources = merge_sources(cited, works)
    assert {source.title or source.doi: source.doc for source in sources.listed} == {
        TITLE: "trial.txt",
        "10.1000/2": "other.txt",
        "Editorial": None,
    }
    assert sources.keys_of("trial.txt") == {"title:marrow-cells-for-sore-knees-a-randomised-trial-2011"}


def test_an_identifier_in_the_text_leads_to_the_work_that_a_list_names():
    sources = merge_sources([entry("a", doi="10.1000/1", pmid="7")])
    assert sources.key_of("pmid:7") == "doi:10.1000/1"
    assert sources.key_of("DOI:10.1000/9") == "doi:10.1000/9"


def test_titles_are_compared_as_words():
    assert title_words("Zellen – für Knie: Ödem?") == title_words("zellen fur knie odem")
    assert title_words(None) == ""


def test_many_entries_of_one_author_take_no_square_of_time():
    many = [entry(f"d{number}", title=f"Cells {number} for knees of adults", year=2011) for number in range(3000)]
    assert 1 <= len(merged(*many)) <= 3000
