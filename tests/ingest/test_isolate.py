"""Readers in a process of their own: whatever they do, it is one document that fails, with a reason."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from litclaims import ingest
from litclaims.errors import InputError, UnsupportedFormat
from litclaims.ingest import isolate, text

FAKE = """
import ctypes, os, time
from litclaims.errors import InputError
from litclaims.ingest import text

SUFFIXES, MEDIA_TYPE, ISOLATED = (".fake",), "text/x-fake", True

def read(raw, *, source):
    said = raw.decode().split()
    if said[0] == "crash":
        ctypes.string_at(0)
    if said[0] == "exit":
        os._exit(3)
    if said[0] == "hang":
        time.sleep(60)
    if said[0] == "spin":
        while True:
            pass
    if said[0] == "wait":
        time.sleep(float(said[1]))
    if said[0] == "eat":
        held = bytearray(2 << 30)
    if said[0] == "refuse":
        raise InputError("is refused", source=source, remedy="give another")
    if said[0] == "raise":
        raise ZeroDivisionError("by the reader")
    if said[0] == "print":
        os.write(1, b"noise")
        print("noise", flush=True)
    if said[0] == "pid":
        return text.lay_out(str(os.getpid()))
    return text.lay_out(raw.decode())
"""


@pytest.fixture(scope="module")
def fake(tmp_path_factory):
    """The name of a reader module that misbehaves when told to."""
    folder = tmp_path_factory.mktemp("reader")
    (folder / "fake_reader.py").write_text(FAKE)
    sys.path.insert(0, str(folder))
    isolate.close()
    yield "fake_reader"
    isolate.close()
    sys.path.remove(str(folder))


def read(fake: str, said: str, *, seconds: float = 20.0):
    return isolate.read(fake, said.encode(), source="a.fake", seconds=seconds)


def test_a_layout_comes_back_as_the_reader_made_it(fake):
    said = "Title of the text\n\n- five million cells\n- \ud7ffé⁶\n\nA paragraph follows the list here."
    assert read(fake, said) == text.lay_out(said)


def test_the_process_is_kept_for_the_next_document(fake):
    first = read(fake, "pid").text
    assert read(fake, "pid").text == first != str(os.getpid())


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("crash", r"a\.fake: made its reader crash \(SIGSEGV\)"),
        ("exit", r"made its reader crash \(exit code 3\)"),
        ("raise", "could not be read: ZeroDivisionError: by the reader"),
        ("refuse", r"a\.fake: is refused \(give another\)"),
    ],
)
def test_a_reader_that_fails_costs_one_document(fake, said, reason):
    with pytest.raises(InputError, match=reason):
        read(fake, said)
    assert read(fake, "Good.").text == "Good."


@pytest.mark.parametrize("said", ["spin", "hang"])
def test_a_reader_that_takes_too_long_is_killed(fake, said):
    before = read(fake, "pid").text
    with pytest.raises(InputError, match=r"takes longer than 0\.2 s"):
        read(fake, said, seconds=0.2)
    assert read(fake, "pid").text != before


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="nobody tells what a process has used")
def test_a_reader_that_is_kept_waiting_by_others_is_not_killed(fake):
    assert read(fake, "wait 1.2", seconds=0.5).text == "wait 1.2"


def test_an_answer_that_comes_while_its_process_is_killed_is_no_crash_of_the_next(fake, monkeypatch):
    genuine = isolate.receive

    def late(stream):
        answer = genuine(stream)
        if b"answer while" in answer:
            isolate._worker._process.wait()  # until the limit has killed it
        return answer

    monkeypatch.setattr(isolate, "receive", late)
    monkeypatch.setattr(isolate, "_used", lambda pid: None)
    assert read(fake, "answer while", seconds=0.2).text == "answer while"
    assert read(fake, "Good.").text == "Good."


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="this system does not hold a process to a limit")
def test_a_reader_that_takes_too_much_memory_is_told(fake):
    with pytest.raises(InputError, match="more than 1024 MiB of memory"):
        read(fake, "eat")
    assert read(fake, "Good.").text == "Good."


def test_what_a_library_prints_disturbs_nothing(fake):
    assert read(fake, "print").text == "print"


def test_threads_take_turns(fake):
    found = {}

    def ask(number: int) -> None:
        found[number] = read(fake, f"text {number} " * 2000).text

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {number: text.split()[1] for number, text in found.items()} == {number: str(number) for number in range(6)}


def test_the_process_ends_with_the_run(fake):
    pid = int(read(fake, "pid").text)
    isolate.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_process_ends_with_a_parent_that_is_killed(fake, tmp_path):
    code = (
        f"import sys; sys.path[:] = {sys.path!r}\nfrom litclaims.ingest import isolate\n"
        f"print(isolate.read({fake!r}, b'pid', source='a', seconds=20).text, flush=True)\nimport time; time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{pid}/stat").exists() and ") Z " in Path(f"/proc/{pid}/stat").read_text():
            return
        time.sleep(0.05)
    pytest.fail("it lives on")


def test_a_text_starts_no_process(tmp_path):
    isolate.close()
    (tmp_path / "a.txt").write_text("5 million cells")
    ingest.read(tmp_path / "a.txt")
    assert isolate._worker._process is None


def test_a_module_that_says_so_is_run_apart(fake, monkeypatch):
    import fake_reader

    monkeypatch.setattr(ingest, "readers", lambda: {".fake": fake_reader})
    document = ingest.from_bytes(b"pid", suffix=".fake", doc="a", source="a")
    assert document.text != str(os.getpid())
    assert document.media_type == "text/x-fake"
    with pytest.raises(UnsupportedFormat):
        ingest.from_bytes(b"pid", suffix=".other", doc="a", source="a")
