"""Parts: what was read comes back exactly, whole or not at all, and nothing of another store is touched."""

from __future__ import annotations

import errno
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from litclaims import reading
from litclaims.errors import StoreError
from litclaims.inputs import find_inputs
from litclaims.model import Claim, Document, Extraction, Outcome, Quantity, Reference, Slot, Span
from litclaims.store import codec, parts
from litclaims.store.parts import Parts

CORPUS = Path(__file__).resolve().parents[2] / "corpus"


@pytest.fixture(scope="module")
def read() -> list[Outcome]:
    """The outcomes of the example documents, of which every format has another kind of origins and links."""
    outcomes = [reading.extract_input(item) for item in find_inputs([CORPUS]).items]
    return [outcome for outcome in outcomes if outcome.extraction is not None]


@pytest.fixture
def place(tmp_path) -> Parts:
    return Parts(str(tmp_path / "parts"), "abcd1234")


def made(text: str = "Give 2 mL.", **given) -> Outcome:
    document = Document("a.txt", "in/a.txt", "text/plain", text, "a" * 64)
    claim = Claim("c", "a.txt", "a" * 16, Span(5, 6), "2", "volume", Quantity(Decimal(2), Decimal(2), "mL"), Span(0, 9))
    return Outcome("a.txt", "in/a.txt", "ok", extraction=Extraction(document, (replace(claim, **given),)))


def test_all_but_the_layout_comes_back_of_every_extraction_of_the_corpus(place, read):
    name = place.write(read, fingerprint="f")
    bare = {"origins": (), "links": (), "references": (), "repairs": ()}
    shown = [one.extraction for one in read if one.extraction.claims or one.extraction.stances]
    assert shown
    expected = [replace(each, document=replace(each.document, **bare)) for each in shown]
    assert [each for each in place.extractions(name) if each.claims or each.stances] == expected


def test_blocks_come_back_of_what_is_shown_alone(place, read):
    outcome = next(one for one in read if one.extraction.claims)
    silent = replace(outcome, extraction=replace(outcome.extraction, claims=(), stances=()))
    name = place.write([silent], fingerprint="f")
    assert silent.extraction.document.blocks
    assert [each.document.blocks for each in place.extractions(name)] == [()]


@pytest.mark.parametrize("digits", ["1E+6", "1000000", "0.1", "0.10", "1E-7", "12345678901234567890.123456789"])
def test_values_keep_their_digits(place, digits):
    value = Quantity(Decimal(digits), None, "cell", bound="at_least", spread=Decimal(digits), guessed=True)
    (extraction,) = place.extractions(place.write([made(quantity=value)], fingerprint="f"))
    assert str(extraction.claims[0].quantity.low) == digits
    assert extraction.claims[0].quantity == value


@pytest.mark.parametrize("text", ["", "\0 \x1b[31m", "half a pair \udce9", "👩‍⚕️ 2–5 × 10⁶", "\r\n\u2028"])
def test_any_text_comes_back(place, text):
    name = place.write([made(text), made("other")], fingerprint="f")
    assert [one.document.text for one in place.extractions(name)] == [text, "other"]
    assert (place.text(name, 0), place.text(name, 1)) == (text, "other")


def test_the_claims_are_columns_for_other_tools(place):
    slots = (Slot("route", ("intravenous", "intra-articular")), Slot("cell_type", ("mesenchymal stromal cell",)))
    name = place.write([made(slots=slots)], fingerprint="f")
    row = pq.read_table(Path(place.where) / name).to_pylist()[0]
    claim = row["claims"][0]
    assert (row["doc"], row["n_claims"], row["text"]) == ("a.txt", 1, "Give 2 mL.")
    assert (claim["low"], claim["unit"], claim["figure"], claim["sentence"]) == (2.0, "mL", "2", "Give 2 mL")
    assert (claim["route"], claim["cell_type"]) == (["intravenous", "intra-articular"], ["mesenchymal stromal cell"])


def test_fields_that_a_noun_gains_or_loses_do_not_hinder_reading():
    text = codec.dumps(Reference("r", "a.txt", "raw", Span(0, 3), year=2011))
    assert codec.loads(Reference, text.replace('"year"', '"gone"')).year is None


@pytest.mark.parametrize("text", ['{"low":"x"}', "[]", '{"span":{"start":5,"end":1}}', "nonsense", '{"doc":5}'])
def test_json_that_is_no_noun_is_refused(text):
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError, ArithmeticError)):
        codec.loads(Claim, text)


def test_a_full_disk_is_told_and_leaves_nothing(place, monkeypatch):
    place.write([made()], fingerprint="f")
    before = sorted(Path(place.where).iterdir())

    def full(table, file, **_):
        file.write(b"half a part")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(parts.pq, "write_table", full)
    with pytest.raises(StoreError, match=r"No space left.*free some space"):
        place.write([made()], fingerprint="f")
    assert sorted(Path(place.where).iterdir()) == before


def test_a_damaged_part_is_told_with_the_remedy(place):
    name = place.write([made()], fingerprint="f")
    (Path(place.where) / name).write_bytes(b"PAR1 not really")
    with pytest.raises(StoreError, match=rf"{name}.*delete it and run again"):
        place.extractions(name)


def test_a_part_that_is_gone_is_told_with_the_remedy(place):
    with pytest.raises(StoreError, match="run again"):
        place.extractions("part-abcd1234-0000.parquet")


def test_only_what_no_ledger_names_is_swept_away(place):
    kept, orphan = place.write([made()], fingerprint="f"), place.write([made()], fingerprint="f")
    other = Parts(place.where, "ffff0000").write([made()], fingerprint="f")
    for name in (f".{kept}.new", "mine.parquet", "notes.txt"):
        (Path(place.where) / name).write_bytes(b"x")
    assert place.names() == {kept, orphan}
    assert place.clear(keep={kept}) == 2
    assert {path.name for path in Path(place.where).iterdir()} == {kept, other, "mine.parquet", "notes.txt"}


def test_nothing_is_there_before_the_first_part(place):
    assert place.names() == frozenset()
    assert place.clear(keep=()) == 0


def test_a_place_of_no_known_kind_is_refused():
    with pytest.raises(StoreError, match="s3://"):
        Parts("ftp://host/parts", "abcd1234").names()
