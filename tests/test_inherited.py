"""Documents that rest on the same work are one source, in whatever style they cite it."""

from __future__ import annotations

import pandas as pd
import pytest

from litclaims.pipeline import compare_outcomes, run_local
from litclaims.reading import extract_file

TRIAL = "Marrow cells for sore knees: a randomised trial"
DOSE = "In knee osteoarthritis an intra-articular injection of 40 million mesenchymal stem cells was used"
VANCOUVER = f"1. Doe JA, Roe B, Poe E. {TRIAL}. J Made Med. 2011;12(3):45-9. PMID: 1234567."
APA = (
    "Doe, J. A., Roe, B., & Poe, E. (2011). Marrow cells for sore knees: A randomized trial."
    " Journal of Made Medicine, 12(3), 45–49."
)
OTHER = "1. Foe G, Moe H. Saline for sore knees of adults. J Made Med. 2012;13:1-2."


def made(title: str, marker: str, entry: str) -> str:
    return f"{title}\n\n{DOSE} {marker}.\n\nReferences\n{entry}\n"


@pytest.fixture
def folder(tmp_path):
    texts = {
        "a.txt": made("A page on sore knees", "[1]", VANCOUVER),
        "b.txt": made("A review of knee treatments", "(Doe et al., 2011)", APA),
        "c.txt": made("Another page on knees", "[1]", OTHER),
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def verdicts(folder) -> dict[tuple[str, str], set[str]]:
    outcomes = [extract_file(path, doc=path.name) for path in sorted(folder.glob("*.txt"))]
    found: dict[tuple[str, str], set[str]] = {}
    for verdict in compare_outcomes(outcomes).verdicts:
        if verdict.measure == "cell_dose":
            found.setdefault((verdict.a.doc, verdict.b.doc), set()).add(verdict.verdict)
    return found


def test_one_source_in_two_styles_is_inherited_and_another_source_agrees(folder):
    found = verdicts(folder)
    assert found["a.txt", "b.txt"] == {"inherited"}
    assert found["a.txt", "c.txt"] == found["b.txt", "c.txt"] == {"agree"}


def test_a_document_that_is_the_cited_work_is_recognised(folder):
    given = "Sore knees were given an intra-articular injection of 4 million mesenchymal stem cells.\n"
    (folder / "b.txt").unlink()
    (folder / "c.txt").unlink()
    (folder / "trial.txt").write_text(f"{TRIAL}\n\n{given}", encoding="utf-8")
    assert found_sources(folder)["trial.txt"] == "pmid:1234567"


def found_sources(folder) -> dict[str, str]:
    out = folder / "out"
    run_local([folder], out=out)
    sources = pd.read_parquet(out / "sources.parquet")
    return {row.doc: row.source_id for row in sources.itertuples() if not pd.isna(row.doc)}


def test_the_table_of_sources_names_who_cites_them(folder):
    run_local([folder], out=folder / "out")
    sources = pd.read_csv(folder / "out" / "sources.csv")
    assert list(sources["cited_by"]) == ["a.txt; b.txt", "c.txt"]
    references = pd.read_csv(folder / "out" / "references.csv")
    assert set(references["source_id"]) == set(sources["source_id"])
    assert list(references["authors"])[:2] == ["Doe JA; Roe B; Poe E"] * 2
