"""What a document is about as a whole: the last place to look for what a figure hangs on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from litclaims import vocab
from litclaims.model import Document, Mention

LEAD = 2_500
"""The first characters of a document, that state its subject where its title does not: as long as an abstract."""

SHARE, SHARE_OF_ROUTES = 0.6, 0.7
"""A condition or cell type that has this share of its kind's mentions is what the document is about. A wrong route
misleads more than a missing one, so that a route needs more."""

OFTEN = 3
"""A route named so often, and hardly any other, is the document's wherever it first stands."""

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
            by_kind[kind], step[kind] = tuple(_precise(distinct(found), mentions)), where
    return Subject(by_kind, step)


def _precise(found: Sequence[Mention], mentions: Sequence[Mention]) -> list[Mention]:
    """Kinds of cell as precise as the text: pericytes of a title are the adventitial pericytes that it speaks of."""
    return [_most_precise(mention, mentions) if mention.kind == "cell_type" else mention for mention in found]


def _most_precise(general: Mention, mentions: Sequence[Mention]) -> Mention:
    lexicon = vocab.load(general.kind)
    of_kind = [mention for mention in mentions if mention.kind == general.kind and mention.label is not None]
    counts = Counter(mention.label for mention in of_kind)
    kinds = [label for label in counts if label != general.label and lexicon.is_a(label, general.label or "")]
    best = max(kinds, key=lambda label: counts[label], default=None)
    if best is None or counts[best] <= counts[general.label]:
        return general
    return next(mention for mention in of_kind if mention.label == best)


def _main(document: Document, mentions: Sequence[Mention], kind: str) -> list[Mention]:
    """The mentions of a kind that a document without one in its title is about; none if it has several subjects."""
    of_kind = [mention for mention in mentions if mention.kind == kind]
    if kind == "route":
        # other drugs are given too: a route counts where the same block speaks of a kind of cell
        celled = {mention.block for mention in mentions if mention.kind == "cell_type"}
        of_kind = [mention for mention in of_kind if mention.block in celled]
    if not of_kind or kind == "target":
        return []
    counts = Counter(mention.label for mention in of_kind)
    label, count = counts.most_common(1)[0]
    if count < (SHARE_OF_ROUTES if kind == "route" else SHARE) * counts.total():
        return []
    first = next(mention for mention in of_kind if mention.label == label)
    alone = len(counts) == 1 and (kind == "route" or count > 1)
    often = kind == "route" and count >= OFTEN
    stated = kind == "species" or first.span.start < LEAD or alone or often
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
