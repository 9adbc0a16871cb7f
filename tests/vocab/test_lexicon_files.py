"""Every row of every lexicon: its example, its counter-example, its names, its identifiers, its place in the file."""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
from collections import defaultdict
from pathlib import Path

import pytest

from litclaims import vocab
from litclaims.vocab import lexicon

FOLDER = Path(lexicon.__file__).parent
FILES = [*sorted((FOLDER / "lexicons").glob("*.csv")), FOLDER / "route_site.csv"]
SHARED = Path(__file__).resolve().parents[2] / "../shared"
ONTOLOGIES = SHARED / "data/vocab/mondo-uberon-cl.jsonl.gz"
MESH = SHARED / "data/vocab/mesh-disease-anatomy-cell.tsv.gz"
GIVEN = re.compile(r"\b(?:injected|infused|implanted|instilled) (?:into|under) the ")

ROWS = [pytest.param(kind, term, id=f"{kind}:{term.label}") for kind in vocab.kinds() for term in vocab.load(kind).rows]


def labels(kind: str, text: str) -> list[str]:
    return [match.label for match in vocab.load(kind).find(text)]


@pytest.mark.parametrize(("kind", "term"), ROWS)
def test_the_example_is_found_where_it_is_marked(kind, term):
    text, span = lexicon.unmark(term.example)
    assert (*span, term.label) in [(match.start, match.end, match.label) for match in vocab.load(kind).find(text)]


@pytest.mark.parametrize(("kind", "term"), ROWS)
def test_the_counterexample_is_left_alone(kind, term):
    assert term.label not in labels(kind, term.counterexample)


@pytest.mark.parametrize("kind", vocab.kinds())
def test_every_name_is_found_whole(kind):
    lost = [
        (term.label, name)
        for term in vocab.load(kind).rows
        for name in (*term.names, *term.abbreviations)
        if (name, term.label) not in [(match.surface, match.label) for match in vocab.load(kind).find(name)]
    ]
    assert lost == []


@pytest.mark.parametrize("kind", vocab.kinds())
def test_ambiguous_abbreviations_need_a_definition(kind):
    for term in vocab.load(kind).rows:
        for short in term.ambiguous:
            assert term.label not in labels(kind, f"It was {short} here.")
            assert labels(kind, f"It was {term.names[0]} ({short}) here.") == [term.label, term.label]


@pytest.mark.parametrize("kind", vocab.kinds())
def test_excluded_wordings_find_nothing_of_their_row(kind):
    found = [
        (term.label, text)
        for term in vocab.load(kind).rows
        for text in term.exclude
        if term.label in labels(kind, text) and text != term.label
    ]
    assert found == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_file_is_sorted_and_canonical(path):
    wanted = lexicon.canonical(path)
    if os.environ.get("FIX_VOCAB"):
        path.write_text(wanted, encoding="utf-8", newline="")
    is_canonical = path.read_bytes() == wanted.encode("utf-8")
    assert is_canonical, f"{path.name} is not sorted by its first column or not plain CSV; run FIX_VOCAB=1 make test"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_lists_within_a_cell_are_sorted(path):
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    cells = [row[column] for row in rows for column in ("synonyms", "exclude") if row.get(column)]
    unsorted = [
        cell for cell in cells if cell.split("|") != sorted(cell.split("|"), key=lambda text: (text.casefold(), text))
    ]
    assert unsorted == []


@pytest.mark.parametrize("kind", vocab.kinds())
def test_the_lexicon_is_not_empty_and_its_fingerprint_is_of_its_bytes(kind):
    lex = vocab.load(kind)
    assert lex.rows
    assert re.fullmatch(r"[0-9a-f]{64}", lex.sha256)
    assert lex.kind == kind


def test_the_fingerprint_is_a_digest_of_all_files():
    assert re.fullmatch(r"[0-9a-f]{64}", vocab.fingerprint())
    assert vocab.fingerprint() not in {vocab.load(kind).sha256 for kind in vocab.kinds()}


@pytest.mark.parametrize(
    ("kind", "label", "ancestor"),
    [
        ("condition", "knee osteoarthritis", "osteoarthritis"),
        ("condition", "low back pain", "back pain"),
        ("cell_type", "adipose-derived stem cell", "mesenchymal stromal cell"),
        ("route", "caudal epidural", "epidural"),
        ("target", "putamen", "brain"),
        ("basis", "knee", "joint"),
    ],
)
def test_the_narrower_is_a_kind_of_the_wider(kind, label, ancestor):
    assert vocab.load(kind).is_a(label, ancestor)
    assert not vocab.load(kind).is_a(ancestor, label)


@pytest.mark.parametrize(
    ("site", "route"),
    [
        ("knee", "intra-articular"),
        ("intervertebral disc", "intradiscal"),
        ("anal sphincter", "intramuscular"),
        ("coronary artery", "intracoronary"),
        ("femoral artery", "intra-arterial"),
        ("spine", None),
        ("back", None),
        ("no such site", None),
    ],
)
def test_a_site_implies_a_route_only_where_that_is_sure(site, route):
    assert vocab.implied_route(site) == route


def site_rows() -> list[dict[str, str]]:
    with (FOLDER / "route_site.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", site_rows(), ids=lambda row: row["site"])
def test_the_example_of_a_site_names_it_as_where_something_is_given(row):
    assert GIVEN.search(row["example"])
    assert row["site"] in labels("target", row["example"])
    assert vocab.site_routes()[row["site"]] == row["route"]


@pytest.mark.parametrize("row", site_rows(), ids=lambda row: row["site"])
def test_the_counterexample_of_a_site_names_it_otherwise(row):
    assert row["site"] in labels("target", row["counterexample"])
    assert not GIVEN.search(row["counterexample"])


def plain(name: str) -> str:
    return name.replace("\u2019", "'").replace("-", " ").lower()


def names_of(term: vocab.Term) -> set[str]:
    """The names of a term as ontologies write them: with and without possessive, singular and plural."""
    names = {plain(name) for name in (term.label, *term.synonyms)}
    names |= {name.replace("'s", "") for name in names}
    return names | {f"{name}s" for name in names}


@pytest.fixture(scope="module")
def concepts() -> dict[str, set[str]]:
    """Plain names by identifier."""
    if not ONTOLOGIES.exists() or not MESH.exists():
        pytest.skip("needs ../shared/data/vocab beside the repository")
    names: dict[str, set[str]] = defaultdict(set)
    with gzip.open(ONTOLOGIES, "rt", encoding="utf-8") as file:
        for line in file:
            concept = json.loads(line)
            names[concept["concept_id"]] |= {plain(name) for name in (concept["canonical_name"], *concept["aliases"])}
    with gzip.open(MESH, "rt", encoding="utf-8", newline="") as file:
        for concept in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            names[concept["mesh_id"]] |= {plain(name) for name in (concept["name"], *concept["synonyms"].split("|"))}
    return names


@pytest.mark.parametrize("kind", ["target", "cell_type", "condition"])
def test_every_identifier_names_the_same_thing(kind, concepts):
    wrong = [
        (term.label, identifier)
        for term in vocab.load(kind).rows
        for identifier in (term.id, term.mesh)
        if identifier and not names_of(term) & concepts.get(identifier, set())
    ]
    assert wrong == []


@pytest.mark.parametrize(("kind", "prefix"), [("target", "UBERON:"), ("cell_type", "CL:"), ("condition", "MONDO:")])
def test_identifiers_are_of_the_right_ontology_and_given_once(kind, prefix):
    identifiers = [term.id for term in vocab.load(kind).rows if term.id]
    assert all(identifier.startswith(prefix) for identifier in identifiers)
    assert len(set(identifiers)) == len(identifiers)


def test_the_labels_of_the_gold_are_labels_of_the_lexicons():
    gold = SHARED / "gold"
    if not gold.exists():
        pytest.skip("needs ../shared/gold beside the repository")
    unknown = set()
    for path in sorted(gold.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            for claim in json.loads(line)["claims"]:
                for kind in vocab.kinds():
                    said = claim.get(kind) or []
                    unknown |= {(kind, label) for label in ([said] if isinstance(said, str) else said)}
    unknown = {(kind, label) for kind, label in unknown if vocab.load(kind).get(label) is None}
    # One disease has two names in the gold; the lexicon keeps one label and has the other as a synonym.
    assert unknown <= {("condition", "Stargardt's disease")}
