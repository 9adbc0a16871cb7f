"""The benchmark of throughput: reading in a process of its own, rates, ratios and a plot that come of what was read."""

from dataclasses import replace
from xml.dom import minidom

import pytest

from benchmarks import throughput
from benchmarks.strings import Text
from benchmarks.texts import Size
from benchmarks.throughput import OURS, Pace, ours, plot, read_folder, short, times

PACE = Pace(OURS, "sparse", 10, 2.0, 1_000, 5, seconds=2.0, wall_seconds=3.0, peak_mb=400.0)


def test_a_folder_is_read_to_its_claims(tmp_path):
    (tmp_path / "a.txt").write_text("Each patient was injected with 5 million MSCs for 6 weeks.\n", encoding="utf-8")
    everything = read_folder(str(tmp_path), None)
    assert everything["documents"] == 1
    assert everything["found"] > read_folder(str(tmp_path), "doses")["found"] == 1
    assert everything["seconds"] > 0


def test_documents_that_were_not_read_are_no_pace(tmp_path, monkeypatch):
    told = '{"documents": 1, "found": 0, "seconds": 1.0, "wall_seconds": 1.0, "peak_mb": 9.0}\n'
    done = type("Done", (), {"stdout": told})
    monkeypatch.setattr(throughput.subprocess, "run", lambda *_, **__: done)
    assert ours(tmp_path, Size(1, 3, 1), "dense").seconds == 1.0
    with pytest.raises(RuntimeError, match="of 2 documents only 1"):
        ours(tmp_path, Size(2, 6, 2), "dense")


def test_rates_are_by_seconds_of_the_processor():
    assert PACE.rates["words_per_second"] == 500
    assert PACE.rates["megabytes_per_second"] == 1
    slower = replace(PACE, system="another", seconds=8.0)
    assert slower.row(PACE).endswith("     4.0")


def test_each_is_compared_by_the_most_that_it_read():
    doses = replace(PACE, only="doses", seconds=1.0)
    peer = replace(PACE, system="peer", documents=1, seconds=40.0)
    more = replace(PACE, system="peer", documents=5, seconds=20.0)
    dense = replace(PACE, texts="dense", seconds=1.0)
    part = replace(PACE, system="peer", texts="dense, the shortest", seconds=5.0)
    found = times([PACE, doses, peer, more, dense, part])
    assert found == {
        "sparse: litclaims": {"peer": 10.0},
        "sparse: litclaims, only doses": {"peer": 20.0},
        "dense: litclaims": {"peer": 5.0},
    }


def test_the_shortest_texts_are_chosen_and_one_at_least():
    texts = [Text(str(size), "x" * size, ()) for size in (50, 10, 30)]
    assert [text.id for text in short(texts, 45)] == ["10", "30"]
    assert [text.id for text in short(texts, 5)] == ["10"]


def test_the_plot_shows_every_system(tmp_path):
    paces = [PACE, replace(PACE, documents=100, seconds=20.0), replace(PACE, system="peer", seconds=9.0)]
    plot(paces, tmp_path / "plot.svg")
    assert minidom.parse(str(tmp_path / "plot.svg")).documentElement.tagName == "svg"
