"""A store as tables: what ``litclaims.open`` gives. Nothing here writes.

Every table is a DataFrame with its columns in a fixed order; times are text in ISO 8601 and UTC, values are floats.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from litclaims import tables
from litclaims.errors import InputError
from litclaims.store import changes as history
from litclaims.store import schema
from litclaims.store.ledger import Store
from litclaims.store.parts import Parts


class Reader:
    """A store, open for reading; a context manager that closes it.

    Attributes:
        store: the ledger beneath, for texts (:meth:`~litclaims.store.ledger.Store.text`) and quotations.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def runs(self) -> pd.DataFrame:
        """A row a run, the earliest first: run_id, started, ended, version, n_documents, n_claims, n_flagged, …"""
        return _frame(self.store.runs(), schema.RUNS)

    def documents(self) -> pd.DataFrame:
        """A row a document that was ever seen: doc, source, status, reason, first_seen, last_seen, place, …"""
        return _frame(self.store.documents(), schema.DOCUMENTS)

    def extractions(self) -> pd.DataFrame:
        """A row a reading: sha256 of the input, doc, fingerprint, the part and row where it lies, counts, seconds."""
        return _frame(self.store.rows(schema.EXTRACTIONS), schema.EXTRACTIONS)

    def pairs(self) -> pd.DataFrame:
        """A row a pair of positions that was ever listed: pair_id, doc_a, doc_b, flag, state, first_seen, last_seen."""
        return _frame(self.store.rows(schema.PAIRS), schema.PAIRS).drop(columns="seen")

    def decisions(self) -> pd.DataFrame:
        """A row a decision of a reviewer."""
        return _frame(self.store.rows(schema.DECISIONS), schema.DECISIONS)

    def claims(self, run: str | None = None) -> pd.DataFrame:
        """A row a claim of a run: the columns of :data:`litclaims.store.changes.CLAIMS`.

        Args:
            run: id of the run, or its beginning; the last one without it.

        Raises:
            InputError: there is no such run.
            StoreError: its claims are gone or damaged.
        """
        return self._table("claims_part", run)

    def verdicts(self, run: str | None = None) -> pd.DataFrame:
        """A row a verdict of a run, flagged or not: the columns of :data:`litclaims.store.changes.VERDICTS`.

        Args, Raises: as of :meth:`claims`.
        """
        return self._table("verdicts_part", run)

    def changes(self, before: str | None = None, after: str | None = None) -> pd.DataFrame:
        """What changed between two runs, as in the table ``changes``; without ids, in the last run.

        Raises:
            InputError: there are no two such runs, or only one was named.
            StoreError: what they kept is gone or damaged.
        """
        names = [name for name in (before, after) if name is not None]
        if len(names) == 1:
            raise InputError("give two runs or none", source=self.store.name, remedy="see runs()")
        return tables.frame("changes", history.between(self.store, self._parts(), names)[2])

    def parts(self) -> tuple[str, ...]:
        """The paths or URLs of the parts, for DuckDB, pyarrow or polars; see :data:`litclaims.store.parts.SCHEMA`."""
        parts = self._parts()
        return tuple(f"{parts.where}/{name}" for name in sorted(parts.names()) if "/" not in name)

    def _parts(self) -> Parts:
        return self.store.parts()

    def _table(self, column: str, run: str | None) -> pd.DataFrame:
        found = history.run_of(self.store, run)
        if found[column] is None:
            told = f"run {found['run_id'][:8]} kept no such table"
            raise InputError(told, source=self.store.name, remedy="choose a later run, see runs()")
        return history.load(self._parts(), found[column])


def open_store(path_or_url: str | Path) -> Reader:
    """Open a store for reading.

    Args:
        path_or_url: the ledger (``outputs/litclaims.sqlite`` or the URL of a database), or a folder that a run wrote.

    Raises:
        InputError: there is no store.
        StoreError: it cannot be opened, or is of a later version.
    """
    place = str(path_or_url)
    if "://" not in place:
        file = Path(place)
        file = file / "litclaims.sqlite" if file.is_dir() else file
        if not file.is_file():
            raise InputError("no store there", source=place, remedy="give the file or the folder of a run")
        place = str(file)
    return Reader(Store.open(place, read_only=True))


def _frame(rows: list[dict[str, Any]], table: Any) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[column.name for column in table.columns])
