"""The flow of ``litclaims run`` with the server it needs: what the command calls.

Prefect is imported inside, once the environment is set, because it reads its settings when it is imported.
"""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from litclaims import config, pipeline, plan, reading
from litclaims.flows.server import prefect_server
from litclaims.report.write import check_out
from litclaims.workers import Runner

_log = logging.getLogger(__name__)


def run(
    paths: Sequence[str | Path],
    out: str | Path,
    *,
    progress: Callable[[int, int, str], None] | None = None,
    model: str | None = None,
    only: str | None = None,
    store: str | Path | None = None,
    parts: str | None = None,
    refresh: bool = False,
    wait: float | None = None,
    runner: Runner | None = None,
) -> pipeline.RunResult:
    """Read, extract, compare and write in a Prefect flow, on a server that is up or on one for this run alone.

    Where no document is new there is nothing for Prefect to do but to tell of what newly disagrees, if something does:
    the tables are then written without it.

    Args:
        paths: files and folders to read.
        out: folder to write to; the server's state is kept in it too, unless ``LITCLAIMS_STATE`` says otherwise.
        progress: called with the documents done, all documents, and the name of the last one.
        model, only, store, parts, refresh, wait, runner: see :class:`litclaims.plan.Job`.

    Raises:
        InputError: there is nothing to read; found before a server is started, for that takes seconds.
        OutputError, StoreError: ``out``, the store or the state folder cannot be written.
        ServiceError: the Prefect server does not start.
        ConfigurationError: a setting cannot be used.
    """
    settings = config.load()
    asked = {"model": model, "only": only, "store": store, "parts": parts, "refresh": refresh, "wait": wait}
    asked["runner"] = runner
    job = plan.job(paths, out=out, **asked)
    state = settings.state_folder(Path(out))
    if plan.is_known(job):
        result = pipeline.run_local(paths, out=Path(out), progress=progress, **asked | {"runner": Runner("thread")})
        if any(row["change"] in ("new", "reopened") for row in result.changes or ()):
            with prefect_server(state, timeout=settings.server_timeout):
                from litclaims.flows.artifacts import announce

                announce(result.comparison, Path(out))
        return result
    check_out(Path(out))
    begun = time.perf_counter()
    meanwhile = functools.partial(_get_ready, model, job.runner)
    with prefect_server(state, timeout=settings.server_timeout, meanwhile=meanwhile):
        from litclaims.flows.extract import extract_flow, start_seconds, waiting, watcher

        seconds = time.perf_counter() - begun
        _log.info("Prefect's server was ready after %.1f s, the models and the vocabulary too", seconds)
        watched, waited, counted = watcher.set(progress), waiting.set(wait), start_seconds.set(seconds)
        try:
            where = None if store is None else str(store)
            who = (job.runner.kind, job.runner.workers, job.runner.address)
            what = (model, where, parts, refresh, *who)
            return extract_flow([str(path) for path in paths], str(out), *what, only=job.only)
        finally:
            watcher.reset(watched)
            waiting.reset(waited)
            start_seconds.reset(counted)


def _get_ready(model: str | None, runner: Runner) -> None:
    """Load Prefect while the server starts on the other core, and the models where they are needed in this process."""
    import litclaims.flows.extract  # noqa: F401

    if runner.kind in (None, "thread"):
        reading.warm_up(model)
