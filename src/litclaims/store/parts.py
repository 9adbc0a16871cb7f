"""Parts: what was read of a batch of documents, as one Parquet file that is never changed.

A row is a document. Its columns are for any tool that reads Parquet, the claims a list of records; beside them stand
``reading``, the nouns as JSON, from which all that was read is had back exactly, but for where in their formats the
documents' characters stood. A part is written under a hidden name, brought to the disk and then renamed, so that
whoever looks sees whole parts only; in an object store (``s3://``, ``gs://``) a file appears when it is whole. What a
part holds counts once the ledger names it.
"""

from __future__ import annotations

import errno
import functools
import os
import re
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs

from litclaims.errors import StoreError
from litclaims.model import Claim, Extraction, Outcome, Span
from litclaims.store import codec

FOLDER = "parts"
"""Name of the folder beside a store of the usual name."""

_LAYOUT = frozenset({"blocks", "origins", "links", "references", "repairs"})
"""The fields of a document that only reading it needs; they are the bulk of it. Blocks are shown with claims, too."""

_REMEDIES = {
    errno.ENOSPC: "the disk is full; free some space or choose other --parts; what was read before is kept",
    errno.EDQUOT: "the disk quota is used up; free some space or choose other --parts; what was read before is kept",
    errno.EFBIG: "the files of this disk or user may not be so large; choose other --parts",
    errno.EACCES: "make the folder writable, or choose other --parts",
    errno.EPERM: "make the folder writable, or choose other --parts",
    errno.EROFS: "the disk is read-only; choose other --parts",
    errno.ENOENT: "if it was deleted, run again: what it held is read anew",
}

_MALFORMED = (ValueError, TypeError, KeyError, AttributeError, ArithmeticError)
"""What JSON that is not of a noun ends in."""

_STRINGS = pa.list_(pa.string())
_CLAIM = pa.struct(
    [
        ("claim_id", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("figure", pa.string()),
        ("measure", pa.string()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("unit", pa.string()),
        ("bound", pa.string()),
        ("spread", pa.float64()),
        ("basis", _STRINGS),
        ("route", _STRINGS),
        ("target", _STRINGS),
        ("condition", _STRINGS),
        ("cell_type", _STRINGS),
        ("species", _STRINGS),
        ("status", _STRINGS),
        ("citations", _STRINGS),
        ("section", pa.string()),
        ("sentence", pa.string()),
        ("page", pa.int64()),
        ("confidence", pa.float64()),
        ("rule", pa.string()),
    ]
)
_SLOTS = ("basis", "route", "target", "condition", "cell_type", "species", "status")

SCHEMA = pa.schema(
    [
        ("doc", pa.string()),
        ("source", pa.string()),
        ("sha256", pa.string()),
        ("fingerprint", pa.string()),
        ("media_type", pa.string()),
        ("title", pa.string()),
        ("language", pa.string()),
        ("seconds", pa.float64()),
        ("n_claims", pa.int64()),
        ("chars", pa.int64()),
        ("claims", pa.list_(_CLAIM)),
        ("text", pa.string()),
        ("reading", pa.string()),
    ]
)
"""The columns of a part. ``reading`` is the extraction as JSON, its document without its text and :data:`_LAYOUT`."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one input, as small as it can be told: what was read is in a part.

    Attributes:
        sha256: of the input, as of :func:`litclaims.inputs.digest`; None if it changed while it was read, or if reading
            the same bytes again may go another way: such an outcome is told, but never taken for the next run's.
        status, reason: as of :class:`~litclaims.model.Outcome`.
        part, row: where the extraction is kept, None if there is none.
        n_claims, chars, seconds: claims, characters of the text, seconds that reading took.
    """

    doc: str
    source: str
    sha256: str | None
    status: str
    reason: str = ""
    part: str | None = None
    row: int | None = None
    n_claims: int = 0
    chars: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Parts:
    """Where parts are kept. Small, and fit to be sent to another process.

    Attributes:
        where: a folder, or a URL that :meth:`pyarrow.fs.FileSystem.from_uri` knows (``s3://bucket/prefix``).
        owner: id of the store whose parts they are; parts of another in the same place are left alone.
    """

    where: str
    owner: str

    def write(self, outcomes: Sequence[Outcome], *, fingerprint: str) -> str:
        """Write the extractions of outcomes as one part, a row each; gives its name once it is there to stay.

        Args:
            outcomes: with an extraction each.

        Raises:
            StoreError: it cannot be written; nothing half-written is left under the name of a part.
        """
        table = pa.Table.from_pylist([_row(outcome, fingerprint) for outcome in outcomes], schema=SCHEMA)
        name = f"part-{self.owner}-{uuid.uuid4().hex[:16]}.parquet"
        self.put(name, table)
        return name

    def put(self, name: str, table: pa.Table) -> None:
        """Write a table under a name, whole or not at all.

        Raises:
            StoreError: it cannot be written.
        """
        system, root = _system(self.where)
        with _told(f"{self.where}/{name}"):
            if isinstance(system, fs.LocalFileSystem):
                _put_local(table, Path(root), name)
                return
            with system.open_output_stream(f"{root}/{name}") as file:
                pq.write_table(table, file, compression="zstd")

    def get(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """The table of that name, of its columns those that are asked for.

        Raises:
            StoreError: there is none, or it is damaged.
        """
        system, root = _system(self.where)
        with _told(f"{self.where}/{name}"), system.open_input_file(f"{root}/{name}") as file:
            return pq.read_table(file, columns=None if columns is None else list(columns))

    def names(self) -> frozenset[str]:
        """The parts of the owner that are there."""
        system, root = _system(self.where)
        with _told(self.where):
            return frozenset(name for name in _below(system, root) if self._is_own(name))

    def clear(self, keep: Collection[str]) -> int:
        """Delete what a killed run left: half-written files, and parts that no ledger names. Gives how many.

        Args:
            keep: the parts that the ledger names.
        """
        system, root = _system(self.where)
        with _told(self.where):
            left = [name for name in _below(system, root) if name not in keep and self._is_own(_meant(name))]
            for name in left:
                system.delete_file(f"{root}/{name}")
        return len(left)

    def _is_own(self, name: str) -> bool:
        return re.fullmatch(rf"(?:part|runs/run)-{re.escape(self.owner)}-[0-9a-z-]+\.parquet", name) is not None

    def extractions(self, name: str) -> list[Extraction]:
        """The extractions of a part, in order of its rows, their documents without what only reading them needs.

        Raises:
            StoreError: there is no such part, or it is damaged.
        """
        rows = self.get(name, ["text", "reading"]).to_pylist()
        with _told(f"{self.where}/{name}"):
            return [_extraction(row) for row in rows]

    def texts(self, name: str) -> list[str]:
        """The texts of a part as the ledger holds them, in order of its rows.

        Raises:
            StoreError: there is no such part, or it is damaged.
        """
        return self.get(name, ("text",)).column("text").to_pylist()

    def text(self, name: str, row: int) -> str:
        """The ingested text of a document."""
        return _extraction(self.get(name, ("text", "reading")).slice(row, 1).to_pylist()[0]).document.text


@functools.cache
def _system(where: str) -> tuple[fs.FileSystem, str]:
    """The file system of a place, and the path in it."""
    if "://" not in where:
        return fs.LocalFileSystem(), os.path.abspath(where)
    try:
        system, path = fs.FileSystem.from_uri(where)
    except (pa.ArrowException, OSError, ValueError) as error:
        remedy = "write it as s3://BUCKET/FOLDER, gs://BUCKET/FOLDER or as the path of a folder"
        raise StoreError(f"the place of the parts cannot be used: {error}", remedy=remedy) from error
    return system, path.rstrip("/")


def _below(system: fs.FileSystem, root: str) -> list[str]:
    """The files below a folder, by their paths from it."""
    found = system.get_file_info(fs.FileSelector(root, allow_not_found=True, recursive=True))
    return [info.path[len(root) :].lstrip("/") for info in found if info.type == fs.FileType.File]


def _meant(name: str) -> str:
    """The name that a file has, or will have once it is whole."""
    folder, slash, file = name.rpartition("/")
    return f"{folder}{slash}{file.removeprefix('.').removesuffix('.new') if file.startswith('.') else file}"


def _put_local(table: pa.Table, folder: Path, name: str) -> None:
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    hidden = place.with_name(f".{place.name}.new")
    try:
        with hidden.open("wb") as file:
            pq.write_table(table, file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())
        os.replace(hidden, place)
    except BaseException:
        hidden.unlink(missing_ok=True)
        raise
    _sync(place.parent)


def _sync(folder: Path) -> None:
    """Bring the name of a new file to the disk, where the system knows how to."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        os.fsync(handle)
    except OSError:  # some network disks do not
        pass
    finally:
        os.close(handle)


@contextmanager
def _told(place: str) -> Iterator[None]:
    """Turn a failure of the system or a damaged file into a StoreError that names the file and the remedy."""
    try:
        yield
    except (OSError, pa.ArrowException, *_MALFORMED) as error:
        said, code = getattr(error, "strerror", None) or str(error), getattr(error, "errno", None)
        damaged = "it is damaged; delete it and run again: what it held is read anew"
        remedy = _REMEDIES.get(code, damaged if code is None else "see that it can be reached, read and written")
        raise StoreError(f"the part cannot be used: {said}", source=place, remedy=remedy) from error


def _row(outcome: Outcome, fingerprint: str) -> dict[str, Any]:
    extraction = outcome.extraction
    document = extraction.document
    text = storable(document.text)
    shown = extraction.claims or extraction.stances  # the page shows the paragraph of a claim under its headings
    left_out = {"text"} if text == document.text else set()
    head = codec.encode_without(document, left_out | (_LAYOUT - {"blocks"} if shown else _LAYOUT))
    if left_out:
        head["text"] = ""
    return {
        "doc": storable(outcome.doc),
        "source": storable(outcome.source),
        "sha256": document.sha256,
        "fingerprint": fingerprint,
        "media_type": document.media_type,
        "title": document.title and storable(document.title),
        "language": document.language,
        "seconds": outcome.seconds,
        "n_claims": len(extraction.claims),
        "chars": len(document.text),
        "claims": [_claim_row(claim, document.text) for claim in extraction.claims],
        "text": text,
        "reading": codec.dumps({"document": head, **codec.encode_without(extraction, ("document",))}),
    }


def _extraction(row: Mapping[str, Any]) -> Extraction:
    extraction = codec.loads(Extraction, row["reading"])
    if extraction.document.text:
        return extraction
    return replace(extraction, document=replace(extraction.document, text=row["text"]))


def _claim_row(claim: Claim, text: str) -> dict[str, Any]:
    quantity = claim.quantity
    return {
        "claim_id": claim.claim_id,
        "start": claim.span.start,
        "end": claim.span.end,
        "figure": storable(claim.figure),
        "measure": claim.measure,
        "low": None if quantity.low is None else float(quantity.low),
        "high": None if quantity.high is None else float(quantity.high),
        "unit": quantity.unit,
        "bound": quantity.bound,
        "spread": None if quantity.spread is None else float(quantity.spread),
        **{name: [storable(value) for value in claim.values(name)] for name in _SLOTS},
        "citations": [storable(value) for value in claim.citations],
        "section": storable(claim.section),
        "sentence": storable(_quote(text, claim.sentence)),
        "page": claim.page,
        "confidence": claim.confidence,
        "rule": claim.rule,
    }


def _quote(text: str, span: Span) -> str:
    return " ".join(text[span.start : span.end].split())


def storable(text: str) -> str:
    """The text as databases and Parquet hold it: as long, without half surrogate pairs and NUL characters."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
