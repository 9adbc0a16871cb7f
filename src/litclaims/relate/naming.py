"""What a text means by its names: abbreviations that it explains, and diseases of a site that it names beside them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from litclaims import vocab
from litclaims.model import Mention

_OPENS = re.compile(r"s?\s?\(")
_SHORT = re.compile(r"[a-z]{0,3}[A-Z][A-Za-z-]{0,3}[A-Z][A-Za-z]{0,4}")
_SITE_BEHIND = re.compile(r"(?:\s\([A-Za-z]{1,5}\))?\s(?:(?:of|in)\s(?:(?:the|both|one|a)\s)?)?")

EXPLAINED = "cell_type"
"""The kind whose abbreviations a text may explain by a narrower name than they have in the field; of diseases it is
named so in passing: ``acute myocardial infarction (MI)``."""


def as_meant(mentions: Sequence[Mention], text: str) -> list[Mention]:
    """Mentions, in order, as their text means them.

    Its own explanations win: after ``adipose-derived stem cells (MSCs)`` its MSCs are these. The name of a disease
    within a longer one (the OA of ``hip OA``) is left out, and one with its site behind it is that of the site:
    ``osteoarthritis (OA) of the hip``.
    """
    meant = _explained(mentions, text)
    named = [_as_explained(each, meant) for each in _outermost(mentions)]
    sites = {each.span.start: each for each in named if each.kind == "target"}
    return [_of_site(each, sites, text) if each.kind == "condition" else each for each in named]


def _outermost(mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions without conditions that lie in a longer one of the same or of a narrower kind."""
    kept: list[Mention] = []
    last: Mention | None = None
    for each in sorted(mentions, key=lambda each: (each.span.start, -each.span.end)):
        if each.kind == "condition":
            if last is not None and len(each.span) < len(last.span) and _names_again(each, last):
                continue
            last = each
        kept.append(each)
    return sorted(kept, key=lambda each: each.span)


def _names_again(inner: Mention, outer: Mention) -> bool:
    if not outer.span.contains(inner.span):
        return False
    return inner.label == outer.label or vocab.load(inner.kind).is_a(outer.label or "", inner.label or "")


def _explained(mentions: Sequence[Mention], text: str) -> dict[str, Mention]:
    """The narrower kind of cell that an abbreviation stands for where the text explains it by that."""
    found: dict[str, Mention] = {}
    for long, short in itertools.pairwise(each for each in mentions if each.kind == EXPLAINED):
        name = short.surface.removesuffix("s")
        if not _SHORT.fullmatch(name) or not _OPENS.fullmatch(text, long.span.end, short.span.start):
            continue
        if long.label != short.label and vocab.load(EXPLAINED).is_a(long.label or "", short.label or ""):
            found.setdefault(name, long)
    return found


def _as_explained(mention: Mention, meant: dict[str, Mention]) -> Mention:
    long = meant.get(mention.surface.removesuffix("s")) if mention.kind == EXPLAINED else None
    return mention if long is None else replace(mention, label=long.label, id=long.id)


def _of_site(mention: Mention, sites: dict[int, Mention], text: str) -> Mention:
    """A condition with its site behind it as that of the site, if there is such a one."""
    gap = _SITE_BEHIND.match(text, mention.span.end)
    site = sites.get(gap.end()) if gap is not None else None
    term = vocab.load("condition").get(f"{site.label} {mention.label}") if site is not None else None
    if term is None or not vocab.load("condition").is_a(term.label, mention.label or ""):
        return mention
    return replace(mention, label=term.label, id=term.id)
