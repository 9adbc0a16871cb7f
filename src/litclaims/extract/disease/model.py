"""The trained model, or any spaCy pipeline that is put in its place: text in, named stretches of our kinds out."""

from __future__ import annotations

import functools
import hashlib
import threading
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import spacy
from spacy.language import Language
from thinc.api import NumpyOps
from threadpoolctl import ThreadpoolController

from litclaims.errors import ConfigurationError
from litclaims.extract.disease import features, plain  # noqa: F401  (they register what the model is made of)
from litclaims.vocab import knowledge
from litclaims.vocab.wordlist import rows

ANY = "any"
"""The kind of a label that does not tell it: what the name links to decides."""

UNUSED = ("tagger", "parser", "lemmatizer", "attribute_ruler", "morphologizer", "senter", "abbreviation_detector")
"""Components of other pipelines that name nothing, and cost most of their time."""

BATCH = 64
"""Texts that the model reads at a time."""

_LOCK = threading.Lock()


class Named(NamedTuple):
    """A stretch of a text, half-open, and its kind (:data:`ANY` where the label leaves it open)."""

    start: int
    end: int
    kind: str


def own_path() -> Path:
    """The folder of the model that comes with the package."""
    return knowledge.models_folder() / "disease_ner" / "model"


def load(name: str | None = None) -> Language:
    """The pipeline of that name, loaded once a process; None is our own. Nothing is ever fetched.

    Args:
        name: an installed package (``en_ner_bc5cdr_md``) or a folder that ``spacy.load`` reads.

    Raises:
        ConfigurationError: there is no such pipeline, it does not load, or none of its labels is known here.
    """
    with _LOCK:
        return _load(name)


@functools.cache
def _load(name: str | None) -> Language:
    told = name or str(own_path())
    if name is not None and not (spacy.util.is_package(name) or (Path(name) / "meta.json").is_file()):
        remedy = "install it first (docs/models.md gives the line), or leave the model out"
        raise ConfigurationError("is no installed spaCy pipeline", source=f"model {name}", remedy=remedy)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=r"\[W095\]")  # made by another patch release of spaCy
            nlp = spacy.load(name or own_path(), exclude=UNUSED)
    except Exception as error:
        # a pipeline is somebody's code: whatever it raises, the run cannot go on as asked
        remedy = "install the version that fits this spaCy, or leave the model out"
        raise ConfigurationError(f"does not load: {error}", source=f"model {told}", remedy=remedy) from error
    if not any(label in kinds() for labels in nlp.pipe_labels.values() for label in labels):
        remedy = "add a row for one of its labels to vocab/model_labels.csv"
        raise ConfigurationError("has no label that is known here", source=f"model {told}", remedy=remedy)
    if name is None:
        _multiply_by_numpy(nlp)
    return nlp


def _multiply_by_numpy(nlp: Language) -> None:
    """Let a pipeline multiply its matrices by numpy, which takes two thirds of the time that thinc's own way takes."""
    ops = NumpyOps(use_blis=False)
    for _, component in nlp.pipeline:
        for layer in component.model.walk():
            layer.ops = ops


@functools.cache
def _threads() -> ThreadpoolController:
    """Holds the library that multiplies matrices to one thread: ours are so small that a second only costs, and
    documents are read on all cores anyway."""
    return ThreadpoolController()


@functools.cache
def kinds() -> dict[str, str]:
    """The kind of mention that each label of a pipeline stands for."""
    return {row.surface: row.get("kind") for row in rows("model_labels", "kind")}


def named(texts: Sequence[str], *, model: str | None = None) -> list[tuple[Named, ...]]:
    """What the model names in each text, in order; labels that stand for no kind are left out.

    Raises:
        ConfigurationError: see :func:`load`.
    """
    nlp = load(model)
    with _LOCK, _threads().limit(limits=1):  # nobody promises that two threads may share a pipeline
        return [
            tuple(
                Named(each.start_char, each.end_char, kinds()[each.label_])
                for each in doc.ents
                if each.label_ in kinds()
            )
            for doc in nlp.pipe(texts, batch_size=BATCH)
        ]


def record(name: str | None = None) -> dict[str, str]:
    """Name, version and sha256 (over the files, in order of their paths) of a model, for the record of a run.

    Raises:
        ConfigurationError: see :func:`load`.
    """
    nlp = load(name)
    folder = nlp.path or own_path()
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    named_as = f"{nlp.meta['lang']}_{nlp.meta['name']}"
    return {"name": named_as, "version": str(nlp.meta["version"]), "sha256": digest.hexdigest()}
