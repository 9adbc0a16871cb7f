"""Lexicons: the names of one kind of thing, their identifiers and is-a links, and a plain matcher for text.

A lexicon is a file ``lexicons/<kind>.csv``; a new file is a new kind, nothing else has to change. Its columns:

=================  =====================================================================================================
``label``          canonical name, singular; itself a name of the thing unless ``exclude`` lists it
``id``             identifier in an ontology, empty where none was verified
``synonyms``       other names, any case, singular, separated by ``|``
``abbreviations``  names matched in this very case; with a leading ``?`` they count only where the text defines them
``exclude``        longer wordings that hold a name and mean something else (``compact disc``), matched and thrown away
``parents``        labels of the same lexicon that it is a kind of
``plural``         ``yes`` if the names have regular plurals, else ``no``
``example``        a sentence with the name in brackets: ``The cells went into the [knee].``
``counterexample`` a sentence in which the row finds nothing
``source``         where name and id were verified
``mesh``           MeSH descriptor, a column that only some lexicons have
=================  =====================================================================================================

Names are compared word by word: a space, a hyphen of any kind and a line break between two words are all the same, and
so are the straight and the curly apostrophe. Matching takes time linear in the text.
"""

from __future__ import annotations

import csv
import functools
import hashlib
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from litclaims.errors import VocabularyError

HEADER = (
    "label",
    "id",
    "synonyms",
    "abbreviations",
    "exclude",
    "parents",
    "plural",
    "example",
    "counterexample",
    "source",
)
"""The columns that every lexicon has, in order."""

OPTIONAL = ("mesh",)
"""Columns that may follow them."""

SITE_HEADER = ("site", "route", "example", "counterexample", "source")

_HERE = Path(__file__).parent
_LEXICONS = _HERE / "lexicons"
_SITE_ROUTES = _HERE / "route_site.csv"
_DATA_SUFFIXES = {".csv", ".yml", ".txt"}

_REQUIRED = ("label", "plural", "example", "counterexample", "source")
_FOLD = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"),
        **dict.fromkeys("\u207a\uff0b", "+"),
    }
)  # one character for one, so that offsets stay
_ID = re.compile(r"[A-Za-z]+:[A-Za-z0-9_]+")
_MARK = re.compile(r"\[([^\[\]]+)\]")

# A word, a possessive ending ('s), or one sign; hyphens, underscores and white space only separate.
_TOKEN = re.compile(r"[^\W_]+|(?<=\w)'[^\W_]+|[^\w\s-]")

# Between two words of a name: one line break at most, one hyphen at most. "intra- muscular" is common in old records.
_GAP = re.compile(r"[^\S\r\n\t]{0,12}(?:\r?\n[^\S\r\n\t]{0,12})?|[^\S\r\n\t]?-[^\S\r\n\t]?(?:\r?\n[^\S\r\n\t]{0,12})?")

_COMMON_GAPS = ("", " ", "-")

# Between a name and its abbreviation: "intra-articular (IA)", "intra-articular injection (IA)"; then the other order.
_THEN_SHORT = re.compile(r"(?:\s[^\W_]{1,20})?\s?[(\[]['\"]?")
_THEN_LONG = re.compile(r"['\"]?\s?[(\[=:,]\s?")

MAX_LONG_FORMS = 4096

_FAR = 40  # characters; _THEN_SHORT cannot match more
_MAX_COMBINED = 3  # separators of a name whose spellings are all written out: 2**3 = 8 variants, beyond that only 3


@dataclass(frozen=True, slots=True)
class Term:
    """A row of a lexicon; see the module's table for the columns. ``line`` is its line in the file, counted from 1.

    ``abbreviations`` are those that count everywhere, ``ambiguous`` those that count only where the text defines them.
    """

    label: str
    id: str | None = None
    synonyms: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    plural: bool = True
    example: str = ""
    counterexample: str = ""
    source: str = ""
    mesh: str | None = None
    line: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """Label and synonyms as given, without what is generated from them."""
        return self.synonyms if self.label in self.exclude else (self.label, *self.synonyms)


class Surface(NamedTuple):
    """A way to write a term, for a matcher built elsewhere."""

    text: str
    term: Term
    case_sensitive: bool
    needs_definition: bool


@dataclass(frozen=True, slots=True)
class Match:
    """A name found in a text: ``text[start:end] == surface``, half-open."""

    start: int
    end: int
    term: Term
    surface: str

    @property
    def label(self) -> str:
        """Canonical name of what was found."""
        return self.term.label


class _Tokens(NamedTuple):
    """The tokens of a text: where each stands in the folded text, and each in lower case."""

    folded: str
    matches: list[re.Match[str]]
    lows: list[str]

    def words(self, first: int, stop: int) -> tuple[str, ...]:
        """Some tokens as the folded text has them."""
        return tuple(match.group() for match in self.matches[first:stop])

    def joins(self, at: int) -> bool:
        """True if only a space, hyphen or line break stands between a token and the one before."""
        end, start = self.matches[at - 1].end(), self.matches[at].start()
        return self.folded[end:start] in _COMMON_GAPS or _GAP.fullmatch(self.folded, end, start) is not None


class _Entry(NamedTuple):
    """What a key stands for. ``term`` is None for an excluded wording, ``exact`` None if case does not matter."""

    term: Term | None
    exact: tuple[str, ...] | None
    ambiguous: bool


class _First(NamedTuple):
    """A token that names start with: how many tokens the longest of them has, which come second, and whether it is a
    name alone."""

    reach: int
    seconds: frozenset[str]
    alone: bool

    def may_begin(self, lows: Sequence[str], at: int) -> bool:
        """True if a name may begin with this token where it stands."""
        return self.alone or (at + 1 < len(lows) and lows[at + 1] in self.seconds)


class _Hit(NamedTuple):
    start: int
    end: int
    terms: tuple[Term, ...]
    ambiguous: bool


@dataclass(frozen=True)
class Lexicon:
    """All terms of one kind. Made by :func:`load` or :func:`read`; immutable.

    Attributes:
        kind: name of the file without its suffix.
        rows: in order of the file.
        sha256: of the file's bytes.
        long_forms: what was found first in each long form that was asked for.
    """

    kind: str
    rows: tuple[Term, ...]
    sha256: str
    _terms: dict[str, Term] = field(repr=False, compare=False)
    _ancestors: dict[str, tuple[str, ...]] = field(repr=False, compare=False)
    _entries: dict[tuple[str, ...], tuple[_Entry, ...]] = field(repr=False, compare=False)
    _begins: dict[str, _First] = field(repr=False, compare=False)
    long_forms: dict[str, str | None] = field(default_factory=dict, repr=False, compare=False)

    def get(self, label: str) -> Term | None:
        """The term of that label, None if there is none."""
        return self._terms.get(label)

    def ancestors(self, label: str) -> tuple[str, ...]:
        """Labels of everything that it is a kind of, nearest first, itself left out; empty for an unknown label."""
        return self._ancestors.get(label, ())

    def is_a(self, label: str, ancestor: str) -> bool:
        """True if the two are the same label or ``ancestor`` stands above ``label``."""
        return label == ancestor or ancestor in self.ancestors(label)

    def surfaces(self) -> Iterator[Surface]:
        """Every way to write every term: plurals and the spellings with space, hyphen and no-break hyphen included.

        What ``exclude`` lists is not among them, see :meth:`exclusions`; :meth:`find` heeds both.
        """
        for term in self.rows:
            seen = set()
            for text, exact, ambiguous in _written(term):
                for spelling in _spellings(text):
                    if spelling not in seen:
                        seen.add(spelling)
                        yield Surface(spelling, term, exact, ambiguous)

    def exclusions(self) -> tuple[str, ...]:
        """Longer wordings that hold a name and mean something else, in every spelling."""
        return tuple(spelling for term in self.rows for text in _excluded(term) for spelling in _spellings(text))

    def find(self, text: str, *, definitions: Mapping[str, str] | None = None) -> tuple[Match, ...]:
        """The names in a text, leftmost first, of those that start at one word the longest; none overlap.

        Args:
            text: plain text of any length.
            definitions: abbreviations known from elsewhere with their long forms, as an abbreviation detector gives
                them (``{"IA": "intra-articular"}``); those that the text itself defines need not be told.
        """
        hits = list(self._hits(_tokens(text), self._beginnings(text)))
        meant: dict[str, str] = {}
        if any(hit.ambiguous for hit in hits):
            meant = self._defined(text, hits) | self._given(definitions or {})
        return tuple(
            Match(hit.start, hit.end, term, text[hit.start : hit.end])
            for hit in hits
            if (term := self._meaning(hit, meant.get(_singular(text[hit.start : hit.end])))) is not None
        )

    def _beginnings(self, text: str) -> Sequence[int]:
        """The tokens of a text that names may begin with."""
        if self.kind in kinds() and load(self.kind) is self:
            return _beginnings(text).get(self.kind, ())
        lows, begins = _tokens(text).lows, self._begins
        return [at for at, low in enumerate(lows) if low in begins and begins[low].may_begin(lows, at)]

    def _hits(self, tokens: _Tokens, beginnings: Iterable[int]) -> Iterator[_Hit]:
        behind = 0
        for at in beginnings:
            if at < behind:
                continue
            length, entries = self._longest(tokens, at)
            if terms := tuple(entry.term for entry in entries if entry.term is not None):
                start, end = tokens.matches[at].start(), tokens.matches[at + length - 1].end()
                yield _Hit(start, end, terms, entries[0].ambiguous)
            behind = at + length

    def _longest(self, tokens: _Tokens, at: int) -> tuple[int, list[_Entry]]:
        """Number of tokens of the longest name that starts here, with what it can stand for; 1 and nothing if none."""
        first = self._begins[tokens.lows[at]]
        end, last = at + 1, min(at + first.reach, len(tokens.lows))
        if end < last and tokens.lows[end] in first.seconds:  # else no name of more than one token begins here
            while end < last and tokens.joins(end):
                end += 1
        for stop in range(end, at, -1):
            if entries := self._entries.get(tuple(tokens.lows[at:stop])):
                exact = tokens.words(at, stop)
                if fitting := [entry for entry in entries if entry.exact in (None, exact)]:
                    return stop - at, _preferred(fitting)
        return 1, []

    def _given(self, definitions: Mapping[str, str]) -> dict[str, str]:
        found = {short: _first_label(self, long) for short, long in definitions.items()}
        return {_singular(short): label for short, label in found.items() if label is not None}

    @staticmethod
    def _defined(text: str, hits: list[_Hit]) -> dict[str, str]:
        """Ambiguous abbreviations that stand next to the name they are short for, with its label; the first counts."""
        meant: dict[str, str] = {}
        for left, right in itertools.pairwise(hits):
            if left.ambiguous == right.ambiguous or right.start - left.end > _FAR:
                continue
            short, long, pattern = (right, left, _THEN_SHORT) if right.ambiguous else (left, right, _THEN_LONG)
            if long.terms[0] in short.terms and pattern.fullmatch(text[left.end : right.start]):
                meant.setdefault(_singular(text[short.start : short.end]), long.terms[0].label)
        return meant

    @staticmethod
    def _meaning(hit: _Hit, label: str | None) -> Term | None:
        if not hit.ambiguous:
            return hit.terms[0]
        return next((term for term in hit.terms if term.label == label), None)


@functools.cache
def kinds() -> tuple[str, ...]:
    """The kinds of things that there is a lexicon for, sorted: the names of the files in ``lexicons``."""
    return tuple(sorted(path.stem for path in _LEXICONS.glob("*.csv")))


@functools.cache
def load(kind: str) -> Lexicon:
    """The lexicon of a kind, read and checked once.

    Raises:
        VocabularyError: there is no such lexicon, or its file has a fault; names file, line, value and remedy.
    """
    if kind not in kinds():
        raise VocabularyError(f"no lexicon {kind!r}", source=_LEXICONS, remedy=f"use one of {', '.join(kinds())}")
    return read(_LEXICONS / f"{kind}.csv")


def kinds_in(text: str) -> set[str]:
    """The kinds of which a text may hold a name: those that have one which starts with a word of it."""
    return set(_beginnings(text))


@functools.lru_cache(maxsize=8)  # as of _tokens
def _beginnings(text: str) -> dict[str, list[int]]:
    """The tokens of a text that names may begin with, by the kind of the names: all kinds in one pass, as most words
    begin none."""
    starting = _kinds_starting()
    lows = _tokens(text).lows
    found: dict[str, list[int]] = {}
    for at in [at for at, low in enumerate(lows) if low in starting]:
        for kind, first in starting[lows[at]]:
            if first.may_begin(lows, at):
                found.setdefault(kind, []).append(at)
    return found


@functools.cache
def _kinds_starting() -> dict[str, tuple[tuple[str, _First], ...]]:
    """The kinds whose names start with a token, and what is known of those."""
    found: dict[str, list[tuple[str, _First]]] = {}
    for kind in kinds():
        for low, first in load(kind)._begins.items():
            found.setdefault(low, []).append((kind, first))
    return {low: tuple(held) for low, held in found.items()}


def read(path: Path) -> Lexicon:
    """A lexicon from a CSV file of the module's format.

    Raises:
        VocabularyError: bad header or row, a label given twice, a name under two labels, an unknown parent, a cycle.
    """
    data = path.read_bytes()
    rows = tuple(_term(path, line, cells) for line, cells in _rows(path, data, HEADER, OPTIONAL))
    terms = _by_label(path, rows)
    entries = _entries(path, rows)
    return Lexicon(
        kind=path.stem,
        rows=rows,
        sha256=hashlib.sha256(data).hexdigest(),
        _terms=terms,
        _ancestors={term.label: _ancestors(path, term, terms) for term in rows},
        _entries=entries,
        _begins=_firsts(entries),
    )


@functools.cache
def site_routes() -> dict[str, str]:
    """The route that an injection *into* a site has, by the site's label; sites with no sure route are left out.

    Raises:
        VocabularyError: the file has a fault, or names a site or route that the lexicons lack.
    """
    routes: dict[str, str] = {}
    for line, row in _rows(_SITE_ROUTES, _SITE_ROUTES.read_bytes(), SITE_HEADER, ()):
        for column, lexicon in (("site", load("target")), ("route", load("route"))):
            if lexicon.get(row[column]) is None:
                remedy = f"use a label of lexicons/{lexicon.kind}.csv or add a row there"
                raise _fault(_SITE_ROUTES, line, f"unknown {column} {row[column]!r}", remedy)
        if row["site"] in routes:
            raise _fault(_SITE_ROUTES, line, f"site {row['site']!r} twice", "keep one row a site")
        routes[row["site"]] = row["route"]
    return routes


def implied_route(site: str) -> str | None:
    """The route of an injection into a site, its own or that of the nearest site above it; None if there is none."""
    routes = site_routes()
    return next((routes[label] for label in (site, *load("target").ancestors(site)) if label in routes), None)


@functools.cache
def fingerprint() -> str:
    """SHA-256 over every vocabulary file (names and bytes), so that a run can tell which vocabulary it used."""
    digest = hashlib.sha256()
    for path in sorted(path for path in _HERE.rglob("*") if path.suffix in _DATA_SUFFIXES):
        digest.update(f"{path.relative_to(_HERE).as_posix()}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def unmark(example: str) -> tuple[str, tuple[int, int]]:
    """An example without its brackets, and the span they held.

    Raises:
        ValueError: not exactly one bracketed stretch.
    """
    marks = list(_MARK.finditer(example))
    if len(marks) != 1:
        raise ValueError(f"{len(marks)} bracketed stretches in {example!r}")
    start, end = marks[0].span()
    return example[:start] + marks[0].group(1) + example[end:], (start, end - 2)


def canonical(path: Path) -> str:
    """The text that a vocabulary file should have: rows sorted by the first column, least quoting, ``\\n`` ends."""
    header, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([header, *sorted(rows, key=lambda row: (row[0].casefold(), row[0]))])
    return out.getvalue()


def _fault(path: Path, line: int, message: str, remedy: str) -> VocabularyError:
    return VocabularyError(message, source=f"{path}:{line}", remedy=remedy)


def _rows(
    path: Path, data: bytes, header: tuple[str, ...], optional: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Line and cells of each row, its header, its length and the white space checked."""
    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True)
        columns = tuple(next(reader, ()))
        if columns[: len(header)] != header or any(column not in optional for column in columns[len(header) :]):
            raise _fault(path, 1, f"header {','.join(columns)!r}", f"make it {','.join(header)}")
        for cells in reader:
            if len(cells) != len(columns):
                raise _fault(path, reader.line_num, f"{len(cells)} cells", f"give {len(columns)}; quote commas")
            if padded := next((cell for cell in cells if cell != cell.strip()), None):
                raise _fault(path, reader.line_num, f"white space around {padded!r}", "take it off")
            yield reader.line_num, dict(zip(columns, cells, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise VocabularyError(str(error), source=path, remedy="write it as UTF-8 CSV") from error


def _term(path: Path, line: int, row: Mapping[str, str]) -> Term:
    for column in _REQUIRED:
        if not row[column]:
            raise _fault(path, line, f"empty {column} of {row['label']!r}", f"fill in the {column}")
    if row["plural"] not in ("yes", "no"):
        raise _fault(path, line, f"plural {row['plural']!r} of {row['label']!r}", "write yes or no")
    if row["id"] and not _ID.fullmatch(row["id"]):
        raise _fault(path, line, f"id {row['id']!r} of {row['label']!r}", "write it as PREFIX:NUMBER or leave it empty")
    try:
        unmark(row["example"])
    except ValueError as error:
        raise _fault(path, line, str(error), "put brackets around the one name that the row finds") from error
    short = _listed(path, line, row, "abbreviations")
    return Term(
        label=row["label"],
        id=row["id"] or None,
        synonyms=_listed(path, line, row, "synonyms"),
        abbreviations=tuple(text for text in short if not text.startswith("?")),
        ambiguous=tuple(text[1:] for text in short if text.startswith("?")),
        exclude=_listed(path, line, row, "exclude"),
        parents=_listed(path, line, row, "parents"),
        plural=row["plural"] == "yes",
        example=row["example"],
        counterexample=row["counterexample"],
        source=row["source"],
        mesh=row.get("mesh") or None,
        line=line,
    )


def _listed(path: Path, line: int, row: Mapping[str, str], column: str) -> tuple[str, ...]:
    parts = tuple(row[column].split("|")) if row[column] else ()
    if any(not part.lstrip("?").strip() for part in parts):
        raise _fault(path, line, f"{column} of {row['label']!r} hold an empty part", "put | only between two names")
    if twice := next((part for part in parts if parts.count(part) > 1), None):
        raise _fault(path, line, f"{column} of {row['label']!r} give {twice!r} twice", "give each once")
    return parts


def _by_label(path: Path, rows: Iterable[Term]) -> dict[str, Term]:
    terms: dict[str, Term] = {}
    for term in rows:
        if term.label in terms:
            remedy = f"merge it with line {terms[term.label].line}"
            raise _fault(path, term.line, f"label {term.label!r} twice", remedy)
        terms[term.label] = term
    return terms


def _ancestors(path: Path, term: Term, terms: Mapping[str, Term]) -> tuple[str, ...]:
    """Breadth first, so that the nearest come first."""
    found: list[str] = []
    level = list(term.parents)
    while level:
        for label in level:
            if label not in terms:
                remedy = "add a row of that label or name another parent"
                raise _fault(path, term.line, f"unknown parent {label!r} of or above {term.label!r}", remedy)
            if label == term.label:
                raise _fault(path, term.line, f"{label!r} is a kind of itself", "break the cycle of parents")
        fresh = [label for label in dict.fromkeys(level) if label not in found]
        found += fresh
        level = [parent for label in fresh for parent in terms[label].parents]
    return tuple(found)


def _entries(path: Path, rows: tuple[Term, ...]) -> dict[tuple[str, ...], tuple[_Entry, ...]]:
    entries: dict[tuple[str, ...], list[_Entry]] = {}
    for term in rows:
        for text, exact, ambiguous in _written(term):
            entry = _Entry(term, _exact(text) if exact else None, ambiguous)
            if clash := _add(entries, text, entry):
                remedy = "keep it under one, or mark an abbreviation as ambiguous with ?"
                raise _fault(path, term.line, f"{text!r} under {clash!r} and {term.label!r}", remedy)
    for term in rows:
        for text in _excluded(term):
            there = entries.setdefault(_key(text), [])
            if clash := next((entry.term for entry in there if entry.term and entry.exact is None), None):
                remedy = "take it off the one or the other; of two names the longer wins anyway"
                raise _fault(path, term.line, f"{term.label!r} excludes {text!r}, a name of {clash.label!r}", remedy)
            there.append(_Entry(None, None, False))
    return {key: tuple(values) for key, values in entries.items()}


def _add(entries: dict[tuple[str, ...], list[_Entry]], text: str, entry: _Entry) -> str | None:
    """Add an entry unless it is there; the label it clashes with, if any."""
    there = entries.setdefault(_key(text), [])
    for other in there:
        if other.ambiguous or entry.ambiguous:
            continue
        if other.term is entry.term and other.exact in (None, entry.exact):
            return None
        if other.term is not entry.term and (None in (other.exact, entry.exact) or other.exact == entry.exact):
            return other.term.label
    if entry not in there:
        there.append(entry)
    return None


def _preferred(entries: list[_Entry]) -> list[_Entry]:
    """An excluded wording beats all, a sure name beats ambiguous abbreviations, of which all are kept."""
    excluded = [entry for entry in entries if entry.term is None]
    sure = [entry for entry in entries if not entry.ambiguous]
    return excluded or sure[:1] or entries


def _firsts(entries: Iterable[tuple[str, ...]]) -> dict[str, _First]:
    """The tokens that names start with."""
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for key in entries:
        by_first.setdefault(key[0], []).append(key)
    return {
        first: _First(max(map(len, keys)), frozenset(key[1] for key in keys if len(key) > 1), (first,) in keys)
        for first, keys in by_first.items()
    }


def _first_label(lexicon: Lexicon, name: str) -> str | None:
    """What a lexicon finds first in a long form; a document's abbreviations are asked for again with each block."""
    known = lexicon.long_forms
    if name not in known:
        if len(known) >= MAX_LONG_FORMS:
            known.clear()
        known[name] = next((match.label for match in lexicon.find(name)), None)
    return known[name]


@functools.lru_cache(maxsize=8)  # a text is searched for one kind after the other, with a look at others in between
def _tokens(text: str) -> _Tokens:
    folded = text if text.isascii() else text.translate(_FOLD)
    found = list(_TOKEN.finditer(folded))
    return _Tokens(folded, found, [match.group().lower() for match in found])


def _exact(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(text.translate(_FOLD)))


def _key(text: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _exact(text))


def _written(term: Term) -> Iterator[tuple[str, bool, bool]]:
    """Every name of a term with its plural: text, whether case matters, whether it needs a definition."""
    for name in term.names:
        for text in _unpossessed(name):
            yield text, False, False
            if term.plural and text[-1].isalpha():
                yield _plural(text), False, False
    for ambiguous, names in ((False, term.abbreviations), (True, term.ambiguous)):
        for name in names:
            yield name, True, ambiguous
            if term.plural and name[-1].isalnum():
                yield f"{name}s", True, ambiguous


def _excluded(term: Term) -> Iterator[str]:
    for text in term.exclude:
        if text != term.label:
            yield text
            yield _plural(text)


def _unpossessed(text: str) -> tuple[str, ...]:
    """A name after a person in the three ways that are written: Crohn's, Crohn, Crohns."""
    return (text, text.replace("'s", ""), text.replace("'s", "s")) if "'s" in text else (text,)


def _singular(abbreviation: str) -> str:
    """Without the plural s of an abbreviation, so that MPCs and MPC share a definition."""
    return abbreviation[:-1] if abbreviation[-1:] == "s" and abbreviation[:-1].isupper() else abbreviation


def _plural(text: str) -> str:
    """The regular plural of the last word; a word that looks like a plural stays."""
    if re.search(r"[^aiosu]s$", text):
        return text
    if re.search(r"[^aeiou]y$", text):
        return text[:-1] + "ies"
    return text + ("es" if re.search(r"(s|x|z|ch|sh)$", text) else "s")


def _spellings(text: str) -> Iterator[str]:
    """A name with space, hyphen or no-break hyphen between its words; of long names only three of the many ways."""
    words = re.split(r"[ -]", text)
    yield text
    if len(words) - 1 <= _MAX_COMBINED:
        for marks in itertools.product((" ", "-"), repeat=len(words) - 1):
            yield "".join(itertools.chain.from_iterable(zip(words, (*marks, ""), strict=True)))
    yield from (mark.join(words) for mark in (" ", "-", "\N{NON-BREAKING HYPHEN}"))
