"""DOIs that an entry leaves out, looked up at Crossref: only where a person asks for it, and never twice.

Every answer, also that there is none, is kept in a file of JSON lines, a line a question, and looked for there first.
Between two questions a pause is kept. Crossref's best hits are taken only if title, year and first author are those of
the entry: a wrong DOI is worse than none.
"""

from __future__ import annotations

import dataclasses
import json
import time
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from litclaims.errors import ConfigurationError, InputError, OutputError, ServiceError
from litclaims.model import Reference

ALIKE = 90.0
"""Ratio, of 100, from which the title that Crossref gives is that of the entry."""

PAUSE = 1.0
"""Seconds between two questions."""

HITS = 3
"""Hits that are looked at for an entry."""

Ask = Callable[[str], Mapping[str, Any]]
"""Answers a bibliographic question as Crossref's REST API does (``GET /works?query.bibliographic=…``)."""


class Lookup:
    """Completes entries at Crossref.

    Args:
        cache: the file of answers; made where it is missing.
        ask: where questions go, by default to Crossref through habanero.
        mailto: address that Crossref may write to; it answers those who give one sooner.
        pause: seconds between two questions.

    Raises:
        InputError: the cache is no file of JSON lines.
        ConfigurationError: habanero is not installed.
    """

    def __init__(self, cache: Path, *, ask: Ask | None = None, mailto: str | None = None, pause: float = PAUSE) -> None:
        self._cache = cache
        self._known = _read(cache)
        self._ask = ask or _crossref(mailto)
        self._pause = pause
        self._asked_at: float | None = None

    def complete(self, reference: Reference) -> Reference:
        """The entry with its DOI, as it is where that is known, cannot be told surely, or Crossref has none.

        Raises:
            ServiceError: Crossref does not answer.
            OutputError: the answer cannot be kept.
        """
        if reference.doi is not None or reference.title is None:
            return reference
        doi = next((hit["doi"] for hit in self._hits(_question(reference)) if _is_it(hit, reference)), None)
        return reference if doi is None else dataclasses.replace(reference, doi=doi)

    def _hits(self, question: str) -> list[dict[str, Any]]:
        if question not in self._known:
            self._wait()
            try:
                answer = self._ask(question)
            except Exception as error:  # of whatever library is below: all mean that there is no answer
                raise ServiceError(
                    f"does not answer: {type(error).__name__}: {error}",
                    source="Crossref",
                    remedy="check the network, or leave --lookup out; answers so far are kept",
                ) from error
            self._keep(question, [_hit(item) for item in _items(answer)[:HITS]])
        return self._known[question]

    def _wait(self) -> None:
        now = time.monotonic()
        if self._asked_at is not None:
            time.sleep(max(0.0, self._asked_at + self._pause - now))
        self._asked_at = time.monotonic()

    def _keep(self, question: str, hits: list[dict[str, Any]]) -> None:
        self._known[question] = hits
        try:
            self._cache.parent.mkdir(parents=True, exist_ok=True)
            with self._cache.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"question": question, "hits": hits}, ensure_ascii=False) + "\n")
        except OSError as error:
            raise OutputError(
                f"cannot be written: {error.strerror or error}", source=self._cache, remedy="choose another --cache"
            ) from error


def _read(cache: Path) -> dict[str, list[dict[str, Any]]]:
    known: dict[str, list[dict[str, Any]]] = {}
    try:
        lines = cache.read_text(encoding="utf-8").splitlines() if cache.exists() else []
        for line in lines:
            kept = json.loads(line)
            known[kept["question"]] = list(kept["hits"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"is no file of answers: {error}", source=cache, remedy="move it away") from error
    return known


def _crossref(mailto: str | None) -> Ask:
    try:
        from habanero import Crossref
    except ImportError as error:
        raise ConfigurationError("habanero is not installed", remedy="pip install 'litclaims[lookup]'") from error
    service = Crossref(mailto=mailto, ua_string="litclaims")
    return lambda question: service.works(query_bibliographic=question, limit=HITS)


def _question(reference: Reference) -> str:
    parts = (reference.first_author, reference.title, reference.journal, reference.year)
    return " ".join(" ".join(str(part) for part in parts if part is not None).split())


def _items(answer: object) -> list[Mapping[str, Any]]:
    message = answer.get("message") if isinstance(answer, Mapping) else None
    items = message.get("items") if isinstance(message, Mapping) else None
    return [item for item in items or [] if isinstance(item, Mapping) and item.get("DOI")]


def _hit(item: Mapping[str, Any]) -> dict[str, Any]:
    """What of a hit tells whether it is the entry."""
    authors = item.get("author") or [{}]
    dates = (item.get(name) or {} for name in ("issued", "published-print", "published-online"))
    years = {parts[0] for date in dates for parts in (date.get("date-parts") or []) if parts and parts[0]}
    title = " ".join(item.get("title") or [])
    return {"doi": item["DOI"], "title": title, "years": sorted(years), "author": authors[0].get("family", "")}


def _is_it(hit: Mapping[str, Any], reference: Reference) -> bool:
    if reference.year is not None and hit["years"] and all(abs(year - reference.year) > 1 for year in hit["years"]):
        return False
    surname, _, initials = (reference.first_author or "").rpartition(" ")
    name = surname if initials.isupper() else reference.first_author or ""
    if name and hit["author"] and _plain(name) != _plain(hit["author"]):
        return False
    return fuzz.ratio(_plain(reference.title or ""), _plain(hit["title"])) >= ALIKE


def _plain(text: str) -> str:
    letters = (each for each in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(each))
    return " ".join("".join(each if each.isalnum() else " " for each in letters).split())
