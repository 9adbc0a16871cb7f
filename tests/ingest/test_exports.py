"""Exports of reference managers: the entries as they are in the file, and an abstract as its article."""

from __future__ import annotations

import pytest

from litclaims import ingest
from litclaims.errors import InputError
from litclaims.ingest import bibtex, nbib, ris
from litclaims.ingest._records import LEFT_OUT
from litclaims.reading import extract_document

BIBTEX = r"""
@comment{made}
@string{jmm = {J Made Med}}
@article{doe2011,
  author = {Doe, Jane A. and M{\"u}ller-Roe, Bj{\"o}rn and {Cells and Tissues Organization}},
  title = {{CD34}+ cells in \emph{sore} tendons},
  journal = jmm,
  year = 2011, volume = {12}, number = {3}, pages = {45--49}, month = 3,
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
AU  - Cells and Tissues Organization,
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
NBIB = """PMID- 1234567
TI  - CD34+ cells in
      sore tendons.
PG  - 45-49
LID - 10.1000/JMM.2011.45 [doi]
FAU - Doe, Jane A
AU  - Doe JA
AU  - Müller-Roe B
CN  - Cells and Tissues Organization
TA  - J Made Med
DP  - 2011 Mar 1
VI  - 12
IP  - 3

PMID- 1234568
TI  - Saline.
AU  - Roe B
"""
LISTS = {".bib": BIBTEX, ".ris": RIS, ".nbib": NBIB}


def read(text: str, suffix: str):
    return ingest.from_bytes(text.encode(), suffix=suffix, doc=f"made{suffix}", source=f"in/made{suffix}")


@pytest.mark.parametrize("suffix", LISTS)
def test_an_article_is_listed_as_it_is(suffix):
    document = read(LISTS[suffix], suffix)
    first = document.references[0]
    assert first.authors == ("Doe JA", "Müller-Roe B", "Cells and Tissues Organization")
    assert first.title == "CD34+ cells in sore tendons"
    assert (first.journal, first.year, first.volume, first.issue) == ("J Made Med", 2011, "12", "3")
    assert (first.pages, first.doi, first.pmid) == ("45-49", "10.1000/JMM.2011.45", "1234567")
    assert document.text[first.span.start : first.span.end] == first.raw
    listed = extract_document(document)
    assert [entry.key for entry in listed.references] == [entry.key for entry in document.references]
    assert listed.references[0].title == first.title
    assert listed.claims == ()


@pytest.mark.parametrize("suffix", [".bib", ".ris"])
def test_a_page_has_its_address_and_date_of_access(suffix):
    last = read(LISTS[suffix], suffix).references[-1]
    assert (last.title, last.url, last.accessed) == ("A page on cells", "https://example.org/cells", "2021-05-03")
    assert (last.authors, last.first_author, last.year) == ((), None, None)


def test_an_entry_that_cannot_be_read_costs_no_other_and_is_told():
    document = read(BIBTEX, ".bib")
    assert [entry.key for entry in document.references] == ["doe2011", "roe2012", "page"]
    assert [repair.name for repair in document.repairs] == [LEFT_OUT]


ARTICLES = {
    ".bib": r"""@article{a, title = {Cells in the knee}, author = {Doe, Jane}, journal = {J Made Med}, year = 2011,
  doi = {10.1000/5}, keywords = {cells; knee}, abstract = {Each of 40 patients was injected with
  $2\times 10^{6}$ MSCs/kg or 10\textsuperscript{7} MSCs/kg. 5% of all had {\textless}5 mL of saline.},}""",
    ".ris": """Provider: Made Things

TY  - JOUR
A1  - Doe, Jane
T1  - Cells in the knee
JF  - J Made Med
Y1  - 2011
DO  - 10.1000/5
KW  - cells
KW  - knee
N2  - <p>Each of 40 patients was injected with 2 × 10<sup>6</sup> MSCs/kg or 10<sup>7</sup> MSCs/kg.
5% of all had &lt;5 mL of saline.</p>
ER  - """,
    ".nbib": """PMID- 12345
TI  - Cells in the knee.
AB  - Each of 40 patients was injected with 2 x 10(6) MSCs/kg or 10(7)
      MSCs/kg. 5% of all had <5 mL of saline.
AU  - Doe J
TA  - J Made Med
DP  - 2011
AID - 10.1000/5 [doi]
OT  - cells
OT  - knee
""",
}


@pytest.mark.parametrize("suffix", ARTICLES)
def test_a_record_with_an_abstract_is_that_article(suffix):
    document = read(ARTICLES[suffix], suffix)
    assert (document.title, document.doi, document.date) == ("Cells in the knee", "10.1000/5", "2011")
    assert document.authors == ("Doe J",)
    assert document.references == ()
    assert "cells; knee" in document.text
    claims = extract_document(document).claims
    doses = [int(claim.quantity.low) for claim in claims if claim.measure == "cell_dose"]
    assert doses == [2_000_000, 10_000_000]
    assert [claim.quantity.unit for claim in claims if claim.measure == "cell_dose"] == ["cell/kg"] * 2
    assert "5% of all had <5 mL" in document.text


@pytest.mark.parametrize("suffix", [".ris", ".nbib"])
def test_an_export_that_is_named_otherwise_is_known_by_its_content(suffix):
    document = ingest.from_bytes(ARTICLES[suffix].encode(), suffix=".txt", doc="a", source="a")
    assert document.title == "Cells in the knee"


def test_a_text_that_quotes_a_record_is_no_export():
    text = (
        "How to cite\n\nCopy this:\n\n" + "\n".join(f"line {number}" for number in range(9)) + "\nTY  - JOUR\nER  -\n"
    )
    assert not ris.matches(text.encode())
    assert not nbib.matches(b"See PMID- 12345\n")


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"5 \% of {MSC}s", "5 % of MSCs"),
        ("5% of all, then 10 million", "5% of all, then 10 million"),
        (r"{\textgreater}5 million", ">5 million"),
        (r"\textless 5 million", "<5 million"),
        (r"{\textasciitilde}5 million", "~5 million"),
        (r"10\textsuperscript{6} cells", "10<sup>6</sup> cells"),
        (r"$10^{16}$", "10^16"),
        (r"5 $\pm$ 1, $\mu$g, $\geq$ 3", "5 ± 1, μg, ≥ 3"),
        ("it costs $5 and a further $6", "it costs $5 and a further $6"),
        (r"$5~million", "$5\u00a0million"),
        (r"na{\"\i}ve, \v{s}, {\L}, \'{e}, {\ss}", "naïve, š, Ł, é, ß"),
        ("1{,}000 # & 2", "1,000 # & 2"),
    ],
)
def test_latex_becomes_text_and_loses_no_sign_of_a_figure(latex, text):
    assert bibtex.as_text(latex) == text


@pytest.mark.parametrize("suffix", LISTS)
@pytest.mark.parametrize("text", ["@", "@article{", "TY  - JOUR", "TY  -\nER  -", "{" * 5000, "no list", "PMID- 1"])
def test_what_holds_no_entry_is_told(suffix, text):
    with pytest.raises(InputError, match=r"made\.\w+: .+\(.+\)"):
        read(text, suffix)


@pytest.mark.parametrize(
    "title",
    ["{" * 3000 + "deep" + "}" * 3000, "\\" * 3000, "$" * 3000, "\\textless" * 900, "<sup>" * 900, "a and " * 900],
)
def test_hostile_titles_are_read_as_they_can_be(title):
    text = (
        f"@article{{a, title = {{{title}}}, author = {{{title} and Doe, J}}, year = 2001}}\n@misc{{b, title = {{B}}}}"
    )
    assert read(text, ".bib").references[-1].title == "B"
