"""The tables of the ledger. A change of them raises :data:`VERSION`."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, MetaData, String, Table, Text

VERSION = 2
"""Of the schema, kept in ``schema_version``. A store of an earlier version is brought to this one when it is opened.

Version 2 added ``pairs`` and ``decisions``.
"""

METADATA = MetaData()

SCHEMA_VERSION = Table("schema_version", METADATA, Column("version", Integer, primary_key=True, autoincrement=False))

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
)

# What is known of a document now. ``sha256`` is of its bytes, ``text_sha256`` of the text made of them.
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
