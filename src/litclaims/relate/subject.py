"""What a document is about as a whole: the last place to look for what a figure hangs on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from litclaims import vocab
from litclaims.model import Document, Mention

LEAD_BLOCKS = 3
"""The first blocks of a document that state its subject where it has no title."""

SHARE = 0.7
"""A route or cell type that has this share of its kind's mentions is what the document is about."""

NAMED_IN_TITLE = ("condition", "cell_type", "target", "route", "species")


@dataclass(frozen=True, slots=True)
class Subject:
    """Mentions that stand for the document, by kind, and which step they came from (``title`` or ``document``)."""

    by_kind: dict[str, tuple[Mention, ...]]
    step: dict[str, str]

    def get(self, kind: str) -> tuple[Mention, ...]:
        """The mentions of a kind, empty if the document has no one subject of it."""
        return self.by_kind.get(kind, ())


def subject(document: Document, mentions: Sequence[Mention]) -> Subject:
    """The subject of a document from its title, else from its lead and what it names most."""
    by_kind: dict[str, tuple[Mention, ...]] = {}
    step: dict[str, str] = {}
    titles = {index for index, block in enumerate(document.blocks) if block.kind == "title"}
    for kind in NAMED_IN_TITLE:
        named = [mention for mention in mentions if mention.kind == kind and mention.block in titles]
        if kind == "target" and len({mention.label for mention in named}) > 1:
            continue  # a title over several sites does not say which of them a figure is for
        found, where = (named, "title") if named else (_main(document, mentions, kind), "document")
        if found:
            by_kind[kind], step[kind] = tuple(distinct(found)), where
    return Subject(by_kind, step)


def _main(document: Document, mentions: Sequence[Mention], kind: str) -> list[Mention]:
    """The mentions of a kind that a document without one in its title is about; none if it has several subjects."""
    of_kind = [mention for mention in mentions if mention.kind == kind]
    if not of_kind or kind == "target":
        return []
    counts = Counter(mention.label for mention in of_kind)
    label, count = counts.most_common(1)[0]
    if count < SHARE * counts.total():
        return []
    first = next(mention for mention in of_kind if mention.label == label)
    stated = kind == "species" or first.block < LEAD_BLOCKS or (len(counts) == 1 and (kind == "route" or count > 1))
    return [first] if stated else []


def distinct(mentions: Sequence[Mention]) -> list[Mention]:
    """One mention a label, in order; a label whose kind is said more precisely by another (is-a) is left out."""
    first: dict[str | None, Mention] = {}
    for mention in mentions:
        first.setdefault(mention.label, mention)
    labels = [label for label in first if label is not None]
    return [mention for label, mention in first.items() if not _is_general(mention.kind, label, labels)]


def _is_general(kind: str, label: str | None, labels: Sequence[str]) -> bool:
    if label is None or kind not in vocab.kinds():
        return False
    lexicon = vocab.load(kind)
    return any(other != label and lexicon.is_a(other, label) for other in labels)
