"""The knowledge base: conditions, sites and cell types of the public ontologies, one file under ``models/kb``.

It is compiled by ``models/build_kb.py`` (see the card beside it) and read once a process. The lexicons come first
wherever both know a name: they are curated, the knowledge base is wide.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from litclaims.errors import VocabularyError

KINDS = ("condition", "target", "cell_type")
"""The kinds of mention that it holds."""

_PACKAGE = Path(__file__).resolve().parents[1]
_WORD = re.compile(r"[a-z0-9]+")
_POSSESSIVE = re.compile(r"['’]s\b")
_BRITISH = (("oe", "e"), ("ae", "e"), ("our", "or"))
_SUFFIXED = re.compile(r"(?<=[^aeious])s$|(?<=[aeo])s$")


def models_folder() -> Path:
    """The folder of models: within the installed package, else beside ``src`` in the source tree."""
    installed = _PACKAGE / "models"
    return installed if installed.is_dir() else _PACKAGE.parents[1] / "models"


@functools.lru_cache(maxsize=200_000)
def fold_word(word: str) -> str:
    """A word in lower case, singular, in American spelling: ``Tumours`` and ``tumor`` are the same."""
    word = word.lower()
    if len(word) > 4:
        for british, american in _BRITISH:
            word = word.replace(british, american)
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("sses"):
        return word[:-2]
    return _SUFFIXED.sub("", word) if len(word) > 3 else word


def fold(text: str) -> tuple[str, ...]:
    """The folded words of a name, signs left out; the key under which a name is found."""
    return tuple(map(fold_word, _WORD.findall(_POSSESSIVE.sub("", text.lower()))))


class Concept(NamedTuple):
    """A concept: ``id`` in its ontology, None where no ontology holds it; ``parents`` are keys of concepts above."""

    key: str
    id: str | None
    mesh: str | None
    kind: str
    name: str
    names: tuple[str, ...]
    parents: tuple[str, ...]

    @property
    def best_id(self) -> str | None:
        """The ontology's id, else that of MeSH, else None."""
        return self.id or (f"MESH:{self.mesh}" if self.mesh else None)


@dataclass(frozen=True)
class KnowledgeBase:
    """All concepts. Made by :func:`load`; immutable.

    Attributes:
        concepts: by key.
        sha256: of the file's bytes.
    """

    concepts: dict[str, Concept]
    sha256: str
    _keys: dict[str, dict[tuple[str, ...], str]] = field(repr=False)
    _reach: dict[str, dict[str, int]] = field(repr=False)
    _second: dict[str, dict[str, set[str]]] = field(repr=False)

    def exact(self, kind: str, name: str) -> Concept | None:
        """The concept of a kind that has this name in any case, number or spelling; None if none has."""
        return self.of_words(kind, fold(name))

    def of_words(self, kind: str, words: tuple[str, ...]) -> Concept | None:
        """The same for a name that is folded already."""
        key = self._keys[kind].get(words)
        return None if key is None else self.concepts[key]

    def beginnings(self, kind: str) -> Collection[str]:
        """The folded words that names of a kind begin with."""
        return self._reach[kind].keys()

    def reach(self, kind: str, word: str, following: str | None) -> int:
        """Words of the longest name of a kind that may begin with a folded word before another; 0 if none does."""
        longest = self._reach[kind].get(word, 0)
        return longest if longest < 2 or following in self._second[kind][word] else 1

    def names(self, kind: str) -> Iterator[tuple[tuple[str, ...], str]]:
        """Every folded name of a kind with the key of its concept."""
        return iter(self._keys[kind].items())

    def ancestors(self, key: str) -> tuple[str, ...]:
        """Keys of all that stands above a concept, nearest first; empty for an unknown one."""
        found: dict[str, None] = {}
        level = [key]
        while level:
            parents = [up for at in level if at in self.concepts for up in self.concepts[at].parents]
            level = [up for up in dict.fromkeys(parents) if up not in found and up != key]
            found.update(dict.fromkeys(level))
        return tuple(found)

    def is_a(self, key: str, ancestor: str) -> bool:
        """True if the two are the same concept or ``ancestor`` stands above ``key``."""
        return key == ancestor or ancestor in self.ancestors(key)


def path() -> Path:
    """The compiled file."""
    return models_folder() / "kb" / "kb.jsonl.gz"


@functools.cache
def load() -> KnowledgeBase:
    """The knowledge base, read once a process.

    Raises:
        VocabularyError: the file is missing or is not what the compiler writes.
    """
    return read(path())


def read(file: Path) -> KnowledgeBase:
    """The knowledge base in a file.

    Raises:
        VocabularyError: as :func:`load`.
    """
    try:
        data = file.read_bytes()
        concepts = [_concept(line) for line in gzip.decompress(data).splitlines()]
    except OSError as error:
        remedy = "install the package again, or make it with make kb"
        raise VocabularyError(f"cannot be read: {error}", source=file, remedy=remedy) from error
    except (ValueError, TypeError, KeyError, EOFError) as error:
        raise VocabularyError(f"no knowledge base: {error}", source=file, remedy="make it again: make kb") from error
    keys: dict[str, dict[tuple[str, ...], str]] = {kind: {} for kind in KINDS}
    for own in (True, False):  # what one concept is called beats what another is called too
        for concept in concepts:
            name = " ".join(fold(concept.name)) if own else ""
            for each in concept.names:
                if not own or each == name:
                    keys[concept.kind].setdefault(tuple(each.split()), concept.key)
    reach = {kind: _reach_of(keys[kind]) for kind in KINDS}
    second = {kind: _second_of(keys[kind]) for kind in KINDS}
    return KnowledgeBase({each.key: each for each in concepts}, hashlib.sha256(data).hexdigest(), keys, reach, second)


def _reach_of(keys: dict[tuple[str, ...], str]) -> dict[str, int]:
    reach: dict[str, int] = {}
    for words in keys:
        if len(words) > reach.get(words[0], 0):
            reach[words[0]] = len(words)
    return reach


def _second_of(keys: dict[tuple[str, ...], str]) -> dict[str, set[str]]:
    """The words that come second in the names that begin with a word."""
    second: dict[str, set[str]] = {}
    for words in keys:
        if len(words) > 1:
            second.setdefault(words[0], set()).add(words[1])
    return second


def _concept(line: bytes) -> Concept:
    key, identifier, mesh, kind, name, names, parents = json.loads(line)
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r}")
    return Concept(key, identifier, mesh, kind, name, tuple(names), tuple(parents))
