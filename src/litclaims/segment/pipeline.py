"""The spaCy pipeline: scispaCy's tokenizer with our unit rules, its sentence splitter and its abbreviation detector.

No trained model is needed: everything here works offline from the installed packages.
"""

from __future__ import annotations

import functools
import re
import threading
import warnings

import scispacy.abbreviation  # noqa: F401  (registers "abbreviation_detector")
import spacy
from scispacy.custom_tokenizer import combined_rule_prefixes, combined_rule_tokenizer
from spacy.language import Language
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
