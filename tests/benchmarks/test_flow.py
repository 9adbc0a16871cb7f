"""The benchmark of the flow: the same documents each time, and shares that are computed right."""

import pytest

from benchmarks.flow import Result, Taken, make_documents, measure, quickest, table
from litclaims.pipeline import RunResult


def test_documents_are_the_same_each_time(tmp_path):
    assert make_documents(tmp_path / "a", 3) == make_documents(tmp_path / "b", 3) > 1
    assert (tmp_path / "a" / "0002.txt").read_bytes() == (tmp_path / "b" / "0002.txt").read_bytes()


def test_overhead_is_a_share_of_the_functions():
    result = Result(1000, 1700, 9.0, Taken(100.0, 90.0), Taken(104.0, 91.8), 3.0)
    assert result.overhead("wall") == pytest.approx(0.04)
    assert result.overhead("cpu") == pytest.approx(0.02)
    assert "+4.0% (goal: below 5%)" in table(result)
    assert quickest([Taken(3, 1), Taken(2, 2)]) == Taken(2, 1)


def test_run_that_did_not_read_every_document_counts_for_nothing():
    from benchmarks.flow import taken

    with pytest.raises(RuntimeError, match="0 of 5"):
        taken(lambda: RunResult((), None, {}), 5)


@pytest.mark.flow
def test_both_ways_are_measured(monkeypatch):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    result = measure(3, rounds=1, told=lambda line: None)
    assert result.documents == 3
    assert min(result.start, result.functions.wall, result.flow.wall) > 0
