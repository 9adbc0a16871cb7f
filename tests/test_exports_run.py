"""A run over exports of reference managers: papers are told apart, and tied to those that cite them."""

from __future__ import annotations

import pytest

from litclaims.compare import Comparison
from litclaims.inputs import find_inputs
from litclaims.model import Outcome
from litclaims.pipeline import compare_outcomes
from litclaims.reading import extract_input, session

ABSTRACT = (
    "Each knee of 40 patients with osteoarthritis was injected with 5 million mesenchymal stromal cells in saline."
)
FILES = {
    "set.bib": f"""@string{{jmm = {{J Made Med}}}}
@article{{doe2013, title = {{Cells in sore knees}}, author = {{Doe, Jane}}, journal = jmm, year = 2013,
  doi = {{10.1000/knees}}, abstract = {{{ABSTRACT}}}}}
@article{{roe2014, title = {{Saline in sore knees}}, author = {{Roe, Bo}}, journal = jmm, year = 2014}}
""",
    "one.ris": f"""TY  - JOUR
TI  - Cells in sore knees
AU  - Doe, Jane
JO  - J Made Med
DO  - 10.1000/knees
AB  - {ABSTRACT}
ER  -
""",
    "review.txt": """Cells for the knee

Patients received 8 million mesenchymal stromal cells into each knee [1].

References
1. Doe J. Cells in sore knees. J Made Med. 2013;4:5-6. doi:10.1000/knees
""",
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory) -> dict[str, Outcome]:
    folder = tmp_path_factory.mktemp("exports")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    with session():
        return {item.doc: extract_input(item) for item in find_inputs([folder]).items}


@pytest.fixture(scope="module")
def comparison(outcomes) -> Comparison:
    return compare_outcomes(list(outcomes.values()))


def test_each_abstract_is_a_document_and_the_list_claims_nothing(outcomes):
    doses = {
        doc: [float(claim.quantity.low) for claim in outcome.extraction.claims if claim.measure == "cell_dose"]
        for doc, outcome in outcomes.items()
    }
    assert doses == {"set.bib": [], "set.bib#doe2013": [5e6], "one.ris": [5e6], "review.txt": [8e6]}
    listed = outcomes["set.bib"].extraction.references
    assert [(entry.title, entry.journal) for entry in listed] == [
        ("Cells in sore knees", "J Made Med"),
        ("Saline in sore knees", "J Made Med"),
    ]


def test_a_paper_in_two_exports_counts_once(comparison):
    (repeat,) = comparison.duplicates
    assert {repeat.doc, repeat.of} == {"set.bib#doe2013", "one.ris"}


def test_the_paper_is_known_as_the_work_that_the_list_and_the_review_cite(comparison):
    (work,) = (source for source in comparison.sources.listed if source.doi == "10.1000/knees")
    assert set(work.cited_by) == {"set.bib", "review.txt"}
    assert work.doc in ("set.bib#doe2013", "one.ris")


def test_a_review_that_gives_another_figure_than_the_paper_it_cites_misquotes_it(comparison):
    assert {each.verdict for each in comparison.verdicts if each.measure == "cell_dose"} == {"misquoted"}
