"""The ledger as an object: record a run, resolve an offset.

SQLite in a file beside the outputs by default; PostgreSQL by URL. Documents and pairs are updated, runs appended, texts
and decisions never deleted.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import time
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    Connection,
    Engine,
    Insert,
    String,
    Table,
    case,
    create_engine,
    event,
    func,
    insert,
    inspect,
    literal,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.schema import CreateTable

from litclaims.compare import Comparison
from litclaims.compare.verdicts import judge
from litclaims.errors import StoreError
from litclaims.model import Document, Outcome, Position, Verdict, to_json
from litclaims.store import lock, schema
from litclaims.store.decisions import Decision, Decisions
from litclaims.store.parts import FOLDER, Done, Parts, storable

FILE = "litclaims.sqlite"
"""Name of the store beside the outputs."""

_TEXTS_AT_ONCE = 200
"""Texts that are added together."""

_EXACT = frozenset({"low", "high", "overlap_low", "overlap_high", "gap_fold", "share"})

_LOCK = 0x6C69_7463_6C61_696D
"""Number of the lock that a run holds on a PostgreSQL database: ``litclaim`` in ASCII."""

_RUN_MARKS = ("fingerprint", "code", "decisions", "scope", "claims_part", "verdicts_part")

_PAUSES = (0.01, 0.05, 0.2, 0.5, 1.0, 2.0, 4.0)
"""Seconds between the tries to change the mode of a new file."""

_UPSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_WRITER = 0x11C1
"""Of PostgreSQL's advisory locks the one that a writer holds; any number that no other program uses."""

# The messages are those of SQLite (https://www.sqlite.org/rescode.html); of another database the text is told as it is.
_REMEDIES = {
    "locked": "another program writes to it; wait until it is done or close it, then try again",
    "busy": "another program writes to it; wait until it is done or close it, then try again",
    "read-only": "open it for writing",
    "readonly": "make the file and its folder writable, or choose another --store",
    "unable to open": "make its folder exist and writable, or choose another --store",
    "not a database": "it is another kind of file, or damaged; choose another --store",
    "malformed": "it is damaged; restore it from a backup, or move it away and run again",
    "full": "the disk is full; free some space or choose another --store",
}


@dataclass(frozen=True, slots=True)
class Run:
    """A run, as the ledger keeps it.

    Attributes:
        run_id: unique; recording a run of the same id again changes nothing but what has changed.
        started, ended: with a time zone.
        version: of litclaims.
        configuration: the settings in force, of plain JSON types and without passwords.
        n_flagged: flagged verdicts.
        fingerprint, code, decisions, scope, claims_part, verdicts_part: see :data:`litclaims.store.schema.RUNS`.
    """

    run_id: str
    started: datetime
    ended: datetime
    version: str
    configuration: Mapping[str, Any]
    n_flagged: int = 0
    fingerprint: str | None = None
    code: str | None = None
    decisions: str | None = None
    scope: str | None = None
    claims_part: str | None = None
    verdicts_part: str | None = None

    def __post_init__(self) -> None:
        if self.started.tzinfo is None or self.ended.tzinfo is None:
            raise ValueError(f"run {self.run_id!r} has a time without a zone")


@dataclass(frozen=True, slots=True)
class Seen:
    """Which input a document of a run was: where it was found, its hash, and the fingerprint of reading it."""

    place: str | None = None
    sha256: str | None = None
    fingerprint: str | None = None


_UNSEEN = Seen()


class Store:
    """An open ledger; a context manager that closes it."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name

    @property
    def name(self) -> str:
        """The file, or the URL without its password."""
        return self._name

    @classmethod
    def open(cls, path_or_url: str | Path, *, timeout: float = 60.0, read_only: bool = False) -> Store:
        """Open a store, making it if there is none.

        Args:
            path_or_url: a SQLite file, or the URL of a SQLite or PostgreSQL database.
            timeout: seconds to wait for another program that writes (SQLite).
            read_only: nothing is made or changed, so that a store on a read-only disk can be read.

        Raises:
            StoreError: it cannot be opened or made, or is of a later version; names the file and the remedy.
        """
        url = _url(path_or_url)
        name = url.database or ":memory:" if url.get_backend_name() == "sqlite" else url.render_as_string()
        if url.get_backend_name() not in _UPSERTS:
            raise StoreError(
                f"no store of kind {url.get_backend_name()!r}", source=name, remedy="use SQLite or PostgreSQL"
            )
        with _told(name):
            store = cls(_engine(url, timeout, read_only=read_only), name)
            try:
                store._check() if read_only else store._prepare()
            except BaseException:
                store.close()
                raise
        return store

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def parts(self, where: str | None = None) -> Parts:
        """Where the parts of this store are kept: beside it if it is a file, else where they were first put.

        Args:
            where: a folder or URL; it is remembered for later runs.

        Raises:
            StoreError: it is on a server, and nobody has said yet where its parts go.
        """
        known = {row["key"]: row["value"] for row in self._all(schema.META)}
        place = where or known.get("parts") or self._beside()
        if place is None:
            raise StoreError("has no place for its parts yet", source=self._name, remedy="name one with --parts")
        if where is not None and "://" not in where:
            place = os.path.abspath(where)
        if where is not None and place != known.get("parts"):
            with _told(self._name), self._writing() as connection:
                self._upsert(connection, schema.META, [{"key": "parts", "value": place}])
        return Parts(place, known["id"])

    def _beside(self) -> str | None:
        """The folder of parts beside a file; of a file with a name of its own the folder has that name too."""
        database = self._engine.url.database
        if self._engine.dialect.name != "sqlite" or not database or database == ":memory:":
            return None
        path = Path(database.removeprefix("file:").partition("?")[0])
        return str(path.absolute().with_name(FOLDER if path.name == FILE else f"{path.stem}-{FOLDER}"))

    @contextmanager
    def alone(self, *, wait: float) -> Iterator[None]:
        """Hold the lock of a database on a server for the time of the block; it lets go when this process is gone.

        Raises:
            StoreError: another process still holds it after ``wait`` seconds.
        """
        if self._engine.dialect.name != "postgresql":  # a file is locked by a file
            yield
            return
        with ExitStack() as stack:
            with _told(self._name):
                connection = stack.enter_context(self._engine.connect())
                connection = connection.execution_options(isolation_level="AUTOCOMMIT")
                lock.wait_for(
                    lambda: bool(connection.execute(select(func.pg_try_advisory_lock(_LOCK))).scalar()),
                    lambda: "on this database",
                    of=self._name,
                    wait=wait,
                )
            try:
                yield
            finally:
                with suppress(SQLAlchemyError):  # a connection that is gone holds nothing
                    connection.execute(select(func.pg_advisory_unlock(_LOCK)))

    def keep(self, done: Sequence[Done], *, fingerprint: str) -> None:
        """Keep what was read of a batch. Its part is there to stay by then: nothing is counted that could be lost.

        Raises:
            StoreError: the store is locked or cannot be written.
        """
        rows = {(one.sha256, one.doc): _extraction_row(one, fingerprint) for one in done if one.sha256 is not None}
        if rows:
            with _told(self._name), self._writing() as connection:
                self._upsert(connection, schema.EXTRACTIONS, list(rows.values()))

    def known(self, fingerprint: str) -> dict[tuple[str, str], Done]:
        """All that was ever read under a fingerprint, by hash of the input and name of the document."""
        table = schema.EXTRACTIONS
        names = [each.name for each in fields(Done)]
        found = select(*(table.c[name] for name in names)).where(table.c.fingerprint == fingerprint)
        with _told(self._name), self._engine.connect() as connection:
            return {(row.sha256, row.doc): Done(*row) for row in connection.execute(found)}

    def named_parts(self) -> frozenset[str]:
        """The names of all parts that the ledger counts on."""
        columns = (schema.EXTRACTIONS.c.part, schema.RUNS.c.claims_part, schema.RUNS.c.verdicts_part)
        with _told(self._name), self._engine.connect() as connection:
            found = [name for column in columns for name in connection.execute(select(column).distinct()).scalars()]
        return frozenset(name for name in found if name is not None)

    def record(
        self,
        run: Run,
        outcomes: Sequence[Outcome],
        verdicts: Sequence[Verdict] = (),
        *,
        seen: Mapping[str, Seen] | None = None,
        texts: Iterable[tuple[str, str]] | None = None,
    ) -> None:
        """Keep a run, what became of its documents, and its verdicts as :meth:`settle` gave them, all or nothing.

        Doing it again with the same run leaves the store as it is. A document without a text (skipped, failed,
        missing) keeps the text that an earlier run read.

        Args:
            seen: of the documents which inputs they were, by name.
            texts: name and text of all documents that were read, in any order, where the outcomes do not hold them.

        Raises:
            StoreError: the store is locked or cannot be written.
        """
        given = _texts_of(outcomes) if texts is None else texts
        with _told(self._name), self._writing() as connection:
            self._upsert(connection, schema.RUNS, [_run_row(run, outcomes)])
            hashes = self._keep_texts(connection, given)
            documents, members = _rows(run, outcomes, seen or {}, hashes)
            self._upsert(connection, schema.RUN_DOCUMENTS, members)
            self._see(connection, documents)
            self._keep_pairs(connection, verdicts, _time(run.started))

    def _keep_texts(self, connection: Connection, texts: Iterable[tuple[str, str]]) -> dict[str, str]:
        """Add the texts that are not there, some at a time; gives the hash of each by the name of its document."""
        there = set(connection.execute(select(schema.TEXTS.c.sha256)).scalars())
        hashes: dict[str, str] = {}
        new: list[dict[str, str]] = []
        for doc, text in texts:
            row = _text_row(text)
            hashes[doc] = row["sha256"]
            if row["sha256"] not in there:
                there.add(row["sha256"])
                new.append(row)
            if len(new) >= _TEXTS_AT_ONCE:
                self._upsert(connection, schema.TEXTS, new)
                new = []
        self._upsert(connection, schema.TEXTS, new)
        return hashes

    def settle(self, comparison: Comparison, docs: Collection[str]) -> tuple[Verdict, ...]:
        """The verdicts of a run with their state against the last run that read the same documents.

        ``new`` was never listed before; ``open`` stands as it did; ``changed`` has another figure, verdict or flag;
        ``resolved`` was flagged and is so no longer, and ``reopened`` was resolved and is flagged again. A flagged pair
        that is gone comes back once, as resolved and not flagged; one that a large group lists no longer, while both
        its positions are there, stays listed until it is settled.

        Args:
            docs: the documents that were read. Pairs with any other are left as they are.
        """
        known = self._pairs(docs)
        listed = {verdict.pair_id for verdict in comparison.verdicts}
        by_id = {position.position_id: position for position in comparison.positions}
        gone = [row for name, row in known.items() if name not in listed and row["flag"]]
        found = list(comparison.verdicts)
        found += [_gone(row["seen"], by_id) for row in gone if row["seen"]]
        return tuple(replace(verdict, state=_state(verdict, known.get(verdict.pair_id))) for verdict in found)

    def _pairs(self, docs: Collection[str]) -> dict[str, dict[str, Any]]:
        """The pairs of these documents, by id."""
        names = {stored(doc) for doc in docs}
        rows = self._all(schema.PAIRS, schema.PAIRS.c.pair_id)
        return {row["pair_id"]: row for row in rows if row["doc_a"] in names and row["doc_b"] in names}

    def _keep_pairs(self, connection: Connection, verdicts: Sequence[Verdict], seen: str) -> None:
        rows = [_pair_row(verdict, seen) for verdict in verdicts]
        adding = _UPSERTS[connection.dialect.name](schema.PAIRS)
        names = ("doc_a", "doc_b", "fingerprint", "flag", "state", "last_seen", "seen")
        new = {name: adding.excluded[name] for name in names}
        _many(connection, adding.on_conflict_do_update(index_elements=["pair_id"], set_=new), rows)

    def decide(self, decisions: Sequence[Decision]) -> None:
        """Keep decisions; one on the same claim or verdict takes the place of an earlier one."""
        rows = [decision.row() for decision in decisions]
        with _told(self._name), self._writing() as connection:
            self._upsert(connection, schema.DECISIONS, rows)

    def decisions(self) -> Decisions:
        """All decisions that were ever made and not replaced."""
        rows = self._all(schema.DECISIONS, schema.DECISIONS.c.kind, schema.DECISIONS.c.id)
        return Decisions(tuple(Decision(**row) for row in rows))

    def text(self, doc: str, *, run_id: str | None = None) -> str:
        """The ingested text of a document, which ``start`` and ``end`` of the tables index.

        Args:
            run_id: as that run read it; without it, as it was read last.

        Raises:
            StoreError: the store holds no text of that document.
        """
        table = schema.DOCUMENTS if run_id is None else schema.RUN_DOCUMENTS
        found = select(schema.TEXTS.c.text).join(table, table.c.text_sha256 == schema.TEXTS.c.sha256)
        found = found.where(table.c.doc == stored(doc))
        if run_id is not None:
            found = found.where(table.c.run_id == run_id)
        with _told(self._name), self._engine.connect() as connection:
            text = connection.execute(found).scalar_one_or_none()
        if text is None:
            when = "" if run_id is None else f" of run {run_id!r}"
            raise StoreError(
                f"holds no text of document {doc!r}{when}",
                source=self._name,
                remedy="give its name as in the table documents, or run litclaims on it first",
            )
        return text

    def quote(self, doc: str, start: int, end: int, *, run_id: str | None = None) -> str:
        """The characters of a document from ``start`` up to ``end``, as in the tables.

        Raises:
            StoreError: no such text, or the offsets are not within it.
        """
        text = self.text(doc, run_id=run_id)
        if not 0 <= start <= end <= len(text):
            raise StoreError(
                f"{start} to {end} is not within the {len(text)} characters of document {doc!r}",
                source=self._name,
                remedy="take the offsets and the store from the same run",
            )
        return text[start:end]

    def runs(self) -> list[dict[str, Any]]:
        """The runs, the earliest first, each with the columns of the ledger."""
        return self._all(schema.RUNS, schema.RUNS.c.started, schema.RUNS.c.run_id)

    def run_documents(self, run_id: str) -> dict[str, tuple[str, str | None]]:
        """Status and hash of the input of each document of a run, by name."""
        table = schema.RUN_DOCUMENTS
        found = select(table.c.doc, table.c.status, table.c.input_sha256).where(table.c.run_id == run_id)
        with _told(self._name), self._engine.connect() as connection:
            return {doc: (status, sha256) for doc, status, sha256 in connection.execute(found)}

    def last_run(self, scope: str) -> dict[str, Any] | None:
        """The last run over the same paths, None if there is none."""
        return next((run for run in reversed(self.runs()) if run["scope"] == scope), None)

    def repeat(self, run: Run, of: str) -> None:
        """Keep a run that found all as the run ``of`` had left it: the same documents and verdicts, nothing read.

        Raises:
            StoreError: the store is locked or cannot be written.
        """
        members, documents, pairs = schema.RUN_DOCUMENTS, schema.DOCUMENTS, schema.PAIRS
        mine = members.c.run_id == of
        status = case((members.c.status == "ok", "unchanged"), else_=members.c.status)
        told = [column for column in members.c if column.name not in ("run_id", "status")]
        copied = select(literal(run.run_id), status, *told).where(mine)
        read = select(members.c.doc).where(mine, members.c.status.in_(("ok", "unchanged")))
        docs = select(members.c.doc).where(mine)
        seen = _time(run.started)
        with _told(self._name), self._engine.begin() as connection:
            before = connection.execute(select(schema.RUNS).where(schema.RUNS.c.run_id == of)).mappings().one()
            counts = {name: before[name] for name in ("n_documents", "n_claims")}
            self._upsert(connection, schema.RUNS, [_run_row(run, ()) | counts])
            names = ["run_id", "status", *(column.name for column in told)]
            connection.execute(insert(members).from_select(names, copied))
            connection.execute(update(documents).where(documents.c.doc.in_(docs)).values(last_seen=seen))
            connection.execute(update(documents).where(documents.c.doc.in_(read)).values(status="unchanged"))
            of_run = (pairs.c.doc_a.in_(docs), pairs.c.doc_b.in_(docs), pairs.c.state != "resolved")
            connection.execute(update(pairs).where(*of_run).values(state="open", last_seen=seen))

    def documents(self) -> list[dict[str, Any]]:
        """What is known of each document, in order of the name."""
        return self._all(schema.DOCUMENTS, schema.DOCUMENTS.c.doc)

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """All rows of a table of :mod:`litclaims.store.schema`, in order of its key."""
        return self._all(table, *table.primary_key)

    def _all(self, table: Table, *order: Any) -> list[dict[str, Any]]:
        with _told(self._name), self._engine.connect() as connection:
            if connection.dialect.name == "postgresql":  # there the database has a language, and sorts as in it
                order = tuple(each.collate("C") if isinstance(each.type, String) else each for each in order)
            return [dict(row) for row in connection.execute(select(table).order_by(*order)).mappings()]

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction beside which nobody writes: SQLite has one writer at a time, PostgreSQL must be told.

        There two would make the same table, or wait for each other's rows until one is thrown out.
        """
        with self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                lock = func.pg_advisory_xact_lock(_WRITER, func.hashtext(func.current_schema()))
                connection.execute(select(lock))
            yield connection

    def _check(self) -> None:
        """See that the tables are of this version."""
        with self._engine.connect() as connection:
            version = connection.execute(select(func.max(schema.SCHEMA_VERSION.c.version))).scalar()
        if version != schema.VERSION:
            raise StoreError(
                f"is of schema version {version}, this litclaims knows {schema.VERSION}",
                source=self._name,
                remedy="run litclaims run into it, which brings an earlier one up to date",
            )

    def _prepare(self) -> None:
        """Make the tables that are missing; two programs may do so at once."""
        with self._writing() as connection:
            for table in schema.METADATA.sorted_tables:
                connection.execute(CreateTable(table, if_not_exists=True))
            known = select(func.max(schema.SCHEMA_VERSION.c.version))
            version = connection.execute(known).scalar()
            if version is not None and version < schema.VERSION:
                _add_columns(connection)
            if version is None or version < schema.VERSION:
                adding = _UPSERTS[connection.dialect.name](schema.META).values(key="id", value=uuid.uuid4().hex[:8])
                connection.execute(adding.on_conflict_do_nothing())
                self._upsert(connection, schema.SCHEMA_VERSION, [{"version": schema.VERSION}])
            elif version > schema.VERSION:
                raise StoreError(
                    f"is of schema version {version}, this litclaims knows {schema.VERSION}",
                    source=self._name,
                    remedy="use the litclaims that wrote it, or choose another --store",
                )

    def _upsert(self, connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
        """Add rows; one whose key is there already takes the new values."""
        adding = _UPSERTS[connection.dialect.name](table)
        keys = [column.name for column in table.primary_key]
        new = {column.name: adding.excluded[column.name] for column in table.columns if column.name not in keys}
        doing = adding.on_conflict_do_update(index_elements=keys, set_=new) if new else adding.on_conflict_do_nothing()
        _many(connection, doing, rows)

    def _see(self, connection: Connection, rows: list[dict[str, Any]]) -> None:
        """Add documents, or update those that an earlier run saw: what is unknown now keeps its earlier value."""
        table = schema.DOCUMENTS
        adding = _UPSERTS[connection.dialect.name](table)
        new = {name: adding.excluded[name] for name in ("source", "status", "reason", "last_seen")}
        for name in ("sha256", "text_sha256", "media_type", "title", "place", "input_sha256", "fingerprint"):
            new[name] = func.coalesce(adding.excluded[name], table.c[name])
        later = table.c.last_seen <= adding.excluded.last_seen
        _many(connection, adding.on_conflict_do_update(index_elements=["doc"], set_=new, where=later), rows)


def _add_columns(connection: Connection) -> None:
    """Give the tables of an earlier version the columns that they lack; another program may be at it, too."""
    quoted = connection.dialect.identifier_preparer
    for column in schema.ADDED:
        there = {each["name"] for each in inspect(connection).get_columns(column.table.name)}
        if column.name not in there:
            kind = column.type.compile(connection.dialect)
            table, name = quoted.format_table(column.table), quoted.format_column(column)
            connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")


def _state(verdict: Verdict, known: Mapping[str, Any] | None) -> str:
    """The state of a verdict against how the pair was seen last."""
    if known is None:
        return "new"
    if known["state"] == "resolved":
        return "reopened" if verdict.flag else "resolved"
    if known["flag"] and not verdict.flag:
        return "resolved"
    return "open" if known["fingerprint"] == _fingerprint(verdict) else "changed"


def _fingerprint(verdict: Verdict) -> str:
    """What a change of is a change of the verdict: what it says, and the two figures."""
    sides = sorted([_plain(side.low), _plain(side.high), side.unit, side.bound] for side in (verdict.a, verdict.b))
    return hashlib.sha256(json.dumps([verdict.verdict, verdict.flag, sides]).encode()).hexdigest()


def _plain(end: Decimal | None) -> str:
    """An end as text, the same however it is written."""
    return "" if end is None else str(end.normalize())


def _gone(seen: Mapping[str, Any], positions: Mapping[str, Position]) -> Verdict:
    """A flagged pair that is not listed any more: judged anew if both sides are there, else resolved."""
    was = _verdict(seen)
    a, b = (positions.get(side.position_id) for side in (was.a, was.b))
    if a is not None and b is not None:
        return judge(a, b)
    return replace(was, flag=False, severity=0.0, reason=f"Resolved, for one side is gone; it was: {was.reason}")


def _pair_row(verdict: Verdict, seen: str) -> dict[str, Any]:
    return {
        "pair_id": verdict.pair_id,
        "doc_a": stored(verdict.a.doc),
        "doc_b": stored(verdict.b.doc),
        "fingerprint": _fingerprint(verdict),
        "flag": verdict.flag,
        "state": verdict.state,
        "first_seen": seen,
        "last_seen": seen,
        "seen": to_json(verdict) if verdict.flag else None,
    }


def _verdict(seen: Mapping[str, Any]) -> Verdict:
    """A verdict from its JSON."""
    sides = {side: Position(**_exact(seen[side])) for side in ("a", "b")}
    return Verdict(**(_exact(seen) | sides))


def _exact(values: Mapping[str, Any]) -> dict[str, Any]:
    """JSON values as a noun has them: lists as tuples, exact values as decimals."""
    made: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, list):
            made[name] = tuple(value)
        else:
            made[name] = Decimal(value) if name in _EXACT and value is not None else value
    return made


def _url(path_or_url: str | Path) -> URL:
    if isinstance(path_or_url, str) and "://" in path_or_url:
        try:
            return make_url(path_or_url)
        except SQLAlchemyError as error:
            # Not told as it is: it may hold a password.
            raise StoreError(
                "the URL of the store cannot be read", remedy="write it as postgresql://HOST/NAME"
            ) from error
    return URL.create("sqlite", database=str(path_or_url))


def _engine(url: URL, timeout: float, *, read_only: bool = False) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, execution_options={"postgresql_readonly": True} if read_only else {})
    path = url.database or ""
    if read_only and path and not path.startswith((":memory:", "file:")):
        # A disk that cannot be written takes no log beside the file, which WAL needs even to read.
        frozen = "" if os.access(Path(path).absolute().parent, os.W_OK) else "&immutable=1"
        at = f"file:{quote(str(Path(path).absolute()))}?mode=ro{frozen}"
        return create_engine(url, creator=lambda: sqlite3.connect(at, uri=True, timeout=timeout))
    if path and path != ":memory:" and not path.startswith("file:"):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": timeout})
    event.listen(engine, "connect", _set_up)
    return engine


def _set_up(connection: Any, _: object) -> None:
    """Write-ahead log: who reads does not wait for who writes (https://www.sqlite.org/wal.html)."""
    for pause in (*_PAUSES, None):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError as error:
            # of programs that make a store at once one changes its mode; SQLite does not wait for that by itself
            if pause is None or "locked" not in str(error):
                raise
            time.sleep(pause)
    connection.execute("PRAGMA foreign_keys=ON")


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turn a failure of the database into a StoreError that names the store and the remedy."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError, ImportError) as error:
        what = str(error.orig) if isinstance(error, DBAPIError) else str(error)
        remedy = next(
            (told for sign, told in _REMEDIES.items() if sign in what), "see that it can be reached and written"
        )
        raise StoreError(f"the store cannot be used: {what}", source=name, remedy=remedy) from error


def _extraction_row(done: Done, fingerprint: str) -> dict[str, Any]:
    row = asdict(done) | {"fingerprint": fingerprint}
    return row | {name: stored(row[name]) for name in ("doc", "source", "reason")}


def _texts_of(outcomes: Iterable[Outcome]) -> Iterator[tuple[str, str]]:
    read = (outcome for outcome in outcomes if outcome.extraction is not None)
    return ((outcome.doc, outcome.extraction.document.text) for outcome in read)


def _rows(
    run: Run, outcomes: Sequence[Outcome], seen: Mapping[str, Seen], hashes: Mapping[str, str]
) -> tuple[list[dict], list[dict]]:
    """The rows of documents and run_documents, one a key; ``hashes`` are of the texts."""
    documents: dict[str, dict] = {}
    members: dict[str, dict] = {}
    for outcome in outcomes:
        doc, document = stored(outcome.doc), outcome.extraction and outcome.extraction.document
        became = {"doc": doc, "status": outcome.status, "reason": stored(outcome.reason)}
        became["text_sha256"] = None if document is None else hashes[outcome.doc]
        was = seen.get(outcome.doc, _UNSEEN)
        became |= {"input_sha256": was.sha256, "fingerprint": was.fingerprint}
        members[doc] = became | {"run_id": run.run_id}
        documents[doc] = became | _document_row(outcome, document, _time(run.started)) | {"place": was.place}
    return list(documents.values()), list(members.values())


def _text_row(text: str) -> dict[str, str]:
    # UTF-8 has no lone surrogates and PostgreSQL no NUL; one character takes the place of one: the offsets still fit.
    text = storable(text)
    return {"sha256": hashlib.sha256(text.encode("utf-8")).hexdigest(), "text": text}


def _document_row(outcome: Outcome, document: Document | None, seen: str) -> dict[str, Any]:
    return {
        "sha256": None if document is None else document.sha256,
        "source": stored(outcome.source),
        "media_type": None if document is None else document.media_type,
        "title": None if document is None or document.title is None else stored(document.title),
        "first_seen": seen,
        "last_seen": seen,
    }


def _run_row(run: Run, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "started": _time(run.started),
        "ended": _time(run.ended),
        "version": run.version,
        "configuration": dict(run.configuration),
        "n_documents": len(outcomes),
        "n_claims": sum(len(outcome.extraction.claims) for outcome in outcomes if outcome.extraction is not None),
        "n_flagged": run.n_flagged,
        **{name: getattr(run, name) for name in _RUN_MARKS},
    }


def _time(time: datetime) -> str:
    """ISO 8601 in UTC, always as long: as text it sorts as in time."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def stored(text: str) -> str:
    """A name or a sentence as the ledger holds it: what no database takes is spelt out."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "backslashreplace").decode("utf-8")


def _many(connection: Connection, statement: Insert, rows: list[dict[str, Any]]) -> None:
    """Execute a statement for all rows, which have the same columns: it is compiled once, however many they are."""
    if rows:
        connection.execute(statement, rows)
