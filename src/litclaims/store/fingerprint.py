"""The fingerprint of the pipeline: equal as long as reading the same bytes gives the same extraction.

It is over the files of the stages that read (code, vocabulary, rules), the models, the libraries that a reading passes
through, and the settings that change what is found. A changed comment changes it too: reading once more than needed
costs time, once less than needed a wrong number.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import platform
import unicodedata
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGE = Path(__file__).parents[1]

STAGES = ("vocab", "ingest", "inputs", "segment", "extract", "relate", "normalize", "model.py", "reading.py")
"""What of the package decides on an extraction."""

MODELS = ("disease_ner", "kb")
"""What of ``litclaims.models`` does."""

LIBRARIES = (
    *("spacy", "scispacy", "pysbd", "numpy", "pint", "rapidfuzz", "py3langid", "lxml", "trafilatura", "jusText"),
    *("mammoth", "pypdfium2", "pdfplumber", "pdfminer.six", "bibtexparser", "rispy"),
)

_FORMAT = "1"
"""Of what a part holds: raised when the same code would write another."""

_SKIPPED = frozenset({".pyc", ".pyo"})


@functools.cache
def fingerprint(model: str | None = None, only: str | None = None) -> str:
    """The fingerprint of reading with a model, 64 hexadecimal digits; taken once a process.

    Args:
        model, only: as for :func:`litclaims.reading.extract_document`.
    """
    told = [_FORMAT, platform.python_version(), unicodedata.unidata_version]
    told += [f"{name} {_version(name)}" for name in LIBRARIES]
    told += [files_sha256(PACKAGE, STAGES), files_sha256(_folder("litclaims.models"), MODELS)]
    if model:
        told += [model, _version(model), files_sha256(_folder(model) or Path(model), ("",))]
    if only:
        told.append(f"only {only}")
    return hashlib.sha256("\0".join(told).encode()).hexdigest()


@functools.cache
def code() -> str:
    """SHA-256 of all files of the package, and so of what comparing and writing are done with."""
    return files_sha256(PACKAGE, ("",))


def files_sha256(root: Path | None, names: Iterable[str]) -> str:
    """SHA-256 over names and bytes of files and folders below a root; what is not there counts for nothing."""
    digest = hashlib.sha256()
    for name in names:
        for path in _files(root / name) if root is not None else ():
            raw = path.read_bytes()
            digest.update(f"{path.relative_to(root).as_posix()}\0{len(raw)}\0".encode())
            digest.update(raw)
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path] if path.is_file() else []
    found = (each for each in path.rglob("*") if each.suffix not in _SKIPPED and each.is_file())
    return sorted(found)


def _folder(module: str) -> Path | None:
    """The folder of a package, found without importing it."""
    try:
        found = importlib.util.find_spec(module)
    except (ImportError, ValueError):  # a path, or no name of a module
        return None
    if found is None or not found.submodule_search_locations:
        return None
    return Path(next(iter(found.submodule_search_locations)))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
