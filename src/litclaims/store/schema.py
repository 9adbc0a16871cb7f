"""The tables of the ledger. A change of them raises :data:`VERSION`."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Integer, MetaData, String, Table, Text

VERSION = 3
"""Of the schema, kept in ``schema_version``. A store of an earlier version is brought to this one when it is opened.

Version 2 added ``pairs`` and ``decisions``; version 3 ``meta`` and ``extractions``, and the columns of
:data:`ADDED`, which are empty in what an earlier version wrote.
"""

METADATA = MetaData()

SCHEMA_VERSION = Table("schema_version", METADATA, Column("version", Integer, primary_key=True, autoincrement=False))

# What is true of the store as a whole: ``id``, by which its parts are known, and ``parts``, where they are kept.
META = Table(
    "meta",
    METADATA,
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
)

# Keyed by the hash of the ingested text, not of the file: a later reader may make another text of the same bytes, and
# the offsets of the earlier run still index the earlier text.
TEXTS = Table(
    "texts",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("text", Text, nullable=False),
)

RUNS = Table(
    "runs",
    METADATA,
    Column("run_id", String, primary_key=True),
    Column("started", String, nullable=False),
    Column("ended", String, nullable=False),
    Column("version", String, nullable=False),
    Column("configuration", JSON, nullable=False),
    Column("n_documents", Integer, nullable=False),
    Column("n_claims", Integer, nullable=False),
    Column("n_flagged", Integer, nullable=False),
    Column("fingerprint", String(64)),
    Column("code", String(64)),
    Column("decisions", String(64)),
    Column("scope", String(64)),
    Column("claims_part", String),
    Column("verdicts_part", String),
)
"""``fingerprint`` is of reading, ``code`` of the whole package, ``decisions`` of what reviewers had decided, ``scope``
of the paths that were given: two runs in which all four are equal differ by their documents only. The parts hold the
claims and the verdicts of the run, for ``litclaims diff``."""

# What was read, by the hash of the input, the name it was read under (ids of claims hold it) and the fingerprint of the
# reading. ``part`` and ``row`` say where what was read is kept; a document that cannot be read has none, but a reason.
EXTRACTIONS = Table(
    "extractions",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("doc", String, primary_key=True),
    Column("fingerprint", String(64), primary_key=True),
    Column("source", String, nullable=False),
    Column("status", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("part", String),
    Column("row", Integer),
    Column("n_claims", Integer, nullable=False),
    Column("chars", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
)

# What is known of a document now. ``sha256`` is of its bytes, ``text_sha256`` of the text made of them; ``place`` is
# where it was found, ``input_sha256`` and ``fingerprint`` lead to what was read of it.
DOCUMENTS = Table(
    "documents",
    METADATA,
    Column("doc", String, primary_key=True),
    Column("sha256", String(64)),
    Column("text_sha256", ForeignKey("texts.sha256")),
    Column("source", String, nullable=False),
    Column("media_type", String),
    Column("title", String),
    Column("status", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("first_seen", String, nullable=False),
    Column("last_seen", String, nullable=False),
    Column("place", String),
    Column("input_sha256", String(64)),
    Column("fingerprint", String(64)),
)

# What became of a document in each run, so that the tables of an earlier run can still be resolved.
RUN_DOCUMENTS = Table(
    "run_documents",
    METADATA,
    Column("run_id", ForeignKey("runs.run_id"), primary_key=True),
    Column("doc", String, primary_key=True),
    Column("status", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("text_sha256", ForeignKey("texts.sha256")),
    Column("input_sha256", String(64)),
    Column("fingerprint", String(64)),
)

# Every pair of positions that was ever listed, as the last run that read both documents left it. ``seen`` is the
# verdict as JSON, kept of what was flagged, so that what has vanished since can still be told.
PAIRS = Table(
    "pairs",
    METADATA,
    Column("pair_id", String(64), primary_key=True),
    Column("doc_a", String, nullable=False),
    Column("doc_b", String, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("flag", Boolean, nullable=False),
    Column("state", String, nullable=False),
    Column("first_seen", String, nullable=False),
    Column("last_seen", String, nullable=False),
    Column("seen", JSON),
)

# What reviewers decided, with what they saw: a decision holds while ``text_sha256`` does.
DECISIONS = Table(
    "decisions",
    METADATA,
    Column("kind", String, primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("decision", String, nullable=False),
    Column("note", String, nullable=False),
    Column("doc", String, nullable=False),
    Column("measure", String, nullable=False),
    Column("figure", Text, nullable=False),
    Column("text_sha256", String(64), nullable=False),
    Column("low", String),
    Column("high", String),
    Column("unit", String),
    Column("verdict", String),
    Column("decided", String, nullable=False),
)

ADDED: tuple[Column, ...] = (
    *(RUNS.c[name] for name in ("fingerprint", "code", "decisions", "scope", "claims_part", "verdicts_part")),
    *(DOCUMENTS.c[name] for name in ("place", "input_sha256", "fingerprint")),
    *(RUN_DOCUMENTS.c[name] for name in ("input_sha256", "fingerprint")),
)
"""Columns that tables of version 2 lack."""
