"""Diseases: by dictionary, abbreviation and model, and another pipeline in place of the model."""

from __future__ import annotations

import functools
import sys
from pathlib import Path

import numpy
import pytest
import spacy
import yaml

import litclaims.extract.disease as module
from litclaims import extract, ingest, reading
from litclaims.errors import ConfigurationError
from litclaims.extract import disease
from litclaims.extract.disease import features
from litclaims.extract.disease import mentions as conditions
from litclaims.extract.disease import model as trained
from litclaims.extract.disease.plain import PlainTokenizer
from litclaims.model import Mention, Span
from litclaims.segment import segment

CASES = yaml.safe_load(Path(module.__file__).with_name("cases.yml").read_text(encoding="utf-8"))
CARD = trained.own_path().parent / "README.md"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_diseases_of_a_text(case):
    [found] = disease.find([case["text"]], definitions=[case.get("abbreviations", {})])
    assert [case["text"][each.start : each.end] for each in found] == case["finds"]


def test_nothing_in_gives_nothing_out():
    assert disease.find([]) == []


def test_long_and_odd_texts_are_read():
    text = "gout " * 3000 + "\x00\ufeff" + "(" * 5000
    [found] = disease.find([text])
    assert all(text[each.start : each.end] for each in found)


def test_an_abbreviation_outranks_the_model_and_the_dictionary():
    text = "HD was mild, unlike gout."
    modelled = [(0, 2), (20, 24)]
    assert [each.way for each in disease.combine(text, modelled, {"HD": False})] == ["model"]
    assert [each.way for each in disease.combine(text, [], {"HD": True})] == ["abbreviation", "dictionary"]


def test_a_name_of_one_word_outside_the_lexicon_needs_the_model():
    text = "Rubella and ventricular septal defects."
    assert [text[each.start : each.end] for each in disease.combine(text, [], {})] == ["ventricular septal defects"]


def test_a_curated_name_that_ends_as_no_disease_needs_the_model():
    text = "Liver transplantation for Achilles tendinopathy and knee osteoarthritis."
    found = [text[each.start : each.end] for each in disease.combine(text, [], {})]
    assert found == ["Achilles tendinopathy", "knee osteoarthritis"]
    [modelled] = disease.combine(text, [(0, 21)], {})[:1]
    assert modelled == (0, 21, "model")


@pytest.mark.parametrize(
    ("text", "marked", "wanted"),
    [
        ("von Hippel-Lindau (VHL) disease was", "von Hippel-Lindau (VHL", "von Hippel-Lindau (VHL) disease"),
        ("phenylalanine hydroxylase (PAH) was", "phenylalanine hydroxylase (PAH", "phenylalanine hydroxylase"),
        ("cleft lip (CL), and", "cleft lip (", "cleft lip"),
        ("knee (and hip) pain was", "knee (and hip) pain", "knee (and hip) pain"),
        ("gout) pain was", "gout) pain", "gout) pain"),
        ("severe gout, was", "severe gout,", "severe gout"),
        ("(((", "(((", ""),
    ],
)
def test_a_stretch_of_the_model_has_its_brackets_closed_and_no_sign_at_its_end(text, marked, wanted):
    assert text[slice(*disease.whole(text, 0, len(marked)))] == wanted


def test_a_stretch_of_signs_is_no_disease():
    assert disease.combine("- (", [(0, 3)], {}) == ()


def test_a_stretch_that_is_made_longer_overlaps_none():
    text = "von Hippel-Lindau (VHL) disease"
    assert disease.combine(text, [(0, 22), (24, 31)], {}) == ((0, 31, "model"),)


def test_thousands_of_open_brackets_are_closed():
    text = "gout (" * 5000
    assert disease.whole(text, 0, len(text)) == (0, 4)


def test_short_forms_stand_as_words_of_their_own():
    text = "OA, OAs and ROA; OA-like"
    assert [text[start:end] for start, end in disease.places(text, "OA")] == ["OA", "OAs", "OA"]
    assert list(disease.places("a+b", "+")) == []


@pytest.mark.parametrize(
    "text", ["Parkinson's  disease-like\n\ntics", " lead", "", "a_b 10⁶ µg/kg", "naïve\tT-cells (CD4+)", "x" * 5000]
)
def test_the_plain_tokenizer_keeps_the_text(text):
    assert PlainTokenizer(spacy.vocab.Vocab())(text).text == text


def test_a_word_has_a_feature_of_each_kind():
    doc = PlainTokenizer(spacy.blank("en").vocab)("Knee osteoarthritis of Bob")
    found = features.features(doc)
    assert found.shape == (4, len(features.COLUMNS))
    assert found.dtype == numpy.uint64
    disease_column = found[:, features.COLUMNS.index("disease")].tolist()
    assert disease_column[0] != disease_column[1] != 0
    assert disease_column[2:] == [0, 0]


def test_a_word_has_the_same_vector_made_once_for_all_its_places_or_at_each():
    nlp = trained.load()
    layer = next(each for each in nlp.get_pipe("ner").model.walk() if each._func is features._each_once)
    docs = [nlp.make_doc(text) for text in ("Stroke, heart failure and stroke.", "", "A stroke of luck; heart rate.")]
    once, each = layer.predict(docs), features.in_turn(layer, docs, False)[0]
    assert [len(rows) for rows in once] == [len(doc) for doc in docs]
    assert all(numpy.allclose(one, other, atol=1e-5) for one, other in zip(once, each, strict=True))


def test_a_name_is_found_across_hyphens_and_possessives_and_not_across_a_full_stop():
    assert list(features.names_in(["graft", "-", "versus", "-", "host", "disease"], "condition")) == [(0, 5)]
    assert list(features.names_in(["crohn", "'", "s", "disease"], "condition")) == [(0, 3)]
    assert list(features.names_in(["knee", ".", "osteoarthritis"], "condition")) == [(2, 2)]


def test_the_card_has_the_sha256_of_the_model():
    assert trained.record()["sha256"] in CARD.read_text(encoding="utf-8")


def test_the_model_is_small():
    assert sum(path.stat().st_size for path in trained.own_path().rglob("*") if path.is_file()) <= 8_000_000


def test_the_record_of_a_run_lists_model_and_knowledge_base():
    model, base = extract.models()
    assert model["name"] == "en_litclaims_disease_ner"
    assert [len(each["sha256"]) for each in (model, base)] == [64, 64]


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An installed pipeline package of the shape that spaCy gives one: it calls every ``zorblax`` a disease."""
    name, version = "en_ner_zorblax_md", "1.0.0"
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns(
        [{"label": "DISEASE", "pattern": [{"LOWER": "zorblax"}]}, {"label": "CHEMICAL", "pattern": "water"}]
    )
    nlp.meta |= {"name": name.removeprefix("en_"), "version": version}
    folder = tmp_path / name
    folder.mkdir()
    nlp.to_disk(folder / f"{name}-{version}")
    (folder / "meta.json").write_text((folder / f"{name}-{version}" / "meta.json").read_text())
    (folder / "__init__.py").write_text(
        "from pathlib import Path\nfrom spacy.util import load_model_from_init_py\n\n"
        "def load(**overrides):\n    return load_model_from_init_py(__file__, **overrides)\n"
    )
    info = tmp_path / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield name
    sys.modules.pop(name, None)
    trained._load.cache_clear()


def test_an_installed_pipeline_takes_the_place_of_the_model(package):
    text = "Zorblax was cured by water."
    assert disease.named([text], model=package) == [((0, 7, "condition"),)]
    assert disease.named([text]) != disease.named([text], model=package)
    assert trained.record(package)["name"] == package


def test_a_document_is_read_with_the_model_that_is_asked_for(package, monkeypatch):
    text = "Stem cells for zorblax fever\n\nIn zorblax fever each knee received 20 million mesenchymal stem cells.\n"
    read = functools.partial(reading.extract_document, ingest.from_text(text, doc="made"))
    named = []
    whole = trained.named
    monkeypatch.setattr(disease, "named", lambda texts, *, model: named.append(model) or whole(texts, model=model))
    assert read(model=package).claims
    assert set(named) == {package}


@pytest.mark.parametrize("name", ["en_no_such_model", "json", "/no/such/folder"])
def test_a_model_that_is_not_there_is_told_with_a_remedy(name):
    with pytest.raises(ConfigurationError, match="is no installed spaCy pipeline") as caught:
        disease.load(name)
    assert "docs/models.md" in str(caught.value)


def test_a_pipeline_without_a_known_label_is_refused(tmp_path):
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "GPE", "pattern": "Rome"}])
    nlp.to_disk(tmp_path / "model")
    with pytest.raises(ConfigurationError, match="no label that is known"):
        disease.load(str(tmp_path / "model"))


def test_a_pipeline_that_does_not_load_is_told(tmp_path):
    (tmp_path / "meta.json").write_text("{}")
    with pytest.raises(ConfigurationError, match="does not load"):
        disease.load(str(tmp_path))


def _read(text: str, **settings) -> list[tuple[str | None, str | None, str]]:
    """Label, id and rule of the conditions that no lexicon names, in a document all of whose blocks hold a figure."""
    segmented = segment(ingest.from_text(text, doc="made"))
    figured = set(range(len(segmented.document.blocks)))
    found = extract.entities(segmented, figured=figured, **settings)
    return [(each.label, each.id, each.rule) for each in found if each.rule.startswith("disease")]


def test_what_the_document_is_about_is_found_and_linked():
    text = "Cells for pemphigus vulgaris\n\nIn pemphigus vulgaris 20 million cells were given.\n"
    assert {each[:2] for each in _read(text)} == {("pemphigus vulgaris", "MONDO:0008219")}
    assert conditions.IN_PASSING not in {rule for *_, rule in _read(text)}


def test_what_is_named_in_passing_is_marked_so():
    told = "Knee osteoarthritis got 5 million cells, hip osteoarthritis none. Exclusion: pemphigus vulgaris."
    found = _read(f"Cells for the knee\n\n{told}\n")
    assert found == [("pemphigus vulgaris", "MONDO:0008219", conditions.IN_PASSING)]


def test_without_figures_the_model_reads_nothing(monkeypatch):
    read = []
    monkeypatch.setattr(conditions.disease, "find", lambda texts, **_: read.extend(texts) or [()] * len(texts))
    text = "Title of it\n\nNo figure here.\n\nNone here.\n\n20 million cells here.\n\nNone there.\n"
    segmented = segment(ingest.from_text(text, doc="made"))
    extract.entities(segmented)
    assert read == []
    extract.entities(segmented, figured={3})
    assert "20 million cells here." in read
    assert "No figure here." not in read
    assert "None there." not in read


def test_a_condition_gives_way_to_a_curated_name():
    text = conditions.Text(0, 0, "pemphigus vulgaris", True)
    assert conditions.mentions([text], [], abbreviations={})
    known = [Mention("condition", "pemphigus", Span(0, 9), "lexicon condition", 0, "blisters")]
    assert conditions.mentions([text], known, abbreviations={}) == ()


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("Tendon injuries", "tendon injuries"), ("Ankle sprains", "ankle sprain"), ("HIV wasting", "HIV wasting")],
)
def test_the_label_of_an_unknown_name_is_the_name(name, wanted):
    assert conditions.label(name, None) == wanted


def test_stretches_within_one_name_are_that_name_and_others_stay():
    name, rest = (0, 21), (26, 30)  # migraine without aura, pain
    assert disease.joined([(0, 8), (17, 21), rest], [name]) == [name, rest]
    assert disease.joined([(0, 8), rest], [name]) == [(0, 8), rest]
