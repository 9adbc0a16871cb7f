"""Names linked to concepts: what is written the same first, what is nearly the same only if nothing speaks against it.

scispaCy's candidate generator finds the names that are like one; see :mod:`litclaims.extract.linking.index`.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import OSA
from spacy.lang.en.stop_words import STOP_WORDS

from litclaims import vocab
from litclaims.extract.linking.index import CosineIndex, Trigrams
from litclaims.vocab import knowledge
from litclaims.vocab.knowledge import Concept

if TYPE_CHECKING:
    from scispacy.candidate_generation import CandidateGenerator
    from scispacy.linking import EntityLinker
    from scispacy.linking_utils import Entity

__all__ = ["KINDS", "Link", "entity_linker", "identifier", "link"]

KINDS = knowledge.KINDS

THRESHOLD = 0.9
"""The least cosine of a name that is not the same."""

CANDIDATES = 10
"""Names looked at for one mention; several may be of one concept."""

MIN_WORD = 6
"""A word must be so long that one other letter in it is a slip of the pen and not another word."""

MAX_NAME = 120
"""Characters; nothing longer is the name of one thing."""

_DIGIT = re.compile(r"\d")


class Link(NamedTuple):
    """A concept, how like its name is (1.0 for the same), and the way: ``exact`` or ``fuzzy``."""

    concept: Concept
    score: float
    way: str


@functools.lru_cache(maxsize=65_536)
def link(kind: str, name: str) -> Link | None:
    """The concept of a kind that a name means; None where none is sure.

    Args:
        kind: one of :data:`KINDS`, which the concept will have.
        name: a mention, or the long form of an abbreviation, as written.

    Raises:
        VocabularyError: the knowledge base is missing or broken.
    """
    words = knowledge.fold(name[: MAX_NAME + 1])
    if not words or len(name) > MAX_NAME:
        return None
    concept = knowledge.load().of_words(kind, words)
    return Link(concept, 1.0, "exact") if concept is not None else _like(kind, words)


def identifier(kind: str, label: str) -> str | None:
    """The id of a canonical name: that of its lexicon row (the ontology's, else MeSH's), else that of the concept of
    the same name; None where there is none. A name that is only like another's gets none."""
    if kind not in KINDS:
        return None
    term = vocab.load(kind).get(label)
    if term is not None and (term.id or term.mesh):
        return term.id or f"MESH:{term.mesh}"
    concept = knowledge.load().exact(kind, label[:MAX_NAME])
    return concept.best_id if concept else None


def _like(kind: str, words: tuple[str, ...]) -> Link | None:
    """The concept of the likest name, if no other concept's is as like and its words are the same but for slips."""
    if max(map(len, words)) < MIN_WORD:
        return None
    [candidates] = generator(kind)([" ".join(words)], CANDIDATES)
    ranked = sorted(((max(each.similarities), each) for each in candidates), key=lambda pair: -pair[0])
    for score, candidate in ranked:
        if score < THRESHOLD:
            return None
        if any(_is_slip(words, tuple(alias.split())) for alias in candidate.aliases):
            return Link(knowledge.load().concepts[candidate.concept_id], round(float(score), 4), "fuzzy")
    return None


def _is_slip(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """True if two names differ by small words, order or one letter a long word: ``type 1`` is never ``type 2``."""
    ours, theirs = _telling(words), _telling(others)
    left, right = sorted(set(ours) - set(theirs)), sorted(set(theirs) - set(ours))
    return len(ours) == len(theirs) and len(left) == len(right) and all(map(_is_slip_of, left, right))


def _telling(words: tuple[str, ...]) -> list[str]:
    return [word for word in words if word not in STOP_WORDS]


def _is_slip_of(word: str, other: str) -> bool:
    return (
        min(len(word), len(other)) >= MIN_WORD
        and word[:2] == other[:2]  # abductor is not adductor
        and not _DIGIT.search(word + other)
        and OSA.distance(word, other, score_cutoff=1) <= 1
    )


class Names:
    """The names of one kind in the shape of scispaCy's ``KnowledgeBase``, of which its generator asks the first alone.

    Attributes:
        alias_to_cuis: keys of the concepts of each folded name.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.alias_to_cuis = {" ".join(words): {key} for words, key in knowledge.load().names(kind)}

    @functools.cached_property
    def cui_to_entity(self) -> dict[str, Entity]:
        """Each concept by key, as scispaCy's linker wants it."""
        from scispacy.linking_utils import Entity

        named: dict[str, list[str]] = {}
        for alias, [key] in self.alias_to_cuis.items():
            named.setdefault(key, []).append(alias)
        concepts = knowledge.load().concepts
        return {key: Entity(key, concepts[key].name, names, [self.kind]) for key, names in named.items()}


@functools.cache
def generator(kind: str) -> CandidateGenerator:
    """scispaCy's candidate generator over the names of one kind, made when it is first needed."""
    from scispacy.candidate_generation import CandidateGenerator  # late: it takes sklearn, and a second

    names = Names(kind)
    aliases = list(names.alias_to_cuis)
    vectorizer = Trigrams(aliases)
    return CandidateGenerator(CosineIndex(vectorizer.rows), vectorizer, aliases, names)


def entity_linker(kind: str) -> EntityLinker:
    """scispaCy's linker component over the same names, for a pipeline whose ``doc.ents`` are all of one kind.

    It gives ``ent._.kb_ents``: keys of concepts with their cosine, at :data:`THRESHOLD` or above.
    """
    from scispacy.linking import EntityLinker

    return EntityLinker(
        candidate_generator=generator(kind),
        resolve_abbreviations=True,
        k=CANDIDATES,
        threshold=THRESHOLD,
        filter_for_definitions=False,
        max_entities_per_mention=1,
    )
