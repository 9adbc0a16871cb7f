"""What people type and read: commands, exit codes, one-line errors. Runs are without Prefect here."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from litclaims import cli, pipeline, reading, tables

GOOD = "Each knee received 20 to 40 million mesenchymal stromal cells by intra-articular injection.\n"
OTHER = "Each knee received 200 to 400 million mesenchymal stromal cells by intra-articular injection.\n"


@pytest.fixture(autouse=True)
def _quiet_environment(monkeypatch):
    monkeypatch.delenv("LITCLAIMS_DEBUG", raising=False)


@pytest.fixture
def documents(tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "good.txt").write_text(GOOD, encoding="utf-8")
    (folder / "other.txt").write_text(OTHER, encoding="utf-8")
    return folder


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def invoke(*arguments):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def run(*paths, out, options=()):
    return invoke("run", *paths, "--out", out, "--no-prefect", *options)


def dangling(folder):
    path = folder / "dangling.txt"
    path.symlink_to(folder / "nowhere")
    return path


def folder_named_like_a_document(folder):
    path = folder / "folder.txt"
    path.mkdir()
    return path


def not_utf8(folder):
    path = folder / "latin.txt"
    path.write_bytes("20 Millionen Zellen für das Knie".encode("latin-1"))
    return path


def unknown_suffix(folder):
    path = folder / "scan.xyz"
    path.write_text(GOOD)
    return path


def missing(folder):
    return folder / "missing.txt"


BAD = {
    missing: "check the path",
    dangling: "check that",
    not_utf8: "UTF-8",
    unknown_suffix: ".txt",
}
"""Ways for a path to be bad, with a word of the remedy."""


def lines_about(result, path):
    return [line for line in result.stderr.splitlines() if path.name in line]


@pytest.mark.parametrize(("make", "remedy"), BAD.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_bad_path_alone_is_told_and_nothing_is_done(make, remedy, tmp_path, out):
    bad = make(tmp_path)
    result = run(bad, out=out)
    assert result.exit_code == 2
    (line,) = lines_about(result, bad)
    assert remedy in line
    assert all(line.startswith("litclaims: ") for line in result.stderr.splitlines())


@pytest.mark.parametrize(("make", "remedy"), BAD.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_bad_path_among_others_is_told_and_they_are_done(make, remedy, tmp_path, documents, out):
    bad = make(tmp_path)
    result = run(documents, bad, out=out)
    assert result.exit_code == 0
    (line,) = lines_about(result, bad)
    assert remedy in line
    assert "2 ok" in result.stdout
    assert (out / "claims.csv").is_file()


@pytest.mark.parametrize("make", [folder_named_like_a_document, lambda folder: folder / "."], ids=["named", "plain"])
def test_empty_folder_is_told(make, tmp_path, out):
    folder = tmp_path / "empty"
    folder.mkdir()
    result = run(make(folder), out=out)
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert "holds no document" in line
    assert ".txt" in line


def test_file_that_may_not_be_read_is_told(documents, out):
    (documents / "other.txt").chmod(0)
    if os.access(documents / "other.txt", os.R_OK):
        pytest.skip("this user may read everything")
    result = run(documents, out=out)
    assert result.exit_code == 0
    (line,) = lines_about(result, documents / "other.txt")
    assert "ermission" in line


def test_folder_that_cannot_be_written_is_told_before_any_work(documents, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr(reading, "extract_input", lambda item, **_: pytest.fail("worked for nothing"))
    result = run(documents, out=tmp_path / "file" / "out")
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert str(tmp_path / "file") in line
    assert "--out" in line


def test_earlier_run_is_kept_when_nothing_can_be_read(documents, tmp_path, out):
    run(documents, out=out)
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.suffix == ".csv"}
    assert before
    assert run(not_utf8(tmp_path), out=out).exit_code == 2
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.suffix == ".csv"} == before


def test_name_of_a_document_cannot_steer_the_terminal(documents, out):
    (documents / "a\x1b[31m\nlitclaims: all is well\u202e.txt").write_bytes(b"\xff")
    result = run(documents, out=out)
    assert result.exit_code == 0
    assert not set("\x1b\u202e") & set(result.stderr + result.stdout)
    assert not any(line.startswith("litclaims: all is well") for line in result.stderr.splitlines())


def test_summary_tells_what_was_found_and_what_to_type_next(documents, out):
    result = run(documents, out=out)
    assert "2 documents: 2 ok" in result.stdout
    assert "2 doses" in result.stdout
    assert "✗ good.txt / other.txt: " in result.stdout
    assert result.stdout.splitlines()[-1] == f"Next: litclaims show disagreements --flagged --out {out}"


def test_one_pair_is_told_once_in_the_summary(documents, out):
    flagged = [verdict for verdict in pipeline.run_local([documents], out=out).comparison.verdicts if verdict.flag]
    assert len(flagged) == 2  # the same two figures, at the level of the site and of the route
    assert run(documents, out=out).stdout.count("✗") == 1


def test_next_command_can_be_pasted_for_a_folder_with_a_space(documents, tmp_path):
    result = run(documents, out=tmp_path / "my out")
    assert f"--out '{tmp_path / 'my out'}'" in result.stdout


def test_quiet_run_prints_errors_only(documents, tmp_path, out):
    result = run(documents, not_utf8(tmp_path), out=out, options=["--quiet"])
    assert result.stdout == ""
    assert "latin.txt" in result.stderr


def test_doses_alone_can_be_asked_for(documents, out):
    result = run(documents, out=out, options=["--only", "doses"])
    assert "  note: Read were doses of cells alone (--only)" in result.stdout
    assert set(pd.read_csv(out / "claims.csv")["measure"]) == {"cell_dose"}
    assert run(documents, out=out, options=["--only", "figures"]).exit_code == 2


def test_a_schedule_passes_on_what_is_read_alone(documents, out, monkeypatch):
    from litclaims.flows import serving

    served = []
    monkeypatch.setattr(serving, "serve", lambda plan, *, say: served.append(plan.parameters()))
    for options in ([], ["--only", "doses"]):
        assert invoke("schedule", documents, "--out", out, "--every", "1d", *options).exit_code == 0
    assert [parameters.get("only") for parameters in served] == [None, "doses"]


def fail_with(monkeypatch, error):
    def run_local(paths, *, out, **given):
        raise error

    monkeypatch.setattr(pipeline, "run_local", run_local)


def test_unexpected_error_is_one_line_with_a_hint(documents, out, monkeypatch):
    fail_with(monkeypatch, ValueError("broken\ninside"))
    result = run(documents, out=out)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "litclaims: unexpected ValueError: broken inside (litclaims --debug run … shows where)"
    ]


def test_debug_shows_where_an_error_came_from(documents, out, monkeypatch):
    fail_with(monkeypatch, ValueError("broken"))
    result = invoke("--debug", "run", documents, "--out", out, "--no-prefect")
    assert result.exit_code == 1
    assert "Traceback" in result.stderr


def test_interrupt_ends_with_its_own_code(documents, out, monkeypatch):
    fail_with(monkeypatch, KeyboardInterrupt())
    result = run(documents, out=out)
    assert (result.exit_code, result.stderr) == (130, "litclaims: interrupted\n")


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_shown_where_there_is_a_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    with cli._progress_bar(False) as progress:
        progress(1, 2, "[red]a\x07.txt")
    assert "1/2" in sys.stderr.getvalue()
    assert "[red]a .txt" in sys.stderr.getvalue()


def test_progress_tells_the_rate_and_the_time_left(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "160")
    with cli._progress_bar(False) as progress:
        for done in range(5):
            time.sleep(0.01)
            progress(done, 100, f"{done}.txt")
    shown = sys.stderr.getvalue()
    assert "4/100" in shown
    assert re.search(r"\d\.\d a second .*left .*\d:\d\d", shown)


@pytest.mark.parametrize(
    ("done", "seconds", "rate"),
    [(0, 5.0, ""), (3, 0.0, ""), (40, 8.0, "5.0 a second"), (3, 60.0, "3.0 a minute"), (3000, 1.0, "3000.0 a second")],
)
def test_rate_is_in_the_unit_that_tells_more(done, seconds, rate):
    assert cli._rate(done, seconds) == rate


def test_verbose_run_tells_its_steps_and_another_does_not(documents, out):
    told = run(documents, out=out, options=["--verbose"])
    assert "positions compared" in told.stderr
    assert f"files written to {out}" in told.stderr
    assert "positions compared" not in run(documents, out=out).stderr


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--cron", "61 * * * *"], "--cron: '61 * * * *' is no cron expression: bad minute (give five fields"),
        (["--every", "soon"], "--every: 'soon' is no interval (give a number and s, m, h, d or w"),
        (["--every", "1d", "--timezone", "Mars/Base"], "--timezone: 'Mars/Base' is no time zone (give one by its IANA"),
        (["--every", "1d", "--name", "a/b"], "--name: 'a/b' cannot be the name of a schedule (use up to 64"),
        (["--every", "1d", "--cron", "0 6 * * 1"], "two times are given, --cron and --every (give --cron"),
        ([], "no time is given (give --cron"),
    ],
)
def test_schedule_that_cannot_be_is_refused_before_anything_is_made(options, told, documents, out):
    result = invoke("schedule", documents, "--out", out, *options)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"litclaims: {told}")
    assert not out.exists()


def test_schedule_of_nothing_is_refused(out, tmp_path):
    result = invoke("schedule", tmp_path / "nowhere", "--out", out, "--every", "1d")
    assert (result.exit_code, "nowhere" in result.stderr) == (2, True)
    assert not out.exists()


@pytest.mark.parametrize("action", [[], ["pause", "x"], ["remove", "x"]])
def test_schedules_of_a_folder_without_a_server_say_so(action, out, monkeypatch):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.delenv("LITCLAIMS_STATE", raising=False)
    result = invoke("schedules", *action, "--out", out)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"litclaims: {out / '.litclaims'}: no schedule is served here (litclaims schedule")
    assert not out.exists()


def test_schedule_to_change_must_be_named(out):
    assert "nothing to pause" in invoke("schedules", "pause", "--out", out).stderr


@pytest.mark.parametrize(("stream", "quiet"), [(io.StringIO(), False), (Terminal(), True)], ids=["file", "quiet"])
def test_no_progress_in_a_file_or_when_quiet(monkeypatch, stream, quiet):
    monkeypatch.setattr(sys, "stderr", stream)
    with cli._progress_bar(quiet) as progress:
        assert progress is None
    assert stream.getvalue() == ""


def test_table_of_a_run_can_be_shown(documents, out):
    run(documents, out=out)
    assert "200 to 400 million" in invoke("show", "claims", "--out", out).stdout
    rows = json.loads(invoke("show", "claims", "--out", out, "--format", "json").stdout)
    assert sorted(row["doc"] for row in rows) == ["good.txt", "other.txt"]
    limited = invoke("show", "claims", "--out", out, "--format", "csv", "--limit", 1).stdout
    assert len(limited.splitlines()) == 2
    assert limited.startswith(",".join(tables.columns("claims")[:3]))


def test_only_flagged_rows_are_shown_when_asked(documents, out):
    (documents / "agreeing.txt").write_text(f"All went home the next day. {GOOD}", encoding="utf-8")
    run(documents, out=out)
    everything = json.loads(invoke("show", "disagreements", "--out", out, "--format", "json").stdout)
    flagged = json.loads(invoke("show", "disagreements", "--out", out, "--flagged", "--format", "json").stdout)
    assert 0 < len(flagged) < len(everything)
    assert all(row["flag"] for row in flagged)


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [(("show", "claims"), "litclaims run"), (("show", "nonsense"), "claims"), (("evaluate", "missing.jsonl"), "")],
)
def test_command_without_what_it_needs_says_so(arguments, remedy, tmp_path):
    result = invoke(*arguments, "--out" if arguments[0] == "show" else "--root", tmp_path)
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith("litclaims: ")
    assert remedy in line


def test_evaluation_passes_its_options_on_and_its_code_back(tmp_path, monkeypatch):
    asked = {}

    def run_evaluation(gold, **options):
        asked.update(options, gold=gold)
        return "the score", 1

    monkeypatch.setattr("litclaims.evaluate.run.run_evaluation", run_evaluation)
    options = ["--root", "r", "--save", "s", "--baseline", "b", "--out", "o", "--floors", "f"]
    result = invoke("evaluate", "g.jsonl", *options, "--update-floors", "--allow-regression", "--all")
    assert (result.exit_code, result.stdout) == (1, "the score\n")
    assert asked == {
        "gold": [Path("g.jsonl")],
        "root": Path("r"),
        "save": Path("s"),
        "baseline": Path("b"),
        "out": Path("o"),
        "floors": Path("f"),
        "update_floors": True,
        "allow_regression": True,
        "show_all": True,
    }


def test_schemas_are_printed_with_every_column():
    described = json.loads(invoke("schemas", "--format", "json").stdout)
    assert {table["table"]: [column["name"] for column in table["columns"]] for table in described} == {
        name: tables.columns(name) for name in tables.TABLES
    }
    text = invoke("schemas").stdout
    assert all(f"{name}: A row " in text for name in tables.TABLES)
    assert "one of site, route" in text


def test_sound_schemas_pass_their_check():
    result = invoke("schemas", "--check")
    assert (result.exit_code, result.stdout) == (0, f"{len(tables.TABLES)} schemas: no fault\n")


def test_schema_without_a_word_on_its_rows_fails_the_check(monkeypatch):
    class Undocumented(tables.Stances):
        pass

    monkeypatch.setitem(tables.TABLES, "stances", Undocumented)
    result = invoke("schemas", "--check")
    assert result.exit_code == 1
    assert "stances: its docstring" in result.stdout


def test_schema_that_refuses_its_own_rows_fails_the_check(monkeypatch):
    class Contradictory(tables.Stances):
        """A row that no value can fill."""

        start: tables.Series[tables.pd.Int64Dtype] = tables.pa.Field(ge=2, le=1)

    monkeypatch.setitem(tables.TABLES, "stances", Contradictory)
    result = invoke("schemas", "--check")
    assert result.exit_code == 1
    assert "stances with 1 rows" in result.stdout


def test_version_is_printed():
    assert invoke("version").stdout.startswith("litclaims ")


def test_help_loads_nothing_heavy():
    heavy = ("pandas", "prefect", "spacy", "pydantic_settings", "sqlalchemy")
    code = f"import sys, litclaims.cli; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


def test_reader_that_stops_reading_is_no_error(documents, out):
    run(documents, out=out)
    command = [sys.executable, "-m", "litclaims", "show", "claims", "--out", str(out), "--format", "csv"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait() == 0


def test_rows_can_be_chosen_ordered_and_paged(documents, out):
    run(documents, out=out)
    chosen = ["show", "claims", "--out", out, "--route", "intra-articular", "--measure", "cell_dose", "--sort", "-low"]
    rows = json.loads(invoke(*chosen, "--format", "json").stdout)
    assert [row["doc"] for row in rows] == ["other.txt", "good.txt"]
    second = invoke(*chosen, "--limit", 1, "--page", 2).stdout
    assert "good.txt" in second
    assert second.splitlines()[-1].strip() == "row 2 of 2"
    unstated = invoke("show", "claims", "--out", out, "--route", "none", "--format", "json").stdout
    assert json.loads(unstated) == []


def test_a_value_that_no_row_has_is_told_with_those_there_are(documents, out):
    run(documents, out=out)
    result = invoke("show", "claims", "--out", out, "--route", "intraarticular")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == ("litclaims: table claims has no route 'intraarticular' (it has intra-articular)\n")


def test_the_proof_of_a_verdict_is_printed(documents, out):
    run(documents, out=out)
    (pair_id, *_) = [
        row["pair_id"] for row in json.loads(invoke("show", "disagreements", "--out", out, "--format", "json").stdout)
    ]
    text = invoke("explain", pair_id, "--out", out).stdout
    assert "“20 to 40 million”" in text
    assert "5-fold" in text
    proof = json.loads(invoke("explain", pair_id, "--out", out, "--format", "json").stdout)
    assert [side["doc"] for side in proof["sides"]] == ["good.txt", "other.txt"]
    result = invoke("explain", "nothing", "--out", out)
    assert (result.exit_code, result.stdout) == (2, "")


def test_the_intervals_of_a_run_are_drawn(documents, tmp_path, out):
    run(documents, out=out)
    result = invoke("plot", tmp_path / "chart.svg", "--out", out, "--route", "intra-articular")
    assert (result.exit_code, result.stdout) == (0, f"{tmp_path / 'chart.svg'}: 2 bars\n")
    assert (tmp_path / "chart.svg").read_text(encoding="utf-8").count('id="position-') == 2
    result = invoke("plot", tmp_path / "chart.pdf", "--out", out)
    assert (result.exit_code, result.stdout) == (2, "")
    assert ".svg or .png" in result.stderr


@pytest.mark.parametrize("display", ["", ":0"])
def test_the_page_of_a_run_is_opened_where_there_is_a_display(display, documents, out, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    run(documents, out=out)
    result = invoke("open", "--out", out)
    assert (result.exit_code, result.stdout) == (0, f"{out / 'report.html'}\n")
    assert opened == ([(out / "report.html").as_uri()] if display else [])


def test_a_page_that_is_not_there_is_told(out):
    result = invoke("open", "--out", out)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "litclaims run" in result.stderr
