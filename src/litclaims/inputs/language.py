"""The language of a document: English is read, another one is told apart by its letters and skipped with a word.

A few windows of the running text are judged, not the whole: it costs a millisecond, and an English paper with an
abstract in another language stays English.
"""

from __future__ import annotations

import csv
import functools
import itertools
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from litclaims.errors import UnsupportedLanguage
from litclaims.model import Document

READ = "en"

MIN_LETTERS = 200
"""Running text below this tells no language surely: titles, tables and lists of names pass."""

WINDOW, WINDOWS = 400, 6
"""Characters of a window, and windows that are judged, from all over the text."""

MIN_WORDS = 8
"""A shorter block is a heading, a name or a cell, which borrow from Latin and other languages."""

MARGIN = 0.5
"""Lead over English in log-probability a letter, below which a window is of no known language. Sentences in European
languages lead by 1.0 and more, other scripts by five; of 29,000 long windows of English registry texts four lead at
all, by 0.23 at most, as a list of Latin names does (0.25)."""

IDEOGRAPHS = 0x2E80
"""Characters from here on say as much as three letters."""

PLAIN = 0.2
"""Share of the words of a window that tells English; texts in other languages hold a twentieth at most."""

MOST_WORDS = 40
"""Words of a window that mostly hold as many of those as the whole must."""

_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())

FOREIGN = 0.75
"""Share of the judged windows that are of another language in a document that is one."""


def checked(document: Document) -> Document:
    """The document with its language, where that can be told; what its format says is kept where it cannot.

    Raises:
        UnsupportedLanguage: it is in another language than English.
    """
    found = language_of(document)
    _check(found, document.source)
    return document if found is None else replace(document, language=found)


def of_text(text: str, *, source: str) -> str | None:
    """The language of a text that is not laid out, as :func:`language_of` a document.

    Raises:
        UnsupportedLanguage: it is in another language than English.
    """
    if _is_english_throughout(text):
        return READ
    found = _told(text.splitlines())
    _check(found, source)
    return found


def _is_english_throughout(text: str) -> bool:
    """True if English is told by enough of the windows that lie evenly over a text, whatever their lines are; False for
    a short one, of which it counts what is running text."""
    if len(text) < 2 * WINDOW:
        return False
    starts = range(0, len(text) - WINDOW + 1, max(WINDOW, len(text) // WINDOWS))
    plain = 0
    for start in starts:
        window = text[start : start + WINDOW]
        plain += 2 * _letters(window) >= MIN_LETTERS and _is_plain_english(window)
        if plain > (1 - FOREIGN) * len(starts):
            return True
    return False


def _check(found: str | None, source: str) -> None:
    if found is not None and found != READ:
        name = names().get(found, "another language")
        raise UnsupportedLanguage(f"is in {name} ({found}); litclaims reads English", source=source)


def language_of(document: Document) -> str | None:
    """The language of most of the running text as a two-letter code, None where it cannot be told.

    Works that it lists are in any language.
    """
    listed = {reference.span for reference in document.references}
    spans = [block.span for block in document.blocks if block.kind != "cell" and block.span not in listed]
    return _told([document.text[span.start : span.end] for span in spans])


def _told(texts: Sequence[str]) -> str | None:
    """The language of most of these texts, of which those too short to be running text are not asked."""
    windows = _windows(texts)
    if not _are_enough(windows):
        return None
    votes: Counter[str] = Counter()
    enough = (1 - FOREIGN) * len(windows)  # so many are in English, whatever the others are
    others = []
    for window in windows:
        if 2 * _letters(window) < MIN_LETTERS:  # the last may be but a rest
            continue
        if not _is_plain_english(window):
            others.append(window)
            continue
        votes[READ] += 1
        if votes[READ] > enough:
            return READ
    for window in others:
        if language := _judged(window):
            votes[language] += 1
            if votes[READ] > enough:
                return READ
    if not votes.total():
        return None
    if votes[READ] > (1 - FOREIGN) * votes.total():
        return READ
    ((first, count),) = votes.most_common(1)
    return first if count >= FOREIGN * votes.total() else None


def _are_enough(windows: Iterable[str]) -> bool:
    return any(letters >= MIN_LETTERS for letters in itertools.accumulate(map(_letters, windows)))


def _windows(texts: Sequence[str]) -> list[str]:
    """Stretches of running text, evenly from all over the texts."""
    texts = [text for text in texts if text.count(" ") >= MIN_WORDS or not text.isascii()]
    ends = list(itertools.accumulate(map(len, texts)))
    total = ends[-1] if ends else 0
    if total <= WINDOW * WINDOWS:
        whole = " ".join(texts)
        return [whole[start : start + WINDOW] for start in range(0, len(whole), WINDOW)]
    return [_from(texts, ends, number * total // WINDOWS) for number in range(WINDOWS)]


def _from(texts: Sequence[str], ends: Sequence[int], place: int) -> str:
    """A window that begins at a place in the texts put together."""
    index = bisect_right(ends, place)
    held = texts[index][len(texts[index]) - (ends[index] - place) :][:WINDOW]
    while len(held) < WINDOW and index + 1 < len(texts):
        index += 1
        held = f"{held} {texts[index]}"[:WINDOW]
    return held


def _letters(text: str) -> int:
    if text.isascii():
        return len(text.encode().translate(None, _NO_LETTERS))
    return sum(3 if character >= chr(IDEOGRAPHS) else 1 for character in text if character.isalpha())


def _judged(window: str) -> str | None:
    """The language of a window, None where none leads clearly."""
    classes, scores = _scores(window)
    best = max(range(len(scores)), key=scores.__getitem__)
    if classes[best] == READ:
        return READ
    lead = (scores[best] - scores[classes.index(READ)]) / max(1, _letters(window))
    return classes[best] if lead > MARGIN else None


def _scores(window: str) -> tuple[list[str], Any]:
    """The languages, and the log-probability of the window in each, up to a constant."""
    identifier = _identifier()
    counts = identifier.instance2fv(window.lower())
    (seen,) = (
        counts.nonzero()
    )  # of 7,480 features a window has some hundred: the whole product would take a millisecond
    # no product of matrices, for which numpy would wake its threads
    return identifier.nb_classes, (counts[seen, None] * identifier.nb_ptc[seen]).sum(axis=0) + identifier.nb_pc


def _is_plain_english(window: str) -> bool:
    """True if so many of a window's words are those that hold English sentences together that the model need not be
    asked, which takes most of the time of reading a short text."""
    words = window.lower().split()
    known, enough = english(), PLAIN * len(words)
    begin = sum(map(known.__contains__, words[:MOST_WORDS]))
    return begin >= enough or begin + sum(map(known.__contains__, words[MOST_WORDS:])) >= enough


@functools.cache
def english() -> frozenset[str]:
    """Words that English sentences are held together by, and those of other languages seldom."""
    with Path(__file__).with_name("english.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["surface"] for row in csv.DictReader(file))


@functools.cache
def _identifier() -> Any:
    """py3langid with its own model of 97 languages; loaded late, for it takes a third of a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_pickled_model(MODEL_FILE)


@functools.cache
def names() -> dict[str, str]:
    """English names of languages by their codes (ISO 639-1)."""
    with Path(__file__).with_name("languages.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}
