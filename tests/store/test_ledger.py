"""The ledger: nothing of an earlier run is lost, offsets resolve, failures are told."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from litclaims.errors import StoreError
from litclaims.model import Claim, Document, Extraction, Outcome, Quantity, Span
from litclaims.store import Run, Store

MORNING = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)


def make_run(name: str = "r1", hours: int = 0, **given) -> Run:
    started = MORNING + timedelta(hours=hours)
    fields = {
        "ended": started + timedelta(minutes=1),
        "version": "0.1",
        "configuration": {"level": "site"},
        "n_flagged": 3,
    }
    return Run(**({"run_id": name, "started": started} | fields | given))


def make_outcome(doc: str = "a.txt", text: str = "Give 2 mL.", sha256: str = "a" * 64, **given) -> Outcome:
    document = Document(doc, f"in/{doc}", "text/plain", text, sha256, title="A title")
    claim = Claim("c", doc, document.doc_id, Span(0, 1), text[:1], "volume", Quantity(2, 2, "mL"), Span(0, 1))
    return Outcome(doc, f"in/{doc}", "ok", extraction=Extraction(document, claims=(claim,)), **given)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "out" / "litclaims.sqlite"


@pytest.fixture
def store(path):
    with Store.open(path) as store:
        yield store


def test_a_run_and_its_documents_are_kept(store):
    store.record(make_run(), [make_outcome(), Outcome("b.pdf", "in/b.pdf", "failed", "encrypted")])
    (run,) = store.runs()
    assert (run["run_id"], run["n_documents"], run["n_claims"], run["n_flagged"]) == ("r1", 2, 1, 3)
    assert (run["started"], run["configuration"]) == ("2026-05-01T08:00:00.000000Z", {"level": "site"})
    read, failed = store.documents()
    assert (read["doc"], read["status"], read["sha256"], read["title"]) == ("a.txt", "ok", "a" * 64, "A title")
    assert (failed["status"], failed["reason"], failed["sha256"]) == ("failed", "encrypted", None)


def test_offsets_resolve(store):
    store.record(make_run(), [make_outcome(text="Give 2–5 mL.")])
    assert store.text("a.txt") == "Give 2–5 mL."
    assert store.quote("a.txt", 5, 8) == "2–5"
    assert store.quote("a.txt", 12, 12) == ""


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2), (0, 11)])
def test_offsets_outside_the_text_are_refused(start, end, store):
    store.record(make_run(), [make_outcome()])
    with pytest.raises(StoreError, match="not within the 10 characters"):
        store.quote("a.txt", start, end)


@pytest.mark.sqlite
def test_an_unknown_document_is_told(store, path):
    with pytest.raises(StoreError, match=r"holds no text of document 'x' \(give its name") as told:
        store.text("x")
    assert str(path) in str(told.value)


def test_recording_twice_changes_nothing(store):
    outcomes = [make_outcome(), Outcome("b.pdf", "in/b.pdf", "failed", "encrypted")]
    store.record(make_run(), outcomes)
    before = store.runs(), store.documents()
    store.record(make_run(), outcomes)
    assert (store.runs(), store.documents()) == before


def test_a_later_run_updates_documents_and_keeps_earlier_runs_and_texts(store):
    store.record(make_run("r1"), [make_outcome(text="old text")])
    store.record(make_run("r2", hours=1), [make_outcome(text="new text", sha256="b" * 64)])
    assert [run["run_id"] for run in store.runs()] == ["r1", "r2"]
    (document,) = store.documents()
    assert document["first_seen"] < document["last_seen"]
    assert document["sha256"] == "b" * 64
    assert store.text("a.txt") == "new text"
    assert store.text("a.txt", run_id="r1") == "old text"
    assert store.quote("a.txt", 0, 3, run_id="r1") == "old"


def test_another_reading_of_the_same_bytes_keeps_the_earlier_text(store):
    store.record(make_run("r1"), [make_outcome(text="glued106")])
    store.record(make_run("r2", hours=1), [make_outcome(text="glued 10^6")])
    assert store.text("a.txt", run_id="r1") == "glued106"
    assert store.text("a.txt", run_id="r2") == "glued 10^6"


def test_a_document_that_fails_later_keeps_its_text(store):
    store.record(make_run("r1"), [make_outcome()])
    store.record(make_run("r2", hours=1), [Outcome("a.txt", "in/a.txt", "failed", "gone")])
    (document,) = store.documents()
    assert (document["status"], document["reason"], document["sha256"]) == ("failed", "gone", "a" * 64)
    assert store.text("a.txt") == "Give 2 mL."
    with pytest.raises(StoreError, match="of run 'r2'"):
        store.text("a.txt", run_id="r2")


def test_a_document_that_a_later_run_did_not_see_stays(store):
    store.record(make_run("r1"), [make_outcome("a.txt"), make_outcome("b.txt")])
    store.record(make_run("r2", hours=1), [make_outcome("b.txt")])
    assert [document["doc"] for document in store.documents()] == ["a.txt", "b.txt"]


def test_an_earlier_run_recorded_late_does_not_turn_back_a_document(store):
    store.record(make_run("r2", hours=1), [make_outcome(text="new")])
    store.record(make_run("r1"), [make_outcome(text="old")])
    assert store.text("a.txt") == "new"
    assert store.text("a.txt", run_id="r1") == "old"


def test_what_was_recorded_is_there_when_opened_again(path):
    with Store.open(path) as store:
        store.record(make_run(), [make_outcome()])
    with Store.open(str(path)) as store:
        assert store.text("a.txt") == "Give 2 mL."


@pytest.mark.sqlite
def test_a_url_opens_the_same_store(path):
    with Store.open(path) as store:
        store.record(make_run(), [make_outcome()])
    with Store.open(f"sqlite:///{path}") as store:
        assert len(store.runs()) == 1


def test_more_documents_than_a_statement_takes(store):
    store.record(make_run(), [make_outcome(f"{number:04}.txt", text=f"text {number}") for number in range(500)])
    assert len(store.documents()) == 500
    assert store.text("0499.txt") == "text 499"


def test_two_documents_of_one_text_share_it(store, path):
    store.record(make_run(), [make_outcome("a.txt"), make_outcome("b.txt")])
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("select count(*) from texts").fetchone() == (1,)


def test_hostile_text_is_data(store):
    text = "'; drop table runs; -- \x00 \x1b[31m <script> \udce9 " + "x" * 10_000
    store.record(make_run(), [make_outcome("caf\udce9.txt", text=text)])
    assert store.text("caf\udce9.txt") == text.replace("\udce9", "?").replace("\x00", "\ufffd")
    assert store.documents()[0]["doc"] == r"caf\udce9.txt"
    assert len(store.runs()) == 1


def test_an_empty_run_is_kept(store):
    store.record(make_run(), [])
    assert store.runs()[0]["n_documents"] == 0


def test_a_failure_keeps_nothing_of_the_run(store):
    with pytest.raises(StoreError, match=r"(?i)not.null"):
        store.record(make_run(), [make_outcome(), replace(make_outcome("b.txt"), status=None)])
    assert (store.runs(), store.documents()) == ([], [])


def test_a_locked_store_is_told_with_the_remedy(path):
    with Store.open(path, timeout=0.05) as store, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(StoreError, match=r"locked \(another program writes to it") as told:
            store.record(make_run(), [make_outcome()])
        assert str(path) in str(told.value)
        assert store.runs() == []
        other.execute("rollback")
        store.record(make_run(), [make_outcome()])
        assert len(store.runs()) == 1


def test_a_store_that_is_locked_whole_is_told_on_opening(path):
    Store.open(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("pragma locking_mode=exclusive")
        other.execute("begin exclusive")
        with pytest.raises(StoreError, match="locked"):
            Store.open(path, timeout=0.05)


def test_a_read_only_store_is_told_with_the_remedy(path):
    Store.open(path).close()
    with pytest.raises(StoreError, match=r"readonly database.*make the file"):
        Store.open(f"sqlite:///file:{path}?mode=ro&uri=true").record(make_run(), [make_outcome()])


@pytest.mark.sqlite
def test_a_file_that_is_no_store_is_told(tmp_path):
    (tmp_path / "notes.txt").write_text("these are notes, not a database " * 50)
    with pytest.raises(StoreError, match=r"notes\.txt.*not a database.*choose another --store"):
        Store.open(tmp_path / "notes.txt")


@pytest.mark.sqlite
def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="file"):
        Store.open(tmp_path / "file" / "litclaims.sqlite")


def test_a_store_of_another_version_is_refused(path):
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("update schema_version set version = 99")
    with pytest.raises(StoreError, match="schema version 99, this litclaims knows 3"):
        Store.open(path)


@pytest.mark.parametrize("url", ["mysql://ann:secret@host/db", "nonsense://ann:secret@host", "://ann:secret@host"])
def test_a_url_of_another_kind_is_refused_without_its_password(url):
    with pytest.raises(StoreError) as told:
        Store.open(url)
    assert "secret" not in str(told.value)


def test_the_store_keeps_a_write_ahead_log(store, path):
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("pragma journal_mode").fetchone() == ("wal",)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a zone"):
        make_run(started=datetime(2026, 5, 1))
