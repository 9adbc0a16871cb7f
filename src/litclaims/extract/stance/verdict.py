"""From the evidence of sentences to what the document holds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from litclaims import vocab
from litclaims.extract.stance.evidence import Evidence, Finder, Named, Reading, find_evidence
from litclaims.extract.stance.sentences import BODY, Sentence
from litclaims.model import Document, Stance

TOPIC_SHARE = 0.5
"""A condition with less than this share of the weight of the foremost one is not what the document is about."""

CONTEXT_WEIGHT = 0.5
"""A sentence that leaves the condition to the context weighs half of one that names it."""

DOMINANCE = 2.0
"""Support and doubt are ``mixed`` unless one outweighs the other so many times."""

_Key = tuple[str, str]


def find_stances(document: Document, *, conditions: Finder | None = None) -> tuple[Stance, ...]:
    """What a document holds of each intervention for each condition that it is about, in order of the text.

    Args:
        document: with its blocks; reference lists, disclaimers and contraindications in it are passed over.
        conditions: finds the conditions of a text, default the lexicon ``condition``.

    Returns:
        At most one stance an intervention and condition; ``span`` is the sentence that says it most plainly. A recipe
        or protocol that takes no side has none.
    """
    find = conditions or vocab.load("condition").find
    reading = find_evidence(document, conditions=find)
    if not reading.evidence:
        return ()
    narrow = _narrower(_labels(reading.evidence))
    topics, foremost = _topics(reading, narrow)
    renamed = _renamed_interventions(reading)
    weights: dict[_Key, Counter[str]] = defaultdict(Counter)
    plainest: dict[tuple[_Key, str], Evidence] = {}
    for piece in reading.evidence:
        intervention = renamed.get(piece.intervention, piece.intervention)
        for condition in _about(piece, topics, foremost, narrow):
            key = (intervention, condition)
            weights[key][piece.stance] += piece.weight
            best = plainest.get((key, piece.stance))
            if best is None or piece.weight > best.weight:
                plainest[key, piece.stance] = piece
    _add_context(reading.evidence, renamed, weights)
    return _stances(document, weights, plainest)


def weigh(weights: Mapping[str, float]) -> str:
    """The stance that the weights of the four add up to.

    A recommendation against outranks missing evidence, which is its usual reason.
    """
    doubt = weights.get("against", 0) + weights.get("insufficient", 0)
    support = weights.get("supports", 0)
    if support and support >= DOMINANCE * (doubt + weights.get("mixed", 0)):
        return "supports"
    if doubt and doubt >= DOMINANCE * support and doubt >= weights.get("mixed", 0):
        return "against" if weights.get("against", 0) else "insufficient"
    return "mixed"


def _labels(evidence: Iterable[Evidence]) -> set[str]:
    return {name.label for piece in evidence for name in piece.conditions}


def _narrower(labels: set[str]) -> dict[str, str]:
    """The qualified form of a condition (``low back pain`` of ``back pain``) where the evidence narrows it so."""
    found: dict[str, str] = {}
    for wide in labels:
        narrow = sorted(label for label in labels if label.endswith(f" {wide}"))
        if len(narrow) == 1:
            found[wide] = narrow[0]
    return found


def _topics(reading: Reading, narrow: Mapping[str, str]) -> tuple[set[str], set[str]]:
    """The conditions that the document is about, and those of them that it puts foremost.

    If its title or headings name conditions together with an intervention it is about these; else about those that
    weigh most in it.
    """
    weights: Counter[str] = Counter()
    headed: set[str] = set()
    for (sentence, named), (_, subjects) in zip(reading.conditions, reading.interventions, strict=True):
        labels = {narrow.get(name.label, name.label) for name in named}
        for label in labels:
            weights[label] += sentence.weight
        if subjects and _is_heading(sentence):
            headed |= labels
    if headed:
        return headed, headed
    top = max(weights.values(), default=0)
    return (
        {label for label, weight in weights.items() if weight >= TOPIC_SHARE * top},
        {label for label, weight in weights.items() if weight == top},
    )


def _is_heading(sentence: Sentence) -> bool:
    return sentence.kind in ("title", "heading")


def _renamed_interventions(reading: Reading) -> dict[str, str]:
    """Wide names that stand for a narrow one: ``stem cell injection`` in a text headed ``spinal`` ones."""
    labels = {name.label for _, subjects in reading.interventions for name in subjects}
    leading = {
        name.label for sentence, subjects in reading.interventions if sentence.weight > BODY for name in subjects
    }
    return {
        wide: narrow
        for wide in labels
        for narrow in sorted(leading)
        if wide.split()[-1] == narrow.split()[-1]
        and set(wide.split()) < set(narrow.split())
        and _same_kind(wide, narrow)
    }


def _same_kind(wide: str, narrow: str) -> bool:
    """True if the narrow name only adds a place or way to the wide one; another cell makes another intervention."""
    return wide.split()[0] == narrow.split()[0] and wide.split()[-1] != "therapy"


def _about(piece: Evidence, topics: set[str], foremost: set[str], narrow: Mapping[str, str]) -> list[str]:
    """The conditions of the document that a piece of evidence names; as examples only the foremost count."""
    labels = [(narrow.get(name.label, name.label), name) for name in piece.conditions]
    return list(dict.fromkeys(label for label, name in labels if label in _admitted(name, topics, foremost)))


def _admitted(name: Named, topics: set[str], foremost: set[str]) -> set[str]:
    return foremost if name.example else topics


def _add_context(
    evidence: Sequence[Evidence], renamed: Mapping[str, str], weights: Mapping[_Key, Counter[str]]
) -> None:
    """Evidence that names no condition strengthens what is held of its intervention elsewhere, no more."""
    for piece in evidence:
        if piece.conditions:
            continue
        intervention = renamed.get(piece.intervention, piece.intervention)
        for (known, _), counts in weights.items():
            if known == intervention:
                counts[piece.stance] += CONTEXT_WEIGHT * piece.weight


def _stances(
    document: Document, weights: Mapping[_Key, Counter[str]], plainest: Mapping[tuple[_Key, str], Evidence]
) -> tuple[Stance, ...]:
    found = []
    for key, counts in weights.items():
        stance = weigh(counts)
        pieces = [piece for (known, _), piece in plainest.items() if known == key]
        piece = plainest.get((key, stance)) or max(pieces, key=lambda piece: piece.weight)
        found.append(Stance(document.doc, *key, stance, piece.span))
    return tuple(sorted(found, key=lambda stance: (stance.span, stance.intervention, stance.condition)))
