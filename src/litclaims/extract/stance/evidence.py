"""Sentences that say something for or against an intervention, one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from litclaims.extract.reference import cues
from litclaims.extract.stance.sentences import Sentence, sentences
from litclaims.model import STANCES, Document, Span

MAX_GAP = 120
"""Characters between a cue and the intervention it speaks of; beyond it another clause has begun."""

MAX_SENTENCE = 1500
"""Longer sentences are tables or lists that lost their line breaks."""

_COORDINATED = re.compile(r"([^\W\d_]+)(?:,\s|,?\s(?:and|or|and/or)\s)$")


class Found(Protocol):
    """A name found in a text, as :meth:`litclaims.vocab.Lexicon.find` gives it."""

    start: int
    end: int

    @property
    def label(self) -> str: ...


Finder = Callable[[str], Iterable[Found]]
"""Finds the conditions of a text."""


class Named(NamedTuple):
    """A condition or intervention in a sentence; ``example`` says that it is named as an example of something wider."""

    start: int
    end: int
    label: str
    example: bool = False


class Evidence(NamedTuple):
    """A sentence that holds a stance of one intervention.

    Attributes:
        stance: one of :data:`litclaims.model.STANCES`.
        conditions: those that the sentence names, empty if it names none.
        weight: of its place in the document.
    """

    intervention: str
    stance: str
    conditions: tuple[Named, ...]
    weight: float
    span: Span


class Reading(NamedTuple):
    """What the sentences of a document name, and what they hold."""

    evidence: tuple[Evidence, ...]
    conditions: tuple[tuple[Sentence, tuple[Named, ...]], ...]
    interventions: tuple[tuple[Sentence, tuple[Named, ...]], ...]


def find_evidence(document: Document, *, conditions: Finder) -> Reading:
    """Everything in a document that bears on a stance, sentence by sentence; nothing if no sentence holds one."""
    told = list(_told(document))
    if not any(each.stances for each in told):
        return Reading((), (), ())
    named = [conditions_in(each.sentence.text, conditions) for each in told]
    return Reading(
        tuple(
            Evidence(intervention, stance, names, each.sentence.weight, each.sentence.span)
            for each, names in zip(told, named, strict=True)
            for intervention, stance in each.stances
        ),
        tuple((each.sentence, names) for each, names in zip(told, named, strict=True)),
        tuple((each.sentence, each.interventions) for each in told),
    )


class _Told(NamedTuple):
    """A sentence with the interventions that it names, and the stances that it holds, each of an intervention."""

    sentence: Sentence
    interventions: tuple[Named, ...]
    stances: tuple[tuple[str, str], ...]


def _told(document: Document) -> Iterator[_Told]:
    before: tuple[Named, ...] = ()
    block = -1
    for sentence in sentences(document):
        if len(sentence.text) > MAX_SENTENCE:
            continue
        if sentence.block != block:
            before, block = (), sentence.block
        subjects = interventions(sentence.text)
        yield _Told(sentence, subjects, tuple(_judged(sentence, _taken_up(sentence.text, subjects, before))))
        before = subjects or before


def interventions(text: str) -> tuple[Named, ...]:
    """The interventions of a text in order; of two that overlap the longer stands."""
    if cues.matcher("stance", "intervention").search(text) is None:  # most sentences name none
        return ()
    found = [
        Named(match.start(), match.end(), str(cue.value))
        for cue in cues.load("stance")["intervention"]
        for match in cue.regex().finditer(text)
    ]
    kept: list[Named] = []
    for name in sorted(found, key=lambda name: (name.start - name.end, name.start)):
        if all(name.end <= other.start or other.end <= name.start for other in kept):
            kept.append(name)
    return tuple(sorted(kept))


def conditions_in(text: str, find: Finder) -> tuple[Named, ...]:
    """The conditions of a text; ``knee and back pain`` names two. Those after ``such as`` are examples."""
    found = [Named(match.start, match.end, match.label) for match in find(text)]
    for name in tuple(found):
        found.extend(_coordinated(text, name, find))
    marks = [match.end() for match in cues.matcher("stance", "example_of").finditer(text)]
    return tuple(sorted(name._replace(example=any(mark <= name.start for mark in marks)) for name in found))


def _coordinated(text: str, name: Named, find: Finder) -> Iterator[Named]:
    """The condition that a word before ``and back pain`` makes with the last word: ``knee pain``."""
    before = _COORDINATED.search(text, max(0, name.start - 40), name.start)
    head = text[name.start : name.end].rpartition(" ")[2]
    if before is None or head == text[name.start : name.end]:
        return
    made = f"{before[1]} {head}"
    for match in find(made):
        if match.start == 0 and match.end == len(made):
            yield Named(before.start(1), before.end(1), match.label)


def _taken_up(text: str, subjects: tuple[Named, ...], before: Sequence[Named]) -> tuple[Named, ...]:
    """The interventions of a sentence, with that of the sentence before if this one opens with a pronoun for it."""
    opening = cues.matcher("stance", "anaphor").match(text)
    if opening is None or not before:
        return subjects
    return (Named(opening.start(), opening.end(), before[0].label), *subjects)


def _judged(sentence: Sentence, subjects: Sequence[Named]) -> Iterator[tuple[str, str]]:
    """The stances of a sentence, each intervention and stance once."""
    if not subjects or sentence.text.rstrip().endswith("?"):
        return
    if cues.matcher("stance", *STANCES).search(sentence.text) is None:
        return
    seen = set()
    for stance in STANCES:
        for cue in cues.load("stance")[stance]:
            for match in cue.regex().finditer(sentence.text):
                subject = _subject(match, cue.order, subjects)
                if subject is None or (subject.label, stance) in seen or _taken_back(sentence.text, match, stance):
                    continue
                seen.add((subject.label, stance))
                yield subject.label, stance


def _subject(cue: re.Match[str], order: str, subjects: Sequence[Named]) -> Named | None:
    """The nearest intervention on the side of the cue that its order asks for."""
    before = [(cue.start() - name.end, name) for name in subjects if name.end <= cue.start() and order != "object"]
    after = [(name.start - cue.end(), name) for name in subjects if name.start >= cue.end() and order != "subject"]
    inside = [(0, name) for name in subjects if cue.start() <= name.start and name.end <= cue.end()]
    near = [pair for pair in (*inside, *before, *after) if pair[0] <= MAX_GAP]
    return min(near)[1] if near else None


def _taken_back(text: str, cue: re.Match[str], stance: str) -> bool:
    """True if a hedge or a negation stands before a supporting cue, or in it."""
    return stance == "supports" and cues.matcher("stance", "hedge").search(text, 0, cue.end()) is not None
