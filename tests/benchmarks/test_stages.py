"""Where the time of reading goes: what other libraries took counts for the module of ours that called them."""

import pytest

from benchmarks.stages import ELSEWHERE, PACKAGE, Call, Cost, by_module, by_stage, profiled, table

READER, SEGMENTER = (str(PACKAGE / "reading.py"), 1, "read"), (str(PACKAGE / "segment/parts.py"), 1, "segment")
OUTER, INNER, LOOP = ("spacy.py", 1, "outer"), ("~", 0, "<inner>"), ("loop.py", 1, "loop")


def test_foreign_time_goes_to_those_that_caused_it():
    found = {
        READER: Cost(1, 1.0, 11.0, {}),
        SEGMENTER: Cost(1, 2.0, 9.0, {READER: Call(2.0, 9.0)}),
        OUTER: Cost(2, 1.0, 5.0, {SEGMENTER: Call(0.75, 4.0), READER: Call(0.25, 1.0)}),
        INNER: Cost(9, 4.0, 4.0, {OUTER: Call(4.0, 4.0)}),
    }
    seconds = by_module(found)
    assert seconds["segment.parts"] == pytest.approx(2 + 0.75 + 3)
    assert seconds["reading"] == pytest.approx(1 + 0.25 + 1)
    assert seconds[ELSEWHERE] == pytest.approx(0)
    assert by_stage(seconds)["segment"] == seconds["segment.parts"]


def test_foreign_functions_that_call_each_other_are_no_endless_loop():
    found = {LOOP: Cost(1, 2.0, 2.0, {OUTER: Call(2.0, 2.0)}), OUTER: Cost(1, 1.0, 3.0, {LOOP: Call(1.0, 3.0)})}
    assert by_module(found)[ELSEWHERE] == pytest.approx(3)


def test_reading_is_profiled_by_stage(tmp_path):
    (tmp_path / "a.txt").write_text("Each patient was injected with 5 million MSCs.\n", encoding="utf-8")
    found = profiled([tmp_path / "a.txt"], None, tmp_path / "out" / "a.prof")
    assert (tmp_path / "out" / "a.prof").stat().st_size > 0
    assert {"ingest", "segment", "extract", "relate", "store"} <= set(by_stage(by_module(found)))
    assert "calls" in table(found)
