"""The command ``litclaims``. Every command is one function of a lower module; here is what people type and read.

Only typer is imported at the top, and all else in the command that needs it: ``litclaims --help`` answers at once.
"""

from __future__ import annotations

import functools
import logging
import os
import re
import shlex
import signal
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, NoReturn, TypeVar

import typer

from litclaims.errors import InputError, LitclaimsError
from litclaims.model import DOCUMENT_STATUSES, DOSE_MEASURES, Outcome, Verdict

if TYPE_CHECKING:
    from litclaims.pipeline import Progress, RunResult
    from litclaims.plan import Job
    from litclaims.store.ledger import Store
    from litclaims.workers import Runner

EXIT_FAULT, EXIT_NOTHING_DONE, EXIT_NEW, EXIT_INTERRUPTED = 1, 2, 3, 130

WORST_SHOWN = 3
"""Disagreements told after a run; all are a command away."""

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
"""What moves a cursor, turns the direction of a text or cannot be shown."""

_STORE = "The ledger: a file, or the URL of a database; litclaims.sqlite in the folder of the outputs by default."

T = TypeVar("T")

_debug: ContextVar[bool] = ContextVar("debug", default=False)

app = typer.Typer(
    name="litclaims",
    help="Reads the figures that documents claim, and says which documents disagree.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Shape(StrEnum):
    """How ``show`` writes a table."""

    table = "table"
    csv = "csv"
    json = "json"
    markdown = "markdown"


class FailOn(StrEnum):
    """For which disagreements ``run`` ends with an exit code of its own."""

    never = "never"
    new = "new"
    any = "any"


class RunsShape(StrEnum):
    """How ``runs`` writes its list."""

    text = "text"
    json = "json"


class RunnerKind(StrEnum):
    """Who reads the documents of a run."""

    process = "process"
    thread = "thread"
    dask = "dask"
    ray = "ray"


class Only(StrEnum):
    """What can be read alone."""

    doses = "doses"


class ReviewAction(StrEnum):
    """What ``review`` does."""

    list = "list"
    accept = "accept"
    correct = "correct"
    reject = "reject"
    export = "export"
    import_ = "import"


class Level(StrEnum):
    """What ``plot`` draws a bar for."""

    route = "route"
    site = "site"


class ScheduleAction(StrEnum):
    """What ``schedules`` does."""

    list = "list"
    pause = "pause"
    resume = "resume"
    trigger = "trigger"
    remove = "remove"


class SchemaShape(StrEnum):
    """How ``schemas`` and ``explain`` write."""

    text = "text"
    json = "json"


class _Notices(logging.Handler):
    """Tells people on standard error what they would wonder at: whom a run waits for."""

    def emit(self, record: logging.LogRecord) -> None:
        _warn(record.getMessage())


_notices = _Notices()

NOTICE = "litclaims.notice"
"""The logger of what is told in any case."""


@app.callback()
def _options(
    debug: bool = typer.Option(
        False, "--debug", envvar="LITCLAIMS_DEBUG", help="Show where an error came from, and what was logged."
    ),
) -> None:
    _debug.set(debug)
    logging.getLogger(NOTICE).addHandler(_notices)
    if not debug:  # else Python prints what libraries warn of, and tracebacks of documents that are told in a line
        warnings.simplefilter("ignore")
        logging.getLogger("litclaims").addHandler(logging.NullHandler())


def _command(function: Callable[..., None]) -> Callable[..., None]:
    """Register a command whose errors are told in one line each."""

    @functools.wraps(function)
    def told(*args: object, **kwargs: object) -> None:
        try:
            function(*args, **kwargs)
            sys.stdout.flush()
        except typer.Exit:
            raise
        except LitclaimsError as error:
            _fail(str(error), EXIT_NOTHING_DONE)
        except KeyboardInterrupt:
            _fail("interrupted", EXIT_INTERRUPTED)
        except BrokenPipeError:  # `litclaims show … | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except Exception as error:
            hint = "" if _debug.get() else f" (litclaims --debug {function.__name__} … shows where)"
            _fail(f"unexpected {type(error).__name__}: {error}{hint}", EXIT_FAULT)

    return app.command()(told)


def _fail(message: str, code: int) -> NoReturn:
    if _debug.get():
        traceback.print_exc()
    _warn(message)
    raise typer.Exit(code)


def _warn(message: str) -> None:
    print(f"litclaims: {one_line(message)}", file=sys.stderr)


def one_line(text: str) -> str:
    """The text on one line, without what could steer a terminal: documents and their names are not ours."""
    return " ".join(_UNSEEN.sub(" ", text).split())


@_command
def run(
    paths: list[str] = typer.Argument(
        ..., metavar="PATH...", help="Files, folders with all that is below them, patterns, .zip archives, addresses."
    ),
    out: Path = typer.Option(Path("outputs"), "--out", metavar="DIR", help="Folder for the tables."),
    prefect: bool = typer.Option(
        True, "--prefect/--no-prefect", help="Run as a Prefect flow; without it the same work is done in this process."
    ),
    quiet: bool = typer.Option(False, "--quiet", "-q", help="No progress bar and no summary, only errors."),
    verbose: bool = typer.Option(False, "--verbose", "-v", help="Tell each step, and how long the start took."),
    model: str | None = typer.Option(
        None, "--model", metavar="NAME", help="Installed spaCy pipeline that finds diseases, in place of our own."
    ),
    only: Only | None = typer.Option(
        None, "--only", help="Read the doses of cells alone: much faster where few documents hold one."
    ),
    runner: RunnerKind | None = typer.Option(
        None, "--runner", help="Who reads: processes where there is work for them, else a thread; or a cluster."
    ),
    workers: int | None = typer.Option(
        None, "--workers", min=1, metavar="N", help="How many read at a time; all cores by default."
    ),
    address: str | None = typer.Option(
        None, "--address", metavar="ADDRESS", help="Scheduler of Dask or Ray; by default a cluster on this machine."
    ),
    store: str | None = typer.Option(None, "--store", metavar="PATH|URL", help=_STORE),
    parts: str | None = typer.Option(
        None, "--parts", metavar="DIR|URL", help="Where what was read is kept; beside the store by default."
    ),
    refresh: bool = typer.Option(False, "--refresh", help="Read every document, also those that are unchanged."),
    wait: float | None = typer.Option(
        None, "--wait", metavar="SECONDS", min=0, help="How long to wait for another run into the same folder or store."
    ),
    fail_on: FailOn = typer.Option(
        FailOn.never, "--fail-on", help="Exit code 3 if there are new (or reopened) disagreements, or any at all."
    ),
) -> None:
    """Read documents and write their figures, compared.

    Exit code 0 if at least one document was read, 2 if none was; 3 for disagreements that --fail-on asks about.
    """
    from litclaims.plan import job

    asked = {"model": model, "store": store, "parts": parts, "refresh": refresh, "wait": wait}
    asked |= {"only": only and only.value, "runner": _runner(runner, workers, address)}
    flagged = _again(job(paths, out=out, **asked), quiet=quiet)
    if flagged is None:
        flagged = _anew(paths, out, prefect=prefect, quiet=quiet, verbose=verbose, asked=asked)
    if (fail_on is FailOn.new and flagged.new) or (fail_on is FailOn.any and flagged.all):
        _warn(f"{_count(flagged.new, 'new disagreement')}, {flagged.all:,} in all")
        raise typer.Exit(EXIT_NEW)


class _Flagged(NamedTuple):
    """How many disagreements there are, and how many of them the last run over the same paths did not have."""

    new: int
    all: int


def _again(job: Job, *, quiet: bool) -> _Flagged | None:
    """A run in which nothing is new, which needs no model and no server; None if there is something to do."""
    from litclaims.repeat import repeat

    done = repeat(job)
    if done is None:
        return None
    for row in done.frames["documents"].itertuples():
        if row.status in ("failed", "skipped", "missing"):
            _warn(f"{row.status} {row.reason}")
    verdicts = done.frames["disagreements"]
    verdicts = verdicts[verdicts["repeats"].isna()]
    flagged = verdicts[verdicts["flag"]]
    if not quiet:
        statuses = Counter(done.frames["documents"]["status"])
        doses = int(done.frames["claims"]["measure"].isin(DOSE_MEASURES).sum())
        worst = [_told_row(row) for row in _first_of(flagged.itertuples(), _sides_of_row)]
        counted = (statuses, len(done.frames["claims"]), doses, len(verdicts), len(flagged))
        notes = [*done.record.get("notes", ()), "since the last run: nothing changed"]
        print("\n".join(_summary(counted, worst, notes, job.out)))
    return _Flagged(0, len(flagged))


def _anew(
    paths: Sequence[str], out: Path, *, prefect: bool, quiet: bool, verbose: bool, asked: dict[str, Any]
) -> _Flagged:
    """A run that has something to do."""
    with _progress_bar(quiet) as progress, _steps(verbose):
        result = _run(paths, out, prefect=prefect, progress=progress, asked=asked)
    for outcome in result.outcomes:
        if outcome.status in ("failed", "skipped", "missing"):
            _warn(f"{outcome.status} {outcome.reason}")
    if not any(_was_read(outcome) for outcome in result.outcomes):
        raise InputError("no document could be read", remedy="the reasons are above; what an earlier run wrote is kept")
    if not quiet:
        print("\n".join(summary(result, out)))
    if result.changes is None:
        return _Flagged(result.n_flagged, result.n_flagged)
    return _Flagged(sum(row["change"] in ("new", "reopened") for row in result.changes), result.n_flagged)


def _runner(kind: RunnerKind | None, workers: int | None, address: str | None) -> Runner:
    from litclaims.config import load
    from litclaims.plan import runner_of

    return runner_of(load(), kind.value if kind else None, workers, address)


def _run(
    paths: Sequence[str], out: Path, *, prefect: bool, progress: Progress | None, asked: dict[str, Any]
) -> RunResult:
    if prefect:
        from litclaims.flows.run import run

        return run(paths, out, progress=progress, **asked)
    from litclaims.pipeline import run_local

    return run_local(paths, out=out, progress=progress, **asked)


def _was_read(outcome: Outcome) -> bool:
    return outcome.status in ("ok", "unchanged")


class _Lines(logging.Handler):
    """Tells what is logged as a warning is told; the bar, which is below, moves on."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.name != NOTICE:  # those are told in any case
            print(f"litclaims: {one_line(record.getMessage())}", file=sys.stderr)


@contextmanager
def _steps(verbose: bool) -> Iterator[None]:
    """While the block lasts the steps of a run are told, if they are asked for."""
    if not verbose:
        yield
        return
    logger, handler = logging.getLogger("litclaims"), _Lines(logging.INFO)
    before = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


@contextmanager
def _progress_bar(quiet: bool) -> Iterator[Progress | None]:
    """A bar on standard error, where that is a terminal, which a log file is not."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.progress import TimeRemainingColumn as TimeLeftColumn

    times = (TextColumn("{task.fields[rate]}"), TimeElapsedColumn(), TextColumn("left"), TimeLeftColumn())
    columns = (BarColumn(), MofNCompleteColumn(), *times, TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting: models, vocabulary, Prefect's server", total=None, rate="")
        begun: list[tuple[int, float]] = []

        def show(done: int, total: int, doc: str) -> None:
            if not begun:  # the start is no reading: rate and rest are those of the documents
                begun.append((done, time.monotonic()))
                bar.reset(task, total=total)
            (before, start), present = begun[0], time.monotonic()
            rate = _rate(done - before, present - start)
            bar.update(task, completed=done, total=total, description=escape(one_line(doc)), rate=rate)

        yield show


def _rate(done: int, seconds: float) -> str:
    """``12.3 a minute``, ``4.2 a second``: documents, in the unit that tells more."""
    if not done or not seconds:
        return ""
    a_second = done / seconds
    return f"{a_second:.1f} a second" if a_second >= 1 else f"{60 * a_second:.1f} a minute"


def summary(result: RunResult, out: Path) -> list[str]:
    """What a run found, a line each: documents, claims, verdicts, the gravest, the files, and what to type next."""
    from litclaims.store.changes import told

    claims = [claim for outcome in result.outcomes if outcome.extraction for claim in outcome.extraction.claims]
    doses = sum(claim.measure in DOSE_MEASURES for claim in claims)
    repeats = result.comparison.repeats
    verdicts = [each for each in result.comparison.verdicts if each.pair_id not in repeats]
    flagged = sorted((each for each in verdicts if each.flag), key=lambda each: (-each.severity, each.pair_id))
    counted = (Counter(one.status for one in result.outcomes), len(claims), doses, len(verdicts), len(flagged))
    worst = [_told_verdict(verdict) for verdict in _first_of(flagged, _sides)]
    notes = [*result.comparison.notes]
    if result.changes is not None:
        notes.append(f"since the last run: {told(result.changes)}")
    return _summary(counted, worst, notes, out)


def _summary(
    counted: tuple[Counter[str], int, int, int, int], worst: Sequence[str], notes: Sequence[str], out: Path
) -> list[str]:
    """The lines of a summary: counted are documents by status, claims, doses, verdicts and flagged verdicts."""
    statuses, claims, doses, verdicts, flagged = counted
    lines = [
        f"{_count(statuses.total(), 'document')}: {_statuses(statuses)}",
        f"{_count(claims, 'claim')}, of them {_count(doses, 'dose')}",
        f"{_count(verdicts, 'verdict')}, of them {flagged:,} flagged",
        *worst,
        *(f"  note: {one_line(note)}" for note in notes),
        f"Tables, workbook and page: {out} (start with {out / 'report.html'})",
    ]
    table = "disagreements --flagged" if flagged else "comparison"
    return [*lines, f"Next: litclaims show {table} --out {shlex.quote(str(out))}"]


def _first_of(verdicts: Iterable[T], sides: Callable[[T], Hashable]) -> list[T]:
    """The worst, one of each two documents and figures: a pair is judged at two levels, mostly to one effect."""
    first: dict[Hashable, T] = {}
    for verdict in verdicts:
        first.setdefault(sides(verdict), verdict)
        if len(first) == WORST_SHOWN:
            break
    return list(first.values())


def _sides(verdict: Verdict) -> Hashable:
    return verdict.measure, frozenset((side.doc, side.low, side.high) for side in (verdict.a, verdict.b))


def _sides_of_row(row: Any) -> Hashable:
    return row.measure, frozenset(((row.doc_a, row.low_a, row.high_a), (row.doc_b, row.low_b, row.high_b)))


def _told_row(row: Any) -> str:
    return f"  ✗ {one_line(' / '.join(dict.fromkeys((row.doc_a, row.doc_b))))}: {one_line(row.reason)}"


def _told_verdict(verdict: Verdict) -> str:
    docs = " / ".join(dict.fromkeys((verdict.a.doc, verdict.b.doc)))
    return f"  ✗ {one_line(docs)}: {one_line(verdict.reason)}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _statuses(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[status]:,} {status}" for status in DOCUMENT_STATUSES if counts[status] or status == "ok")


@_command
def diff(
    runs: list[str] | None = typer.Argument(None, metavar="[RUN RUN]", help="Ids, or their beginnings, of two runs."),
    out: Path = typer.Option(Path("outputs"), "--out", metavar="DIR", help="Folder that the runs wrote to."),
    store: str | None = typer.Option(None, "--store", metavar="PATH|URL", help=_STORE),
    limit: int | None = typer.Option(None, "--limit", min=1, help="At most so many rows."),
    format: Shape = typer.Option(Shape.table, "--format", help="csv and json hold every column."),
) -> None:
    """Show what changed between two runs: disagreements, claims and documents.

    Without ids these are the last run and the one before it over the same paths.
    """
    from litclaims import tables
    from litclaims.report.show import export, render
    from litclaims.store.changes import between, told

    if len(runs or ()) not in (0, 2):
        raise InputError("give two runs or none", remedy="litclaims runs lists them")
    with _opened_store(store, out) as ledger:
        before, after, rows = between(ledger, ledger.parts(), runs or ())
    table = tables.frame("changes", rows)
    if format is not Shape.table:
        print(export(table, "changes", format=format.value, limit=limit), end="")
        return
    print(f"{before['run_id'][:8]} ({before['started'][:16]}) → {after['run_id'][:8]} ({after['started'][:16]})")
    print(told(rows))
    if rows:
        from rich.console import Console

        console = Console(highlight=False)
        console.print(render(table, "changes", width=console.width, limit=limit))


@_command
def runs(
    out: Path = typer.Option(Path("outputs"), "--out", metavar="DIR", help="Folder that the runs wrote to."),
    store: str | None = typer.Option(None, "--store", metavar="PATH|URL", help=_STORE),
    format: RunsShape = typer.Option(RunsShape.text, "--format"),
) -> None:
    """List the runs of a store, the earliest first."""
    with _opened_store(store, out) as ledger:
        found = ledger.runs()
    if format is RunsShape.json:
        import json

        print(json.dumps(found, indent=2, ensure_ascii=False))
        return
    for run in found:
        paths = " ".join(map(str, run["configuration"].get("paths", ())))
        counted = ", ".join(_count(run[f"n_{noun}s"], noun) for noun in ("document", "claim"))
        told = f"{run['run_id'][:8]}  {run['started'][:16]}  {counted}, {run['n_flagged']:,} flagged  {paths}"
        print(one_line(told))


def _opened_store(store: str | None, out: Path) -> Store:
    """The store of a run that was; none is made."""
    from litclaims import config
    from litclaims.store.ledger import FILE, Store

    place = store or config.load().store or str(out / FILE)
    if "://" not in place and not Path(place).is_file():
        raise InputError("no run there", source=place, remedy=f"run litclaims run … --out {out} first")
    return Store.open(place)


@_command
def show(
    table: str = typer.Argument(..., metavar="TABLE", help="claims, comparison, disagreements, references, …"),
    out: Path = typer.Option(Path("outputs"), "--out", metavar="DIR", help="Folder that a run wrote to."),
    flagged: bool = typer.Option(False, "--flagged", help="Only rows that a reader should look at."),
    doc: list[str] | None = typer.Option(None, "--doc", metavar="VALUE", help="Only rows of this document."),
    measure: list[str] | None = typer.Option(None, "--measure", metavar="VALUE", help="Only rows of this measure."),
    route: list[str] | None = typer.Option(None, "--route", metavar="VALUE", help="Only rows of this route."),
    condition: list[str] | None = typer.Option(
        None, "--condition", metavar="VALUE", help="Only rows of this disease or complaint."
    ),
    cell_type: list[str] | None = typer.Option(
        None, "--cell-type", metavar="VALUE", help="Only rows of this cell type or product."
    ),
    basis: list[str] | None = typer.Option(None, "--basis", metavar="VALUE", help="Only rows per session, knee, kg, …"),
    target: list[str] | None = typer.Option(None, "--target", metavar="VALUE", help="Only rows of this site."),
    species: list[str] | None = typer.Option(None, "--species", metavar="VALUE", help="Only rows of this species."),
    status: list[str] | None = typer.Option(
        None, "--status", metavar="VALUE", help="Only claims that are recommended, reported, …; documents ok, failed, …"
    ),
    verdict: list[str] | None = typer.Option(None, "--verdict", metavar="VALUE", help="Only verdicts of this kind."),
    grade: list[str] | None = typer.Option(None, "--grade", metavar="VALUE", help="Only verdicts of this grade."),
    state: list[str] | None = typer.Option(
        None, "--state", metavar="VALUE", help="Only verdicts in this state against the last run."
    ),
    where: str | None = typer.Option(None, "--where", metavar="TEXT", help="Only rows with these words, anywhere."),
    sort: str | None = typer.Option(None, "--sort", metavar="COLUMN,…", help="Order; -COLUMN the other way round."),
    page: int = typer.Option(1, "--page", min=1, metavar="N", help="Which page of the rows."),
    limit: int | None = typer.Option(
        None, "--limit", min=0, metavar="N", help="Rows of a page; 0 for all. On the terminal 40, else all."
    ),
    format: Shape = typer.Option(Shape.table, "--format", help="csv and json hold every column."),
) -> None:
    """Show a table of an earlier run: chosen rows, in any order, page by page.

    An option with VALUE may be given several times: rows with one of the values are shown. The value none asks for the
    rows in which the text does not say.
    """
    from litclaims.report.select import PAGE_ROWS
    from litclaims.report.show import export, read_table, render

    chosen = {"doc": doc, "measure": measure, "route": route, "condition": condition, "cell_type": cell_type}
    chosen |= {"basis": basis, "target": target, "species": species, "status": status}
    chosen |= {"verdict": verdict, "grade": grade, "state": state}
    if limit is None:
        limit = PAGE_ROWS if format is Shape.table or page > 1 else 0
    asked = {"limit": limit, "number": page, "flagged": flagged, "where": where, "sort": sort, **chosen}
    rows = read_table(out, table)
    if format is not Shape.table:
        print(export(rows, table, format=format.value, **asked), end="")
        return
    from rich.console import Console

    console = Console(highlight=False)
    console.print(render(rows, table, width=console.width, **asked))


@_command
def explain(
    name: str = typer.Argument(
        ..., metavar="ID", help="pair_id of a verdict or claim_id of a claim, or its beginning."
    ),
    out: Path = typer.Option(Path("outputs"), "--out", metavar="DIR", help="Folder that a run wrote to."),
    format: SchemaShape = typer.Option(SchemaShape.text, "--format"),
) -> None:
    """Print the whole proof of one verdict, or of one claim: every figure, where it stands, and what was made of it."""
    from litclaims.report.explain import explain as proof_of
    from litclaims.report.show import read_table

    proof = proof_of(functools.cache(functools.partial(read_table, out)), name)
    if format is SchemaShape.json:
        import json

        print(json.dumps(proof, ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    from litclaims.report.proof import render_proof

    Console(highlight=False).print(render_proof(proof))


@_command
def plot(
    file: Path = typer.Argument(..., metavar="FILE", help="What to write: a name that ends in .svg or .png."),
    out: Path = typer.Option(Path("outputs"), "--out", metavar="DIR", help="Folder that a run wrote to."),
    measure: list[str] | None = typer.Option(None, "--measure", metavar="VALUE", help="Which measure; else the doses."),
    route: list[str] | None = typer.Option(None, "--route", metavar="VALUE", help="Only positions of this route."),
    condition: list[str] | None = typer.Option(None, "--condition", metavar="VALUE", help="Only of this disease."),
    cell_type: list[str] | None = typer.Option(None, "--cell-type", metavar="VALUE", help="Only of this cell type."),
    target: list[str] | None = typer.Option(None, "--target", metavar="VALUE", help="Only of this site."),
    doc: list[str] | None = typer.Option(None, "--doc", metavar="VALUE", help="Only of this document."),
    flagged: bool = typer.Option(False, "--flagged", help="Only positions that a reader should look at."),
    level: Level = typer.Option(Level.route, "--level", help="A bar for each route of a document, or for each site."),
    page: int = typer.Option(1, "--page", min=1, metavar="N", help="Which part of the bars."),
    limit: int | None = typer.Option(None, "--limit", min=0, metavar="N", help="Bars of a figure, else 40; 0 for all."),
) -> None:
    """Draw the intervals that the documents hold, route by route, for a paper: as SVG or PNG.

    An option with VALUE may be given several times.
    """
    from litclaims.report.plot import PAGE_BARS, check_format, interval_chart, save
    from litclaims.report.show import read_table

    check_format(file)
    asked = {"measure": measure, "route": route, "condition": condition, "cell_type": cell_type, "target": target}
    bars = PAGE_BARS if limit is None else limit
    table = read_table(out, "comparison")
    chart = interval_chart(table, level=level.value, limit=bars, number=page, doc=doc, flagged=flagged, **asked)
    save(chart.figure, file)
    print(f"{file}: {_count(chart.bars, 'bar')}" + (f", {chart.note}" if chart.note else ""))


@_command
def open(
    out: Path = typer.Option(Path("outputs"), "--out", metavar="DIR", help="Folder that a run wrote to."),
) -> None:
    """Open the page of an earlier run in the browser; where there is none, its path is all that is said."""
    from litclaims.report.outputs import PAGE

    page = (out / PAGE).absolute()
    if not page.is_file():
        raise InputError("no run there", source=out, remedy=f"run litclaims run … --out {out} first")
    if _has_display():
        import webbrowser

        webbrowser.open(page.as_uri())
    print(page)


def _has_display() -> bool:
    """False on a server: there the browsers that Python finds are those that take over the terminal."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@_command
def evaluate(
    gold: list[Path] | None = typer.Argument(None, metavar="GOLD...", help="Gold files, a document a line (.jsonl)."),
    root: Path | None = typer.Option(None, "--root", help="Folder of the documents that the gold files name."),
    save: Path | None = typer.Option(None, "--save", help="Write the score there, for a later --baseline."),
    baseline: Path | None = typer.Option(None, "--baseline", help="A saved score to compare with."),
    out: Path | None = typer.Option(None, "--out", help="Folder for losses, gains and what is still missed."),
    floors: Path | None = typer.Option(None, "--floors", help="Floors that the score must reach."),
    update_floors: bool = typer.Option(False, "--update-floors", help="Raise the floors to this score."),
    allow_regression: bool = typer.Option(False, "--allow-regression", help="Let --update-floors lower them, too."),
    show_all: bool = typer.Option(False, "--all", help="List every claim that was missed or wrong, and what differs."),
    measeval: list[Path] | None = typer.Option(None, "--measeval", help="MeasEval folder: scores quantities instead."),
    references: Path | None = typer.Option(
        None, "--references", metavar="FILE", help="AnyStyle's tagged strings (.xml): scores reference parsing instead."
    ),
    ner: list[Path] | None = typer.Option(None, "--ner", metavar="FILE", help="IOB file: scores diseases instead."),
    model: str | None = typer.Option(None, "--model", metavar="NAME", help="With --ner: a model in place of ours."),
) -> None:
    """Score the extraction against gold files.

    Exit code 1 if a floor is broken.
    """
    if sum(map(bool, (gold, measeval, references, ner))) != 1:
        told = "give gold files, --measeval DIR, --references FILE or --ner FILE, one of them"
        raise InputError(told, remedy="see litclaims evaluate --help")
    if references:
        from litclaims.evaluate.strings import run_strings
        from litclaims.extract.reference.strings import record

        print(run_strings(references, read=record))
        return
    if ner:
        from litclaims.evaluate.ner import run_ner

        print(run_ner(ner, model=model))
        return
    if measeval:
        from litclaims.evaluate.measeval import run_measeval
        from litclaims.extract.quantity.general import quantity_spans

        text, code = run_measeval(measeval, spans=quantity_spans)
        print(text)
        raise typer.Exit(code)
    from litclaims.evaluate.run import run_evaluation

    text, code = run_evaluation(
        gold,
        root=root,
        save=save,
        baseline=baseline,
        out=out,
        floors=floors,
        update_floors=update_floors,
        allow_regression=allow_regression,
        show_all=show_all,
    )
    print(text)
    raise typer.Exit(code)


@_command
def references(
    strings: Path = typer.Option(..., "--strings", metavar="FILE", help="Reference strings, one a line; - is stdin."),
    lookup: bool = typer.Option(False, "--lookup", help="Ask Crossref for DOIs that are missing (needs a network)."),
    cache: Path = typer.Option(
        Path(".litclaims-crossref.jsonl"), "--cache", help="Where --lookup keeps the answers: nothing is asked twice."
    ),
    mailto: str | None = typer.Option(None, "--mailto", help="Address that Crossref may write to about --lookup."),
) -> None:
    """Read reference strings and write their fields, one JSON object a line."""
    import json

    from litclaims.extract.reference.strings import completed, read_strings

    if lookup:
        from litclaims.extract.reference.lookup import Lookup
    service = Lookup(cache, mailto=mailto) if lookup else None
    with _opened(strings) as stream:
        for record in read_strings(stream):
            print(json.dumps(record if service is None else completed(record, service), ensure_ascii=False))


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    if str(path) == "-":
        yield sys.stdin.buffer
        return
    try:
        with path.open("rb") as stream:
            yield stream
    except OSError as error:
        if error.filename is None:  # not the file: what is written to cannot be
            raise
        raise InputError(
            error.strerror or str(error), source=path, remedy="give a text file, or - for stdin"
        ) from error


@_command
def review(
    action: ReviewAction = typer.Argument(..., metavar="ACTION", help="list, accept, correct, reject, export, import"),
    name: str | None = typer.Argument(None, metavar="[ID|FILE]", help="Id of a claim or verdict; a sheet for import."),
    out: Path = typer.Option(Path("outputs"), "--out", metavar="DIR", help="Folder that a run wrote to."),
    note: str = typer.Option("", "--note", help="Why; kept with the decision."),
    low: str | None = typer.Option(None, "--low", help="Lower end of a corrected claim, in its canonical unit."),
    high: str | None = typer.Option(None, "--high", help="Upper end; without it the interval is open above."),
    unit: str | None = typer.Option(None, "--unit", help="Unit of a corrected claim, if it is another."),
    verdict: str | None = typer.Option(None, "--verdict", help="What a verdict is corrected to."),
    all_rows: bool = typer.Option(False, "--all", help="List or export every claim and verdict, flagged or not."),
    store: str | None = typer.Option(None, "--store", metavar="PATH|URL", help=_STORE),
) -> None:
    """Accept, correct or reject a claim or a verdict; or do so in a sheet: export it, edit it, import it.

    Decisions are kept in the ledger of the folder. They hold in every later run into it while the text under them is
    unchanged, and are asked again when it changed.
    """
    from litclaims.store import review as reviewing

    if action is ReviewAction.list:
        for item in reviewing.items(out, flagged=not all_rows):
            decided = f" [{item['review']}]" if item["review"] else ""
            print(one_line(f"{item['id']} {item['kind']}{decided} {item['doc']}: {item['says']}: {item['why']}"))
        return
    if action is ReviewAction.export:
        print(reviewing.sheet(reviewing.items(out, flagged=not all_rows)), end="")
        return
    if name is None:
        raise InputError(
            f"nothing to {action.value}", remedy="give an id (litclaims review list), or a sheet to import"
        )
    if action is ReviewAction.import_:
        decisions = reviewing.read_sheet(Path(name), out)
    else:
        decisions = [
            reviewing.decide(out, name, action.value, note=note, low=low, high=high, unit=unit, verdict=verdict)
        ]
    with _opened_store(store, out) as ledger:
        ledger.decide(decisions)
    print(f"{_count(len(decisions), 'decision')} kept; run litclaims run … --out {shlex.quote(str(out))} to apply them")


@_command
def schedule(
    paths: list[str] = typer.Argument(..., metavar="PATH...", help="As for run."),
    out: Path = typer.Option(Path("outputs"), "--out", metavar="DIR", help="Folder for the tables."),
    cron: str | None = typer.Option(None, "--cron", metavar="EXPR", help='When: "0 6 * * 1" is at six on Mondays.'),
    every: str | None = typer.Option(None, "--every", metavar="SPAN", help="How often: 30m, 12h, 1d, 1w."),
    timezone: str | None = typer.Option(
        None, "--timezone", metavar="ZONE", help="As in Europe/Berlin; else the local."
    ),
    name: str | None = typer.Option(None, "--name", help="Name of the schedule; else that of the folder."),
    now: bool = typer.Option(False, "--now", help="Run once at the start, too."),
    model: str | None = typer.Option(None, "--model", metavar="NAME", help="As for run."),
    only: Only | None = typer.Option(None, "--only", help="As for run."),
) -> None:
    """Read documents again and again, at set times.

    Starts a Prefect server, registers the schedule and serves it until Ctrl-C, one run at a time. The same command
    goes on with it; what was missed while it was stopped is run once.
    """
    from litclaims.flows.schedules import check_name
    from litclaims.flows.timing import read_timing

    timing = read_timing(cron=cron, every=every, timezone=timezone)
    name = check_name(name, out)
    from litclaims.flows.serving import Plan, absolute, serve

    plan = Plan(name, tuple(map(absolute, paths)), out.absolute(), timing, model, only and only.value, at_once=now)
    serve(plan, say=lambda line: print(_UNSEEN.sub(" ", line), flush=True))


@_command
def schedules(
    action: ScheduleAction = typer.Argument(
        ScheduleAction.list, metavar="[ACTION]", help="list, pause, resume, trigger, remove"
    ),
    name: str | None = typer.Argument(None, metavar="[NAME]", help="Name of the schedule."),
    out: Path = typer.Option(Path("outputs"), "--out", metavar="DIR", help="Folder that the schedule writes to."),
) -> None:
    """List the schedules that are served, or pause, resume, trigger (run once, now) or remove one.

    Schedules are kept in the state folder: that of --out, or LITCLAIMS_STATE for all folders.
    """
    from litclaims.flows import schedules as scheduled

    if action is not ScheduleAction.list:
        if name is None:
            raise InputError(f"nothing to {action.value}", remedy="give the name of a schedule (litclaims schedules)")
        print(one_line(getattr(scheduled, action.value)(name, out)))
        return
    found = [each for each in scheduled.schedules(out) if name in (None, each.name)]
    lines = [line for each in found for line in scheduled.told(each)]
    print("\n".join(_UNSEEN.sub(" ", line) for line in lines) or "no schedule")


@_command
def schemas(
    check: bool = typer.Option(False, "--check", help="Check the schemas themselves; exit code 1 if one is at fault."),
    format: SchemaShape = typer.Option(SchemaShape.text, "--format"),
) -> None:
    """Print the columns and checks of all tables."""
    from litclaims import tables

    if check:
        faults = tables.faults()
        print("\n".join(faults) or f"{_count(len(tables.TABLES), 'schema')}: no fault")
        raise typer.Exit(EXIT_FAULT if faults else 0)
    described = [tables.describe(name) for name in tables.TABLES]
    if format is SchemaShape.json:
        import json

        print(json.dumps(described, indent=2, ensure_ascii=False))
        return
    print("\n\n".join(_schema_text(table) for table in described))


def _schema_text(table: dict) -> str:
    lines = [f"{table['table']}: {table['row']}"]
    for column in table["columns"]:
        said = [column["type"], *(word for word in ("optional", "unique") if column[word]), *column["checks"]]
        lines.append(f"  {column['name']:<14} {'; '.join(said)}")
    return "\n".join(lines)


@_command
def version() -> None:
    """Print the version."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        told = installed("litclaims")
    except PackageNotFoundError:
        told = "(not installed)"
    print(f"litclaims {told}, Python {sys.version.split()[0]}")


def main() -> None:
    """The entry point: a character that the terminal cannot show is no reason to stop."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    signal.signal(signal.SIGTERM, _terminate)
    app()


def _terminate(number: int, frame: object) -> NoReturn:
    """End as on Ctrl-C, with the server stopped and temporary files gone."""
    raise SystemExit(128 + number)
