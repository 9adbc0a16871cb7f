"""Gold files: figure claims annotated by hand, one document a line of JSON, read strictly.

A line holds ``doc`` and ``claims``, and may hold ``text`` (inline, where there is no file), ``traps`` (figures that a
careless reader would take for a dose), ``optional`` (claims that count for nothing), ``references`` and ``stances``.
A fault in gold is a fault in every score that rests on it, so the first one stops the reading.
"""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from litclaims.errors import GoldError
from litclaims.model import BOUNDS, DOSE_MEASURES, MEASURES, STANCES, STATUSES, Quantity, Span

TEXT_ATTRIBUTES = ("basis", "cell_type", "species", "status")
LIST_ATTRIBUTES = ("route", "target", "condition", "citations")
REFERENCE_FIELDS = (
    "marker",
    "first_author",
    "title",
    "journal",
    "year",
    "volume",
    "pages",
    "doi",
    "pmid",
    "url",
    "accessed",
)
LINE_KEYS = ("doc", "text", "claims", "traps", "optional", "references", "stances")
SPAN_KEYS = ("figure", "start", "end")
CLAIM_KEYS = (*SPAN_KEYS, "measure", "low", "high", "unit", "bound")
STANCE_KEYS = ("intervention", "condition", "stance")

ENDS_NEEDED = {
    "exact": ("low", "high"),
    "range": ("low", "high"),
    "approximate": ("low", "high"),
    "less_than": ("high",),
    "at_most": ("high",),
    "greater_than": ("low",),
    "at_least": ("low",),
}
"""The ends that a bound must give; the other side may be open."""

TYPO_LIKENESS = 0.87
"""A key this like a known one is taken for a slip of it: ``rout`` is 0.89, while ``cell_type_id`` is 0.86."""

LARGEST_EXPONENT = 300
"""Numbers beyond 10^±300 do not fit the tables' floats and are no figure of any document."""


@dataclass(frozen=True, slots=True)
class GoldClaim:
    """A figure that should be found.

    Attributes:
        attributes: the attributes that the annotator stated, null among them as no values: ``(("route", ("oral",)),
            ("basis", ()))``. What is not named here is not scored.
        why: of an optional claim, why careful readers differ.
    """

    figure: str
    span: Span
    measure: str
    quantity: Quantity
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    why: str = ""

    def values(self, name: str) -> tuple[str, ...] | None:
        """The values of an attribute, empty where it is stated as null, None where it is not stated."""
        return dict(self.attributes).get(name)


@dataclass(frozen=True, slots=True)
class GoldTrap:
    """A figure that is no dose, though a careless reader would take it for one."""

    figure: str
    span: Span
    why: str


@dataclass(frozen=True, slots=True)
class GoldReference:
    """An entry of a reference list; ``fields`` holds what the annotator stated, null among it."""

    fields: tuple[tuple[str, str | int | None], ...]

    def states(self, name: str) -> bool:
        """True if the annotator stated the field, be it as null."""
        return name in dict(self.fields)

    def value(self, name: str) -> str | int | None:
        """The field's value, None if it is null or not stated."""
        return dict(self.fields).get(name)


@dataclass(frozen=True, slots=True)
class GoldStance:
    """What the document holds of an intervention for a condition."""

    intervention: str
    condition: str
    stance: str


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """One annotated document.

    Attributes:
        doc: its name in the gold file.
        line: where the gold file first names it.
        path: its file, None for inline text.
        text: the text that the offsets index; None where only ingestion can tell (every file that is not ``.txt``).
        sha256: of the file's bytes or of the inline text.
        references, stances: None where they were not annotated, which differs from there being none.
    """

    doc: str
    line: int
    path: Path | None
    text: str | None
    sha256: str
    claims: tuple[GoldClaim, ...] = ()
    optional: tuple[GoldClaim, ...] = ()
    traps: tuple[GoldTrap, ...] = ()
    references: tuple[GoldReference, ...] | None = None
    stances: tuple[GoldStance, ...] | None = None


@dataclass(frozen=True, slots=True)
class GoldFile:
    """A gold file; ``sha256`` covers the annotations and every text they point into."""

    path: Path
    sha256: str
    documents: tuple[GoldDocument, ...]

    @property
    def name(self) -> str:
        """The file's name, which scores and floors are keyed by."""
        return self.path.name


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a fault is: ``FILE:LINE``, and which item of the line."""

    source: str
    label: str = ""

    def at(self, label: str) -> _Place:
        return _Place(self.source, f"{self.label}: {label}" if self.label else label)

    def fault(self, message: str, remedy: str) -> GoldError:
        text = f"{self.label}: {message}" if self.label else message
        return GoldError(text, source=self.source, remedy=remedy)


def read_gold(path: Path, *, root: Path | None = None) -> GoldFile:
    """The annotated documents of a gold file.

    Args:
        path: JSON lines, UTF-8.
        root: the folder that each ``doc`` is relative to. Then, and without it, a document is looked for in the gold
            file's folder, its parent, and the folder next to it that is named like the gold file
            (``gold/seeds.jsonl`` → ``seeds``).

    Raises:
        GoldError: the file cannot be read or holds a fault; names file, line, value and remedy.
    """
    raw = _read_bytes(path)
    documents: dict[str, GoldDocument] = {}
    for number, line in _lines(raw, path):
        place = _Place(f"{path}:{number}")
        document = _document(_json_object(line, place), place, number, _folders(path, root))
        before = documents.get(document.doc)
        merged = document if before is None else _merge(before, document, place)
        _refuse_contradictions(merged, place.at(document.doc))
        documents[document.doc] = merged
    if not documents:
        raise GoldError("holds no document", source=path, remedy="give one JSON object a line")
    digest = hashlib.sha256(raw)
    for document in documents.values():
        digest.update(document.sha256.encode())
    return GoldFile(path, digest.hexdigest(), tuple(documents.values()))


def check_spans(document: GoldDocument, text: str, *, source: str) -> None:
    """Hold every span of a document against a text; for formats whose text only ingestion can tell.

    Raises:
        GoldError: a span is out of the text or its characters are not the figure.
    """
    place = _Place(source, document.doc)
    for item in (*document.claims, *document.optional, *document.traps):
        _check_surface(item.figure, item.span, text, place.at(repr(item.figure)))


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise GoldError(f"cannot be read: {reason}", source=path, remedy="name a file that exists") from error


def _lines(raw: bytes, path: Path) -> Iterator[tuple[int, str]]:
    """Number and text of each line that is not blank. Only ``\\n`` ends a line: JSON may hold other breaks."""
    for number, line in enumerate(raw.split(b"\n"), 1):
        if line.strip():
            try:
                yield number, line.decode("utf-8")
            except UnicodeDecodeError as error:
                place = _Place(f"{path}:{number}")
                raise place.fault(f"not UTF-8: {error.reason}", "save the file as UTF-8") from error


def _folders(path: Path, root: Path | None) -> tuple[Path, ...]:
    given = () if root is None else (root, root / path.stem)
    return (*given, path.parent, path.parent / "..", path.parent / ".." / path.stem)


def _json_object(line: str, place: _Place) -> dict[str, Any]:
    try:
        value = json.loads(
            line,
            object_pairs_hook=_unique_keys,
            parse_constant=_refuse_constant,
            parse_float=_number,
            parse_int=_number,
        )
    except (ValueError, RecursionError) as error:
        raise place.fault(f"not valid JSON: {error}", "write one JSON object a line") from error
    if not isinstance(value, dict):
        raise place.fault(f"{_shown(value)} is not a JSON object", "write one JSON object a line")
    return value


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"key {twice!r} occurs twice in one object")
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _number(digits: str) -> Decimal:
    """A JSON number, exactly as written."""
    try:
        value = Decimal(digits)
    except InvalidOperation as error:
        raise ValueError(f"{digits[:40]} is not a number that can be used") from error
    if value and abs(value.adjusted()) > LARGEST_EXPONENT:
        raise ValueError(f"{digits[:40]} is beyond 10^{LARGEST_EXPONENT}")
    return value


def _document(line: Mapping[str, Any], place: _Place, number: int, folders: Sequence[Path]) -> GoldDocument:
    _check_keys(line, LINE_KEYS, ("doc", "claims"), place)
    doc = _text(line, "doc", place)
    place = place.at(doc)
    path, text, sha256 = _content(doc, line.get("text"), place, folders)
    claims = [_claim(item, text, at) for item, at in _items(line, "claims", place)]
    optional = [_claim(item, text, at, why=_text(item, "why", at)) for item, at in _items(line, "optional", place)]
    traps = [_trap(item, text, at) for item, at in _items(line, "traps", place)]
    references = [_reference(item, at) for item, at in _items(line, "references", place)]
    stances = [_stance(item, at) for item, at in _items(line, "stances", place)]
    return GoldDocument(
        doc=doc,
        line=number,
        path=path,
        text=text,
        sha256=sha256,
        claims=tuple(claims),
        optional=tuple(optional),
        traps=tuple(traps),
        references=None if line.get("references") is None else tuple(references),
        stances=None if line.get("stances") is None else tuple(stances),
    )


def _content(doc: str, inline: Any, place: _Place, folders: Sequence[Path]) -> tuple[Path | None, str | None, str]:
    """Path, text and SHA-256 of a document. A ``.txt`` file keeps its newlines; a byte order mark is not text."""
    if inline is not None:
        if not isinstance(inline, str):
            raise place.fault(f"text {_shown(inline)} is not a string", "give the text, or leave the key out")
        return None, inline, hashlib.sha256(inline.encode("utf-8", "surrogatepass")).hexdigest()
    path = next((folder / doc for folder in folders if (folder / doc).is_file()), None)
    if path is None:
        places = ", ".join(dict.fromkeys(str(folder) for folder in folders))
        raise place.fault(f"there is no such file in {places}", "name the folder with --root, or give 'text'")
    raw = _read_bytes(path)
    text = None
    if path.suffix.lower() == ".txt":
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise place.fault(f"{path} is not UTF-8: {error.reason}", "save the text as UTF-8") from error
    return path, text, hashlib.sha256(raw).hexdigest()


def _merge(before: GoldDocument, more: GoldDocument, place: _Place) -> GoldDocument:
    """One document that two lines annotate; both must speak of the same text."""
    if (before.path, before.sha256) != (more.path, more.sha256):
        raise place.fault(
            f"doc {more.doc!r} stands on line {before.line} with another text", "give each text a name of its own"
        )
    joined = {name: getattr(before, name) + getattr(more, name) for name in ("claims", "optional", "traps")}
    for name in ("references", "stances"):
        sides = [side for side in (getattr(before, name), getattr(more, name)) if side is not None]
        joined[name] = tuple(item for side in sides for item in side) if sides else None
    return dataclasses.replace(before, **joined)


def _items(line: Mapping[str, Any], key: str, place: _Place) -> Iterator[tuple[Mapping[str, Any], _Place]]:
    """The objects of a list with their places; nothing where the key is missing or null (``claims`` must be there)."""
    value = line.get(key)
    if value is None and key != "claims":
        return
    if not isinstance(value, list):
        raise place.fault(f"{key} {_shown(value)} is not a list", "write a list of objects")
    for index, item in enumerate(value, 1):
        at = place.at(f"{key}[{index}]")
        if not isinstance(item, dict):
            raise at.fault(f"{_shown(item)} is not an object", "write an object with named fields")
        yield item, at


def _check_keys(item: Mapping[str, Any], known: Sequence[str], needed: Sequence[str], place: _Place) -> None:
    """Refuse a missing key, and one that looks like a slip of a known key; other keys are the annotator's notes."""
    missing = [key for key in needed if key not in item]
    if missing:
        raise place.fault(f"lacks {', '.join(missing)}", "add what is missing; null is a value, absence is not")
    for key in item:
        if key not in known:
            like = difflib.get_close_matches(key, known, n=1, cutoff=TYPO_LIKENESS)
            if like:
                raise place.fault(f"key {key!r} is not known", f"write {like[0]!r}")


def _claim(item: Mapping[str, Any], text: str | None, place: _Place, *, why: str = "") -> GoldClaim:
    known = (*CLAIM_KEYS, *TEXT_ATTRIBUTES, *LIST_ATTRIBUTES, "spread", "why")
    _check_keys(item, known, CLAIM_KEYS, place)
    figure, span = _span(item, text, place)
    place = place.at(repr(figure))
    measure = _one_of(item, "measure", MEASURES, place)
    return GoldClaim(figure, span, measure, _quantity(item, place), tuple(_attributes(item, place)), why)


def _span(item: Mapping[str, Any], text: str | None, place: _Place) -> tuple[str, Span]:
    figure = _text(item, "figure", place)
    place = place.at(repr(figure))
    start, end = _whole(item, "start", place), _whole(item, "end", place)
    if not 0 <= start < end:
        raise place.fault(f"start {start} and end {end} are not 0 <= start < end", "correct the offsets")
    span = Span(start, end)
    if text is not None:
        _check_surface(figure, span, text, place)
    elif len(span) != len(figure):
        raise place.fault(f"span {start}-{end} is not as long as the figure", "correct the offsets")
    return figure, span


def _check_surface(figure: str, span: Span, text: str, place: _Place) -> None:
    if span.end > len(text):
        raise place.fault(f"end {span.end} is past the text's {len(text)} characters", "correct the offsets")
    found = text[span.start : span.end]
    if found != figure:
        near = _nearest(figure, span.start, text)
        remedy = "correct the offsets" if near is None else f"the nearest such figure starts at {near}"
        raise place.fault(f"text[{span.start}:{span.end}] is {found!r}, not the figure", remedy)


def _nearest(figure: str, start: int, text: str) -> int | None:
    before = text.rfind(figure, 0, start + len(figure))
    after = text.find(figure, start)
    return min((at for at in (before, after) if at >= 0), key=lambda at: abs(at - start), default=None)


def _quantity(item: Mapping[str, Any], place: _Place) -> Quantity:
    unit, bound = _text(item, "unit", place), _one_of(item, "bound", BOUNDS, place)
    low, high, spread = (_decimal(item, name, place) for name in ("low", "high", "spread"))
    ends = {"low": low, "high": high}
    missing = [name for name in ENDS_NEEDED[bound] if ends[name] is None]
    if missing:
        raise place.fault(f"bound {bound}, but {' and '.join(missing)} null", "give the end or another bound")
    if low is not None and high is not None and low > high:
        raise place.fault(f"low {low} > high {high}", "swap the two ends")
    if bound == "exact" and low != high:
        raise place.fault(f"bound exact, but low {low} != high {high}", "write bound 'range' or one value")
    if spread is not None and spread < 0:
        raise place.fault(f"spread {spread} is negative", "give the half-width as a number >= 0")
    return Quantity(low, high, unit, bound, spread)


def _attributes(item: Mapping[str, Any], place: _Place) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name in TEXT_ATTRIBUTES:
        if name in item:
            value = _text_or_null(item, name, place)
            yield name, () if value is None else (value,)
    if item.get("status") is not None:
        _one_of(item, "status", STATUSES, place)
    for name in LIST_ATTRIBUTES:
        if name in item:
            yield name, _texts_or_null(item, name, place)


def _trap(item: Mapping[str, Any], text: str | None, place: _Place) -> GoldTrap:
    _check_keys(item, (*SPAN_KEYS, "why"), (*SPAN_KEYS, "why"), place)
    figure, span = _span(item, text, place)
    return GoldTrap(figure, span, _text(item, "why", place))


def _reference(item: Mapping[str, Any], place: _Place) -> GoldReference:
    _check_keys(item, REFERENCE_FIELDS, (), place)
    fields: list[tuple[str, str | int | None]] = []
    for name in REFERENCE_FIELDS:
        if name in item:
            whole = name == "year" and item[name] is not None
            fields.append((name, _whole(item, name, place) if whole else _text_or_null(item, name, place)))
    return GoldReference(tuple(fields))


def _stance(item: Mapping[str, Any], place: _Place) -> GoldStance:
    _check_keys(item, STANCE_KEYS, STANCE_KEYS, place)
    stance = _one_of(item, "stance", STANCES, place)
    return GoldStance(_text(item, "intervention", place), _text(item, "condition", place), stance)


def _refuse_contradictions(document: GoldDocument, place: _Place) -> None:
    """No claim twice, no trap twice, and no trap on a dose: a figure is a dose or it is not."""
    claims = (*document.claims, *document.optional)
    _refuse_twice([((claim.span, claim.measure), claim.figure) for claim in claims], place)
    _refuse_twice([((trap.span, "trap"), trap.figure) for trap in document.traps], place)
    doses = [claim for claim in claims if claim.measure in DOSE_MEASURES]
    for trap in document.traps:
        for dose in doses:
            if trap.span.overlaps(dose.span):
                raise place.fault(
                    f"trap {trap.figure!r} ({trap.span.start}-{trap.span.end}) overlaps the dose {dose.figure!r}",
                    "a figure is a dose or a trap: drop one",
                )


def _refuse_twice(keyed: list[tuple[tuple[Span, str], str]], place: _Place) -> None:
    seen = set()
    for key, figure in keyed:
        if key in seen:
            span, kind = key
            raise place.fault(f"{figure!r} stands twice as {kind} at {span.start}-{span.end}", "drop one of the two")
        seen.add(key)


def _one_of(item: Mapping[str, Any], name: str, allowed: Sequence[str], place: _Place) -> str:
    value = item[name]
    if value not in allowed:
        raise place.fault(f"{name} {_shown(value)} is not known", f"one of: {', '.join(allowed)}")
    return value


def _text(item: Mapping[str, Any], name: str, place: _Place) -> str:
    value = item.get(name)
    if not isinstance(value, str) or not value.strip():
        raise place.fault(f"{name} {_shown(value)} is not a non-empty string", f"give {name} as text")
    return value


def _text_or_null(item: Mapping[str, Any], name: str, place: _Place) -> str | None:
    return None if item[name] is None else _text(item, name, place)


def _texts_or_null(item: Mapping[str, Any], name: str, place: _Place) -> tuple[str, ...]:
    values = item[name]
    if values is None:
        return ()
    if not isinstance(values, list) or not all(isinstance(value, str) and value.strip() for value in values):
        raise place.fault(f"{name} {_shown(values)} is neither null nor a list of strings", f"give {name} as a list")
    return tuple(values)


def _decimal(item: Mapping[str, Any], name: str, place: _Place) -> Decimal | None:
    value = item.get(name)
    if value is None or isinstance(value, Decimal):
        return value
    raise place.fault(f"{name} {_shown(value)} is neither null nor a number", f"give {name} as a number")


def _whole(item: Mapping[str, Any], name: str, place: _Place) -> int:
    value = item[name]
    if not isinstance(value, Decimal) or value != value.to_integral_value():
        raise place.fault(f"{name} {_shown(value)} is not a whole number", f"give {name} as a whole number")
    return int(value)


def _shown(value: Any) -> str:
    """A value as a message shows it, cut to a length that fits."""
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
