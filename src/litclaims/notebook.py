"""A run for a notebook: the stages of the pipeline in this process, the tables as DataFrames, without Prefect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from litclaims import batches, pipeline, plan, reading, tables
from litclaims.inputs import find_inputs
from litclaims.model import Outcome
from litclaims.report.result import Result
from litclaims.report.rows import frames
from litclaims.report.show import read_table
from litclaims.workers import Runner

Paths = str | Path | Sequence[str | Path]


def run(
    paths: Paths,
    out: str | Path | None = None,
    *,
    model: str | None = None,
    only: str | None = None,
    progress: pipeline.Progress | None = None,
) -> Result:
    """See :func:`litclaims.run`."""
    asked = {"model": model, "only": only, "progress": progress}
    wanted = [paths] if isinstance(paths, (str, Path)) else list(paths)
    if out is None:
        return _in_memory(wanted, **asked)
    done = pipeline.run_local(wanted, out=Path(out), runner=Runner("thread"), **asked)
    if not done.files:
        return _made(done.outcomes)
    written = {name: read_table(Path(out), name) for name in tables.TABLES}
    return Result(written, done.outcomes, Path(out), done.files, _texts(Path(out)), done.extraction)


def _in_memory(
    paths: Sequence[str | Path], *, model: str | None, only: str | None, progress: pipeline.Progress | None
) -> Result:
    found, asked = find_inputs(paths), plan.job(paths, out="", model=model, only=only)
    reading.warm_up(asked.model)
    outcomes = list(found.outcomes)
    with reading.session():
        for number, item in enumerate(found.items, 1):
            outcomes.append(batches.read_patiently(item, model=asked.model, only=asked.only))
            if progress is not None:
                progress(number, len(found.items), item.doc)
    return _made(tuple(outcomes))


def _made(outcomes: tuple[Outcome, ...]) -> Result:
    compared = pipeline.compare_outcomes(outcomes)
    return Result(frames(outcomes, compared.positions, compared.verdicts, comparison=compared), outcomes)


def _texts(out: Path) -> Callable[[str], str]:
    """Gives the text of a document of a run, by its name, from the ledger."""

    def text_of(doc: str) -> str:
        from litclaims.store.ledger import FILE, Store

        with Store.open(out / FILE) as store:
            return store.text(doc)

    return text_of
