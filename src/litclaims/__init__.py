"""litclaims reads the figures that documents about treatments claim, and says which documents disagree, how, and why.

In a notebook: :func:`run`. The stages, each usable alone: ``ingest``, ``segment``, ``extract``, ``relate``,
``normalize``, ``compare``, then ``store`` and ``report``; ``pipeline`` is their order. Nothing is imported here until
it is called, so that ``litclaims --help`` need not wait for spaCy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from litclaims.report.result import Result
    from litclaims.store.reader import Reader

__all__ = ["open", "run"]

try:
    __version__ = version("litclaims")
except PackageNotFoundError:  # read from a checkout that is not installed
    __version__ = "0+unknown"


def run(
    paths: str | Path | Sequence[str | Path],
    out: str | Path | None = None,
    *,
    model: str | None = None,
    only: str | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Result:
    """Read documents and compare the figures that they claim, in this process and without Prefect.

    Args:
        paths: a file, folder, pattern, archive or address, or several; see docs/inputs.md.
        out: folder for the tables, the page and the ledger, as ``litclaims run`` writes them. Without it nothing is
            written, and every disagreement has the state ``new``.
        model: installed spaCy pipeline that finds diseases, in place of our own.
        only: ``"doses"`` to read the doses of cells alone, which is many times as fast where few documents hold one.
        progress: called after each document with how many are done, of how many, and its name.

    Returns:
        The tables as typed DataFrames (``.claims``, ``.comparison``, ``.disagreements``, …), and ``.highlight(doc)``.
        A document that could not be read is a row of ``.documents`` with the reason.

    Raises:
        litclaims.errors.InputError: there is nothing to read.
        litclaims.errors.OutputError: ``out`` cannot be written.
        litclaims.errors.ConfigurationError: there is no such model, or a setting cannot be used.
    """
    from litclaims import notebook

    return notebook.run(paths, out, model=model, only=only, progress=progress)


def open(store: str | Path) -> Reader:
    """A store as DataFrames: runs, documents, claims, verdicts, changes.

    Args:
        store: the ledger (``outputs/litclaims.sqlite`` or the URL of a database), or a folder that a run wrote.

    Raises:
        litclaims.errors.InputError: there is no store.
        litclaims.errors.StoreError: it cannot be opened.
    """
    from litclaims.store.reader import open_store

    return open_store(store)
