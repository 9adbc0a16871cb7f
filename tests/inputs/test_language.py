"""The language of a document: English is read, another is told, and where nothing can be told the document passes."""

from __future__ import annotations

import csv
import gzip
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from litclaims import ingest
from litclaims.errors import UnsupportedLanguage
from litclaims.inputs import Input, language
from litclaims.inputs.language import checked, language_of, names
from litclaims.reading import extract_input

BULK = Path(__file__).resolve().parents[2] / "../shared/data/bulk/trials-10000.jsonl.gz"

ENGLISH_WORDS = Path(language.__file__).with_name("english.csv")

ENGLISH = (
    "Patients received an intra-articular injection of 50 million mesenchymal stem cells into the knee. "
    "After six months the pain was clearly less than in the control group, and there were no serious side effects.\n\n"
)
FOREIGN = {
    "de": "Die Patienten erhielten eine Injektion von 50 Millionen mesenchymalen Stammzellen in das Kniegelenk. "
    "Nach sechs Monaten war der Schmerz deutlich geringer als in der Kontrollgruppe.\n\n",
    "es": "Los pacientes recibieron una inyección de 50 millones de células madre mesenquimales en la rodilla. "
    "Después de seis meses el dolor era claramente menor que en el grupo de control, sin efectos adversos.\n\n",
    "fr": "Les patients ont reçu une injection de 50 millions de cellules souches mésenchymateuses dans le genou. "
    "Après six mois, la douleur était nettement moindre que dans le groupe témoin, sans effet grave.\n\n",
    "zh": "患者接受了膝关节内注射五千万个间充质干细胞。"
    "六个月后疼痛明显低于对照组，没有发生严重的不良事件，随访一年。\n\n",
    "ru": "Пациенты получили внутрисуставную инъекцию 50 миллионов мезенхимальных стволовых клеток в колено. "
    "Через шесть месяцев боль была заметно меньше, чем в контрольной группе.\n\n",
}


def document(text: str, **said):
    return replace(ingest.from_text(text, doc="a.txt"), **said)


@pytest.mark.parametrize("code", sorted(FOREIGN))
def test_another_language_is_told_by_name_and_code(code):
    with pytest.raises(UnsupportedLanguage, match=rf"is in {names()[code]} \({code}\); litclaims reads English"):
        checked(document(FOREIGN[code] * 5))


def test_english_is_said_whatever_the_format_says():
    assert checked(document(ENGLISH * 3, language="de")).language == "en"


@pytest.mark.parametrize("text", ["Knie. " * 10, "50\n\n10\n\n30 mg\n\n" * 200, "Musculus gastrocnemius.\n\n" * 40, ""])
def test_short_texts_tables_and_names_pass_as_they_are(text):
    assert checked(document(text)) == document(text)
    assert checked(document(text, language="de")).language == "de"


@pytest.mark.parametrize("code", sorted(FOREIGN))
@pytest.mark.parametrize("first", [True, False], ids=["abstract first", "abstract last"])
def test_an_english_text_with_a_foreign_abstract_is_english(code, first):
    body, abstract = ENGLISH * 8, FOREIGN[code] * 2
    assert language_of(document(abstract + body if first else body + abstract)) == "en"


def test_a_text_half_in_english_is_read():
    assert language_of(document(ENGLISH * 6 + FOREIGN["de"] * 6)) == "en"


def test_a_foreign_text_with_a_short_english_abstract_is_foreign():
    assert language_of(document(ENGLISH + FOREIGN["de"] * 12)) == "de"


def test_a_long_text_costs_a_few_windows(monkeypatch):
    judged = []
    genuine = language._judged
    monkeypatch.setattr(language, "_judged", lambda window: judged.append(len(window)) or genuine(window))
    language_of(document(ENGLISH * 3000))
    assert sum(judged) <= language.WINDOW * language.WINDOWS


def test_every_language_that_can_be_found_has_a_name():
    assert set(language._identifier().nb_classes) <= set(names())


def test_a_foreign_file_is_a_skipped_row(tmp_path):
    (tmp_path / "a.txt").write_text(FOREIGN["de"] * 5, encoding="utf-8")
    outcome = extract_input(Input(tmp_path / "a.txt", "a.txt", "a.txt"))
    assert (outcome.status, outcome.reason) == ("skipped", "a.txt: is in German (de); litclaims reads English")


@pytest.mark.skipif(not BULK.exists(), reason="the registry texts of ../shared are not there")
def test_no_english_registry_text_is_taken_for_foreign():
    with gzip.open(BULK, "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for _, line in zip(range(1000), file, strict=False)]
    found = {language_of(document(text)) for text in texts}
    assert found <= {"en", None}


@pytest.mark.parametrize(
    "row", list(csv.DictReader(ENGLISH_WORDS.open(encoding="utf-8"))), ids=lambda row: row["surface"]
)
def test_word_of_english_stands_in_its_example_and_not_in_its_counterexample(row):
    marked = re.findall(r"\[([^\]]+)\]", row["example"])
    assert [word.lower() for word in marked] == [row["surface"]]
    assert row["surface"] not in re.findall(r"\w+", row["counterexample"].lower())


@pytest.mark.parametrize("code", sorted(FOREIGN))
def test_no_text_in_another_language_passes_for_plain_english(code):
    assert not language._is_plain_english(FOREIGN[code])
    assert language._is_plain_english(ENGLISH)
