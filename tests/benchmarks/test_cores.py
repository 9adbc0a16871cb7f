"""The benchmark of cores: processes are watched to their end, and ratios and plots come of what was measured."""

import os
import subprocess
import sys
import time
from pathlib import Path
from xml.dom import minidom

import pytest

from benchmarks import cores
from benchmarks.cores import _below, _memory, _watch, cpu_seconds, memory_ratio, plot, ratios

TOLD = Path("/proc/self/smaps_rollup").exists()
ON_LINUX = pytest.mark.skipif(not TOLD, reason="the system does not tell of processes")
PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"


def made(extract, worker):
    return [{"extract_seconds": extract, "worker_cpu_seconds": worker}]


def test_processes_are_compared_with_and_without_their_start():
    few, many = {1: made(6.0, 1.0), 2: made(5.5, 0.5)}, {1: made(26.0, 21.0), 2: made(16.5, 11.0)}
    found = ratios(few, many, 2)
    assert found["ratio"] == round(26 / 16.5, 2)
    assert found["ratio_without_start"] == round(20 / 11, 2)
    assert found["ratio_of_processor"] == round(20 / 10.5, 2)


def test_the_quickest_of_the_rounds_counts():
    few = {1: made(6.0, 1.0), 2: made(5.0, 1.0)}
    many = {1: made(30.0, 9.0) + made(26.0, 8.0), 2: made(13.0, 5.0) + made(40.0, 9.0)}
    assert ratios(few, many, 2)["ratio"] == 2.0
    assert ratios(few, many, 2)["extract_seconds"] == {"1": [30.0, 26.0], "2": [13.0, 40.0]}


@ON_LINUX
def test_a_process_is_watched_to_its_end(monkeypatch):
    monkeypatch.setattr(cores, "POLL_SECONDS", 0.03)
    held = "held = bytearray(50_000_000); import time; time.sleep(2)"
    peaks, used = _watch(subprocess.Popen([sys.executable, "-c", held]))
    assert peaks["all"] >= peaks["run"] > 50_000_000
    assert used == []
    assert cpu_seconds(os.getpid()) > 0


@ON_LINUX
def test_processes_below_others_are_known_by_how_far():
    parent = subprocess.Popen([sys.executable, "-c", PARENT])
    try:
        until = time.monotonic() + 20
        while not (below := list(_below(parent.pid))) and time.monotonic() < until:
            time.sleep(0.02)
        assert [depth for depth, _ in below] == [1]
        assert (2, below[0][1]) in list(_below(os.getpid()))
    finally:
        for number in [*(number for _, number in below), parent.pid]:
            os.kill(number, 9)
        parent.wait()
    assert _memory(parent.pid) == 0


def test_the_plot_and_the_ratio_of_memory_are_of_what_was_measured(tmp_path):
    row = {"documents": 100, "seconds": 9.0, "extract_seconds": 5.0}
    rows = [row | dict.fromkeys(("peak_run_mb", "peak_worker_mb", "peak_all_mb"), 400)]
    rows.append({**rows[0], "documents": 1_000, "peak_all_mb": 500})
    assert memory_ratio(rows) == 1.25
    plot({"all": rows, "doses": rows}, tmp_path / "cores.svg")
    assert minidom.parse(str(tmp_path / "cores.svg")).documentElement.tagName == "svg"
