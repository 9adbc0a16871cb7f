"""The loader and the matcher, on small lexicons made for each test."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from litclaims import vocab
from litclaims.errors import VocabularyError
from litclaims.vocab import lexicon

HEADER = lexicon.HEADER


def row(label: str, **cells: str) -> dict[str, str]:
    """A sound row, with some cells set."""
    sound = {
        "label": label,
        "plural": "yes",
        "example": f"The [{label}] was named.",
        "counterexample": "Nothing was named.",
        "source": "field usage",
    }
    return {**dict.fromkeys(HEADER, ""), **sound, **cells}


def made(folder: Path, *rows: dict[str, str], header: tuple[str, ...] = HEADER) -> vocab.Lexicon:
    """A lexicon read from a file of those rows."""
    path = folder / "thing.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([cells[column] for column in HEADER] for cells in rows)
    return lexicon.read(path)


def found(lex: vocab.Lexicon, text: str, **options) -> list[tuple[str, str]]:
    return [(match.surface, match.label) for match in lex.find(text, **options)]


def test_offsets_are_half_open_and_give_the_surface(tmp_path):
    (match,) = made(tmp_path, row("knee")).find("Both knees.")
    assert (match.start, match.end, match.surface, match.label) == (5, 10, "knees", "knee")


@pytest.mark.parametrize(
    "text", ["facet joint", "facet-joint", "Facet Joints", "facet\u2011joint", "facet\u00a0joint", "facet\njoint"]
)
def test_spelling_variants_of_two_words_match(tmp_path, text):
    assert [match.label for match in made(tmp_path, row("facet joint")).find(f"The {text}.")] == ["facet joint"]


@pytest.mark.parametrize("text", ["facet. Joint", "facet\n\njoint", "facet\tjoint", "facet, joint", "facet_joint"])
def test_a_name_does_not_cross_a_break(tmp_path, text):
    assert found(made(tmp_path, row("facet joint")), text) == []


def test_a_hyphen_at_the_end_of_a_line_joins(tmp_path):
    assert found(made(tmp_path, row("intra-articular")), "intra-\narticular") == [
        ("intra-\narticular", "intra-articular")
    ]


def test_a_name_within_a_longer_word_is_not_found(tmp_path):
    assert found(made(tmp_path, row("hip")), "shipped hippo chips") == []


def test_the_longest_name_wins(tmp_path):
    lex = made(tmp_path, row("muscle"), row("muscle group"))
    assert found(lex, "Each muscle group.") == [("muscle group", "muscle group")]


def test_an_excluded_wording_is_thrown_away(tmp_path):
    lex = made(tmp_path, row("disc", exclude="optic disc"))
    assert found(lex, "The optic disc and a disc.") == [("disc", "disc")]


def test_a_label_that_excludes_itself_is_no_name(tmp_path):
    lex = made(tmp_path, row("rectal", synonyms="per rectum", exclude="rectal", example="Given [per rectum]."))
    assert found(lex, "The rectal dose went per rectum.") == [("per rectum", "rectal")]


def test_abbreviations_heed_case_and_have_plurals(tmp_path):
    lex = made(tmp_path, row("stromal cell", abbreviations="MSC"))
    assert found(lex, "MSC, MSCs, msc, MSCX") == [("MSC", "stromal cell"), ("MSCs", "stromal cell")]


def test_a_curly_apostrophe_and_all_possessives_match(tmp_path):
    lex = made(tmp_path, row("Crohn's disease"))
    texts = ["Crohn's disease", "Crohn\u2019s disease", "Crohn disease", "Crohns disease"]
    assert [len(lex.find(text)) for text in texts] == [1, 1, 1, 1]


@pytest.mark.parametrize(("name", "plural"), [("ovary", "ovaries"), ("abscess", "abscesses"), ("toe", "toes")])
def test_regular_plurals_are_found(tmp_path, name, plural):
    assert found(made(tmp_path, row(name)), f"Two {plural}.") == [(plural, name)]


def test_no_plural_is_made_where_the_row_forbids_it(tmp_path):
    assert found(made(tmp_path, row("intravenous", plural="no")), "intravenouses") == []


def ambiguous(folder: Path) -> vocab.Lexicon:
    return made(folder, row("intra-articular", abbreviations="?IA"), row("intra-arterial", abbreviations="?IA"))


def test_an_ambiguous_abbreviation_without_definition_is_silent(tmp_path):
    assert found(ambiguous(tmp_path), "Two IA doses.") == []


@pytest.mark.parametrize(
    "text",
    [
        "An IA dose. Each intra-arterial (IA) dose.",
        "intra-arterial injection (IA); an IA dose",
        "IA (intra-arterial), IA",
    ],
)
def test_an_ambiguous_abbreviation_means_what_the_text_defines(tmp_path, text):
    labels = [match.label for match in ambiguous(tmp_path).find(text) if match.surface == "IA"]
    assert labels == ["intra-arterial", "intra-arterial"]


def test_a_name_that_merely_stands_near_defines_nothing(tmp_path):
    assert found(ambiguous(tmp_path), "intra-arterial and IA") == [("intra-arterial", "intra-arterial")]


def test_definitions_can_be_given(tmp_path):
    given = {"IA": "intra-articular injection"}
    assert found(ambiguous(tmp_path), "Two IA doses.", definitions=given) == [("IA", "intra-articular")]


def test_a_definition_in_the_plural_serves_the_singular(tmp_path):
    lex = made(tmp_path, row("precursor cell", abbreviations="?MPC"))
    assert [m.surface for m in lex.find("precursor cells (MPCs); one MPC")] == ["precursor cells", "MPCs", "MPC"]


def test_is_a_is_reflexive_and_transitive(tmp_path):
    lex = made(tmp_path, row("a"), row("b", parents="a"), row("c", parents="b"))
    assert lex.ancestors("c") == ("b", "a")
    assert lex.is_a("c", "a")
    assert lex.is_a("c", "c")
    assert not lex.is_a("a", "c")
    assert lex.get("d") is None


def test_surfaces_tell_case_and_need_of_a_definition(tmp_path):
    lex = made(tmp_path, row("intra-articular", abbreviations="IAX|?IA", plural="no"))
    told = {(text, exact, needs) for text, _, exact, needs in lex.surfaces()}
    assert told == {
        ("intra-articular", False, False),
        ("intra articular", False, False),
        ("intra\u2011articular", False, False),
        ("IAX", True, False),
        ("IA", True, True),
    }


def test_every_surface_is_found_by_the_matcher(tmp_path):
    lex = made(tmp_path, row("Crohn's disease", synonyms="regional enteritis of the gut"))
    assert all(found(lex, surface.text) == [(surface.text, "Crohn's disease")] for surface in lex.surfaces())


def test_exclusions_are_listed_in_every_spelling(tmp_path):
    assert {"optic disc", "optic-disc"} <= set(made(tmp_path, row("disc", exclude="optic disc")).exclusions())


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([row("knee", example="")], "empty example"),
        ([row("knee", counterexample="")], "empty counterexample"),
        ([row("", example="An [x].")], "empty label"),
        ([row("knee", example="No brackets.")], "0 bracketed"),
        ([row("knee", example="[Two] [marks].")], "2 bracketed"),
        ([row("knee", plural="maybe")], "plural 'maybe'"),
        ([row("knee", id="1465")], "id '1465'"),
        ([row("knee", synonyms="a||b")], "empty part"),
        ([row("knee", abbreviations="?")], "empty part"),
        ([row("knee", synonyms="a|a")], "'a' twice"),
        ([row("knee", synonyms=" a")], "white space"),
        ([row("knee"), row("knee")], "label 'knee' twice"),
        ([row("knee"), row("hip", synonyms="Knee")], "'Knee' under 'knee' and 'hip'"),
        ([row("knee", abbreviations="KJ"), row("hip", abbreviations="KJ")], "'KJ' under"),
        ([row("knee", parents="joint")], "unknown parent 'joint'"),
        ([row("a", parents="b"), row("b", parents="a")], "kind of itself"),
        ([row("a"), row("b", exclude="a")], "excludes 'a', a name of 'a'"),
    ],
)
def test_a_fault_stops_the_load_and_is_named(tmp_path, rows, told):
    with pytest.raises(VocabularyError) as caught:
        made(tmp_path, *rows)
    assert told in caught.value.message
    assert caught.value.source.startswith(f"{tmp_path / 'thing.csv'}:")
    assert caught.value.remedy


def test_a_cycle_above_a_row_does_not_hang(tmp_path):
    with pytest.raises(VocabularyError, match="kind of itself"):
        made(tmp_path, row("a", parents="b"), row("b", parents="c"), row("c", parents="b"))


def test_a_bad_header_is_refused(tmp_path):
    with pytest.raises(VocabularyError, match=r"thing\.csv:1: header"):
        made(tmp_path, row("knee"), header=(*HEADER[:-1], "origin"))


@pytest.mark.parametrize("data", [b"\xff\xfe", b'"', b""])
def test_what_is_no_csv_is_refused(tmp_path, data):
    path = tmp_path / "thing.csv"
    path.write_bytes(data)
    with pytest.raises(VocabularyError, match=r"thing\.csv"):
        lexicon.read(path)


def test_a_row_of_wrong_length_is_refused(tmp_path):
    path = tmp_path / "thing.csv"
    path.write_text(",".join(HEADER) + "\nknee,UBERON:1\n", encoding="utf-8")
    with pytest.raises(VocabularyError, match=r"thing\.csv:2: 2 cells"):
        lexicon.read(path)


def test_an_unknown_kind_names_the_known_ones():
    with pytest.raises(VocabularyError, match="use one of basis, cell_type"):
        vocab.load("colour")


def test_unmark_gives_text_and_span():
    assert lexicon.unmark("The [knee] hurt.") == ("The knee hurt.", (4, 8))


@pytest.mark.parametrize("kind", ["condition", "route", "target"])
def test_a_kind_is_told_where_a_text_holds_a_name_of_it(kind):
    for term in vocab.load(kind).rows:
        assert kind in vocab.kinds_in(term.example.replace("[", "").replace("]", ""))


def test_no_kind_is_told_where_no_name_begins():
    assert vocab.kinds_in("Zxqv 12 .") == set()
