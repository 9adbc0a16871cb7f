"""BibTeX and RIS give the entries that are in the file."""

from __future__ import annotations

import pytest

from litclaims.extract.reference.exchange import parse_bibtex, parse_ris

BIBTEX = r"""
@comment{made}
@string{jmm = {J Made Med}}
@article{doe2011,
  author = {Doe, Jane A. and M{\"u}ller-Roe, Bj{\"o}rn and {World Cell Organization}},
  title = {{CD34}+ cells in \emph{sore} tendons},
  journal = "J Made Med",
  year = 2011, volume = {12}, number = {3}, pages = {45--49},
  doi = {https://doi.org/10.1000/JMM.2011.45}, pmid = {1234567},
}
@inproceedings{roe2012, author = {Bj{\"o}rn Roe}, title = {Saline}, booktitle = {Proc. of Made Things}, year = {2012}}
@misc{broken, title = {No end
@online{page, title = {A page on cells}, url = {https://example.org/cells}, urldate = {2021-05-03}}
"""
RIS = """\ufeffTY  - JOUR
ID  - doe2011
AU  - Doe, Jane A.
AU  - Müller-Roe, Björn
TI  - CD34+ cells in
  sore tendons
JO  - J Made Med
PY  - 2011/03/01
VL  - 12
IS  - 3
SP  - 45
EP  - 49
DO  - 10.1000/JMM.2011.45
AN  - 1234567
ZZ  - what nobody knows
ER  -

TY  - ELEC
TI  - A page on cells
UR  - https://example.org/cells
Y2  - 2021/05/03/
"""


@pytest.mark.parametrize(("parse", "text"), [(parse_bibtex, BIBTEX), (parse_ris, RIS)])
def test_an_article_is_read_as_it_is(parse, text):
    first = parse(text, doc="made")[0]
    assert (first.key, first.ref_id) == ("doe2011", "made#ref-doe2011")
    assert first.authors[:2] == ("Doe JA", "Müller-Roe B")
    assert first.title == "CD34+ cells in sore tendons"
    assert (first.journal, first.year, first.volume, first.issue) == ("J Made Med", 2011, "12", "3")
    assert (first.pages, first.doi, first.pmid) == ("45-49", "10.1000/JMM.2011.45", "1234567")
    assert " ".join(text[first.span.start : first.span.end].split()) == first.raw


@pytest.mark.parametrize(("parse", "text"), [(parse_bibtex, BIBTEX), (parse_ris, RIS)])
def test_a_page_has_its_address_and_date_of_access(parse, text):
    last = parse(text)[-1]
    assert (last.title, last.url, last.accessed) == ("A page on cells", "https://example.org/cells", "2021-05-03")
    assert (last.authors, last.first_author, last.year) == ((), None, None)


def test_an_entry_that_cannot_be_read_costs_no_other():
    assert [entry.key for entry in parse_bibtex(BIBTEX)] == ["doe2011", "roe2012", "page"]
    assert parse_bibtex(BIBTEX)[0].authors[2] == "World Cell Organization"


@pytest.mark.parametrize("text", ["", "@", "@article{", "TY  - JOUR", "TY  -\nER  -", "{" * 5000, "no list at all"])
def test_what_holds_no_entry_gives_none(text):
    assert parse_bibtex(text) == parse_ris(text) == ()
