"""Conditions that no lexicon row names, as mentions with the concept that they link to."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from litclaims import vocab
from litclaims.extract import disease, linking
from litclaims.extract.linking import Link
from litclaims.model import Mention, Span
from litclaims.vocab import knowledge
from litclaims.vocab.wordlist import listed

SHARE = 0.5
"""A condition counts that is named so often, of all that are named in the text that the model reads, or in a heading:
what is named in passing (an exclusion, a side effect) is not what a figure hangs on. A heading that names a
curated condition names no other."""

GENERAL = 25
"""A concept with so many kinds below it (tumour, joint disease) says too little to compare by."""

MIN_LETTERS = 5
"""A name shorter than this is an acronym, and counts only if the document defines it."""

SYMPTOMS = ("MESH:D012816", "MESH:D010335")
"""Signs and Symptoms; Pathologic Processes."""

IN_PASSING = "disease in passing"
"""The rule of a condition that the document is not about: it counts only beside a figure whose people have it."""

MODELLED = "disease "
"""What the rule of a condition begins with that no lexicon row names."""

SPOKEN_FOR = ("condition", "cell_type", "route", "species")
"""Kinds of mention that a condition may not overlap: the curated name wins. A site may lie within one."""


_BRACKET = re.compile(r"[()\[\]]")


class Text(NamedTuple):
    """A text that the model reads: the block it is of, where it begins in the document, itself, and whether it is a
    title or heading."""

    block: int
    start: int
    text: str
    heads: bool


def mentions(
    texts: Sequence[Text], known: Sequence[Mention], *, abbreviations: Mapping[str, str], model: str | None = None
) -> tuple[Mention, ...]:
    """The conditions in some texts of a document, those left out that overlap what is known.

    Args:
        texts: views of blocks.
        known: the mentions of the lexicons in the whole document.
        abbreviations: of the document, with their long forms.
        model: see :func:`litclaims.extract.disease.load`.

    Raises:
        ConfigurationError: the model cannot be used.
    """
    found = disease.find([each.text for each in texts], definitions=[abbreviations] * len(texts), model=model)
    made = [
        mention
        for each, spans in zip(texts, found, strict=True)
        for span in spans
        if (mention := _mention(each, span, abbreviations)) is not None and not _is_spoken_for(mention, known)
    ]
    kept = [each for each in without_bare([*known, *made]) if not each.rule.startswith(MODELLED)]
    return tuple(_main(made, texts, kept))


def without_bare(found: Sequence[Mention]) -> list[Mention]:
    """Mentions without the bare name of a wide group that ends the whole name of a disease: the infection of ``Ebola
    virus infection``."""
    whole = {each.span.end: each for each in found if each.kind == disease.KIND and each.rule.startswith(MODELLED)}
    return [each for each in found if each.span.end not in whole or not _is_bare(each, whole[each.span.end])]


def _is_bare(short: Mention, whole: Mention) -> bool:
    """True for the bare name of a wide group at the end of a longer one that says more than how it runs."""
    if short.kind != disease.KIND or short.label not in _bare() or short.span.start <= whole.span.start:
        return False
    before = whole.surface[: short.span.start - whole.span.start].lower()
    return any(word not in _courses() for word in re.findall(r"[\w-]+", before))


@functools.cache
def _bare() -> frozenset[str]:
    return frozenset(listed("bare"))


@functools.cache
def _courses() -> frozenset[str]:
    return frozenset(listed("qualifiers"))


def _main(made: Sequence[Mention], texts: Sequence[Text], known: Sequence[Mention]) -> Iterator[Mention]:
    """Those of conditions that the document is about; of one that no concept has only those that a heading names.

    The others whose very name a concept has are kept as named in passing.
    """
    read = {each.block for each in texts}
    heads = {each.block for each in texts if each.heads} - {
        other.block for other in known if other.kind == disease.KIND
    }
    curated = sum(other.kind == disease.KIND and other.block in read for other in known)
    counts = Counter(mention.label for mention in made)
    headed = {mention.label for mention in made if mention.block in heads}
    for mention in made:
        count = counts[mention.label]
        if mention.id is None:  # of one word it may be anything that stands in capitals above a section
            about = mention.label in headed and count > 1 and len(knowledge.fold(mention.label or "")) > 1
        else:
            about = mention.label in headed or count >= max(2, SHARE * (curated + len(made)))
        if about:
            yield mention
        elif mention.id is not None and knowledge.load().exact(disease.KIND, mention.surface) is not None:
            yield replace(mention, rule=IN_PASSING)


def _is_spoken_for(mention: Mention, known: Sequence[Mention]) -> bool:
    return any(
        other.kind in SPOKEN_FOR
        and other.span.overlaps(mention.span)
        and not (other.span.end == mention.span.end and _is_bare(other, mention))
        for other in known
    )


def _mention(text: Text, found: disease.Found, abbreviations: Mapping[str, str]) -> Mention | None:
    """A stretch as a mention; None for an acronym without a long form and for a symptom."""
    surface = text.text[found.start : found.end]
    name = long_form(surface, abbreviations) or surface
    if sum(letter.isalpha() for letter in name) < MIN_LETTERS or _BRACKET.search(name):
        return None
    link = linking.link(disease.KIND, name)
    if link is not None and (is_symptom(link) or is_general(link)):
        return None
    span = Span(text.start + found.start, text.start + found.end)
    identifier = link.concept.best_id if link else None
    return Mention(disease.KIND, surface, span, f"disease {found.way}", text.block, label(name, link), identifier)


def long_form(surface: str, abbreviations: Mapping[str, str]) -> str | None:
    """What the document says an abbreviation means, in the plural too."""
    return abbreviations.get(surface) or abbreviations.get(surface.removesuffix("s"))


def is_symptom(link: Link) -> bool:
    """True for a sign or a process (fever, necrosis) in MeSH: what is seen in a patient, rarely what is treated."""
    above = knowledge.load().ancestors(link.concept.key)
    return any(root in above for root in SYMPTOMS)


def is_general(link: Link) -> bool:
    """True for a concept with many kinds below it."""
    return _below()[link.concept.key] >= GENERAL


@functools.cache
def _below() -> Counter[str]:
    """How many concepts stand directly below each."""
    concepts = knowledge.load().concepts.values()
    return Counter(parent for each in concepts if each.kind == disease.KIND for parent in each.parents)


def label(name: str, link: Link | None) -> str:
    """The canonical name of what was found: of the lexicon row with the same id, else the name itself, singular."""
    if link is not None and link.concept.id in _labels():
        return _labels()[link.concept.id]
    words = " ".join(name.split()).split(" ")
    first, last = words[0], words[-1]
    if first[1:].islower():
        words[0] = first.lower()
    if all(word[:1].isupper() and word[1:].islower() for word in (first, *words[1:])):  # of a title
        words = [word.lower() for word in words]
        last = words[-1]
    if knowledge.fold_word(last) == last.lower().removesuffix("s"):
        words[-1] = words[-1].removesuffix("s")
    return " ".join(words)


@functools.cache
def _labels() -> dict[str | None, str]:
    """The label of each id of the lexicon."""
    return {term.id: term.label for term in vocab.load(disease.KIND).rows if term.id}
