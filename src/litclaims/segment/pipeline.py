"""The spaCy pipeline: scispaCy's tokenizer with our unit rules, its sentence splitter and its abbreviation detector.

No trained model is needed: everything here works offline from the installed packages.
"""

from __future__ import annotations

import functools
import re
import threading
import warnings
from bisect import bisect_left
from collections.abc import Iterator

import numpy
import spacy
from scispacy.abbreviation import filter_matches, find_abbreviation  # and registers "abbreviation_detector"
from scispacy.custom_tokenizer import combined_rule_prefixes, combined_rule_tokenizer
from spacy.attrs import ORTH
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

from litclaims.segment import sentences
from litclaims.vocab.measurement import surfaces
from litclaims.vocab.wordlist import alternation, rows

_LOCK = threading.Lock()

_SINGLE_LETTER = re.compile(r"[a-z]\.")
"""spaCy keeps ``h.`` and ``g.`` whole as abbreviations; at the end of a sentence they are a unit and a full stop."""


def load() -> Language:
    """The pipeline, made once a process; safe to call from several threads."""
    with _LOCK:
        return _load()


@functools.cache
def _load() -> Language:
    nlp = spacy.blank("en")
    nlp.tokenizer = tokenizer(nlp)
    nlp.add_pipe(sentences.NAME)  # scispaCy's pysbd_sentencizer, where a plain rule is unsure
    # serializable: the long form is kept as text and offsets, so that a Doc can be written
    nlp.add_pipe("abbreviation_detector", config={"make_serializable": True})
    return nlp


def definitions(doc: Doc) -> list[tuple[str, str]]:
    """The abbreviations that a text defines, each with its long form, as scispaCy's detector tells them.

    The detector goes on to mark every place of each, which nobody here asks for and costs most of its time.
    """
    found: dict[str, str] = {}
    for long_candidate, short_candidate in filter_matches(list(_brackets(doc)), doc):
        short, long = find_abbreviation(long_candidate, short_candidate)
        if long is not None and short.text not in found and long.text not in found.values():
            found[short.text] = long.text
    return list(found.items())


LONGEST_BRACKET = 8
"""Tokens in a bracket that the detector looks at."""


def _brackets(doc: Doc) -> Iterator[tuple[int, int, int]]:
    """What stands in brackets, as the detector's matcher gives it in a time that grows with their square."""
    signs = doc.to_array(ORTH)
    opened, closed = (numpy.flatnonzero(signs == doc.vocab.strings[sign]).tolist() for sign in "()")
    for close in closed:
        first = bisect_left(opened, close - LONGEST_BRACKET - 1)
        yield from ((0, at + 1, close) for at in reversed(opened[first : bisect_left(opened, close - 1)]))


def unit_surfaces() -> list[str]:
    """The units and cell words that the extractor knows; the tokenizer splits a number from just these."""
    nouns = [row.surface for row in rows("nouns", "unit", "role")]
    numbers = [
        row.surface for row in rows("numbers", "role", "value") if row.get("role") in ("multiplier", "suffix", "letter")
    ]
    return [surface for surface in (*surfaces(), *nouns, *numbers) if " " not in surface]


def tokenizer(nlp: Language):
    """scispaCy's ``combined_rule_tokenizer`` with unit-aware rules on top.

    Added: a number is split from a unit, multiplier or cell word stuck to it (``40M``, ``5mL.``, ``10^8cells``), from
    comparison signs, ranges, powers and slashes, so that every figure begins and ends at a token.
    """
    with warnings.catch_warnings():
        # one of scispaCy's suffixes holds "||" in a set, of which Python warns; we replace the suffixes below
        warnings.filterwarnings("ignore", message="Possible set union", category=FutureWarning)
        made = combined_rule_tokenizer(nlp)
    made.rules = {text: rule for text, rule in made.rules.items() if not _SINGLE_LETTER.fullmatch(text)}
    words = alternation([surface for surface in unit_surfaces() if surface[0].isalpha() or surface[0] in "µ°"])
    glued = rf"(?:{words})s?"
    infixes = [
        rf"(?<=[0-9])(?:{glued})(?![A-Za-z])",
        r"(?<=[0-9A-Za-z²³⁰¹⁴-⁹)])/(?=[0-9A-Za-zµ])",
        r"(?<=[0-9A-Za-z).])[–—−‐](?=[0-9<>≤≥~.(])",
        r"(?<=[0-9)])[-–—](?=[0-9<>≤≥~.(A-Za-z])",
        r"(?<=[0-9.)])[xX*·⋅×](?=\s?[0-9])",
        r"(?<=10)(?:\^|\*\*)(?=[0-9])",
        r"(?<=10)(?=[(⁰-⁹¹²³])[(]?",
        r"(?<=[A-Za-z0-9):,=])[<>≤≥≈~±=](?=[0-9])",
        r"(?<=[0-9])[(),;:](?=[A-Za-z0-9])",
        r"(?<=[A-Za-z]):(?=[0-9])",
        r"<sup>|</sup>",
        *_infixes(nlp),
    ]
    prefixes = [*combined_rule_prefixes(), r"[<>≤≥≈~±∼=(\[*_:;]", r"\.(?=[0-9])", r"[xX×](?=[0-9])", r"[–—-](?=[0-9])"]
    suffixes = [
        rf"(?<=[0-9])(?:{glued})",
        rf"(?<=[0-9])(?:{glued})(?=\.)",
        rf"(?:(?<={_longest()}))\.",
        r"[)\]*_:;,.\-–—/]",
    ]
    # spaCy keeps emoticons whole, and "8)" is one: it ends many a power in brackets
    made.rules = {text: rule for text, rule in made.rules.items() if not _EMOTICON.match(text)}
    made.infix_finditer = compile_infix_regex(infixes).finditer
    made.prefix_search = compile_prefix_regex(prefixes).search
    made.suffix_search = compile_suffix_regex([*suffixes, *_suffixes()]).search
    return made


_EMOTICON = re.compile(r"\d[-)D]")


def _infixes(nlp: Language) -> list[str]:
    return [pattern for pattern in nlp.Defaults.infixes or [] if isinstance(pattern, str)]


def _suffixes() -> list[str]:
    return [r"'s", r"’s", r"%"]


def _longest() -> str:
    """A look-behind of fixed width for the units that keep their full stop in plain spaCy (``mM.``, ``mL.``)."""
    return "[A-Za-zµ²³%]"
