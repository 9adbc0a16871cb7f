"""What SQLite and PostgreSQL do differently, and the store must not."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from litclaims.model import Document, Extraction, Outcome
from litclaims.store import Run, Store

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def read(doc):
    return Outcome(doc, doc, "ok", extraction=Extraction(Document(doc, doc, "text/plain", f"On {doc}.", "a" * 64)))


def at_once(work, times):
    """Do it in so many threads that begin together; the errors that were raised."""
    barrier, errors = threading.Barrier(times), []

    def one(number):
        barrier.wait()
        try:
            work(number)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_rows_come_in_the_order_of_code_points(tmp_path):
    docs = ["a.txt", "B.txt", "Ab.txt", "a-b.txt", "ab.txt", "é.txt", "~.txt"]
    with Store.open(tmp_path / "store") as store:
        store.record(Run("r", NOW, NOW, "0.1", {}), [read(doc) for doc in docs])
        assert [row["doc"] for row in store.documents()] == sorted(docs)


def test_programs_that_make_the_store_at_once_all_succeed(tmp_path):
    (tmp_path / "store").parent.mkdir(exist_ok=True)
    assert at_once(lambda _: Store.open(tmp_path / "store").close(), 6) == []


def test_runs_that_record_the_same_documents_at_once_all_succeed(tmp_path):
    docs = [f"{number:03}.txt" for number in range(300)]
    Store.open(tmp_path / "store").close()

    def record(number):
        started = NOW + timedelta(minutes=number)
        order = docs if number % 2 else docs[::-1]
        with Store.open(tmp_path / "store") as store:
            store.record(Run(f"r{number}", started, started, "0.1", {}), [read(doc) for doc in order])

    assert at_once(record, 4) == []
    with Store.open(tmp_path / "store") as store:
        assert [run["run_id"] for run in store.runs()] == ["r0", "r1", "r2", "r3"]
        assert [row["doc"] for row in store.documents()] == docs


@pytest.mark.parametrize("value", ["café – 10⁸", "a\x00b", "\udce9", "\U0001f9ea"])
def test_configuration_comes_back_as_it_was(value, tmp_path):
    with Store.open(tmp_path / "store") as store:
        store.record(Run("r", NOW, NOW, "0.1", {"paths": [value], "none": None, "nested": {"on": True}}), [])
        assert store.runs()[0]["configuration"] == {"paths": [value], "none": None, "nested": {"on": True}}
