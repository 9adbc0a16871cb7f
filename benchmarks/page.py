"""The page of very many claims in Chromium: ``python -m benchmarks.page [CLAIMS]``, 50,000 by default.

The claims are those of :mod:`benchmarks.scale`, in documents written around them. Told are the size of the page, the
seconds until it can be used (from the call that opens it to the first drawn list), and the milliseconds from a choice
in the form to the next frame that is drawn. Beside the time of a clock stands the processor's in the thread that draws,
which is the shorter where other programs run. Times are printed, never judged; without a Chromium there is only the
size.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from benchmarks.browser import Unavailable, chromium
from benchmarks.scale import synthetic_claims
from litclaims import compare
from litclaims.model import Block, Claim, Document, Extraction, Mention, Outcome, Span
from litclaims.report.page import render_page
from litclaims.report.rows import frames

CLAIMS = 50_000
ROUNDS = 3
CHOICES = {
    "route": ("filter-route", "intramuscular"),
    "and measure": ("filter-measure", "cell_dose"),
    "measure alone": ("filter-route", ""),
    "verdict": ("filter-verdict", "disjoint"),
    "grade": ("filter-grade", "same"),
    "any grade": ("filter-grade", ""),
    "any verdict": ("filter-verdict", ""),
    "any measure": ("filter-measure", ""),
    "text": ("search", "knee dose"),
    "any text": ("search", ""),
    "document": ("filter-doc", "0012"),
    "any document": ("filter-doc", ""),
    "agreeing too": ("filter-flagged", False),
    "flagged only": ("filter-flagged", True),
    "sort": ("list-sort", "gap"),
}
"""What is chosen one after the other: a control and its value."""

_PADDING = "The patients were followed up for a year and asked about pain, function and the use of other drugs. " * 2

# A choice is set as a person sets it, by the control and its event; the time ends with the second frame after it. The
# pause that the page waits for more letters is left out.
_CHOOSE = """async ([id, value]) => {
  const control = document.getElementById(id);
  const box = control.type === "checkbox";
  if (box) control.checked = value; else control.value = value;
  const typed = control.tagName === "INPUT" && !box;
  const started = performance.now();
  control.dispatchEvent(new Event(typed ? "input" : "change"));
  if (typed) await new Promise((done) => setTimeout(done, 90));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - started - (typed ? 90 : 0);
}"""


def synthetic_outcomes(count: int) -> Iterator[Outcome]:
    """So many claims in documents of ten, each with a text around them."""
    for doc, claims in groupby(synthetic_claims(count), key=lambda claim: claim.doc):
        yield Outcome(doc, doc, "ok", extraction=_written(doc, list(claims)), seconds=0.01)


def _written(doc: str, claims: list[Claim]) -> Extraction:
    text, blocks, placed, mentions = f"Study {doc}\n\n", [Block("title", Span(0, len(doc) + 6))], [], []
    for claim in claims:
        said = [value for slot in claim.slots for value in slot.values]
        start = len(text)
        text += f"In group {claim.claim_id[-4:]} a dose of "
        span = Span(len(text), len(text) + len(claim.figure))
        text += f"{claim.figure} was given: {', '.join(said)}. "
        sentence = Span(start, len(text) - 1)
        mentions.append(Mention("quantity", claim.figure, span, "synthetic", len(blocks), claim.measure))
        mentions += [_mention(value, text, start, len(blocks)) for value in said]
        text += f"{_PADDING}\n\n"
        blocks.append(Block("paragraph", Span(start, len(text) - 2)))
        placed.append(replace(claim, span=span, sentence=sentence, rule="synthetic"))
    document = Document(doc, doc, "text/plain", text, f"{len(doc):064x}", tuple(blocks), title=f"Study {doc}")
    return Extraction(document, tuple(placed), mentions=tuple(mentions))


def _mention(value: str, text: str, start: int, block: int) -> Mention:
    at = text.index(value, start)
    return Mention("condition", value, Span(at, at + len(value)), "synthetic", block, value)


def write_page(count: int, path: Path) -> dict[str, float]:
    """Write the page of so many claims, and tell how many of what it holds."""
    outcomes = list(synthetic_outcomes(count))
    claims = [claim for outcome in outcomes for claim in outcome.extraction.claims]
    texts = {outcome.doc: outcome.extraction.document.text for outcome in outcomes}
    found = compare.compare(claims, sentences=lambda one: texts[one.doc][one.sentence.start : one.sentence.end])
    tables = frames(outcomes, found.positions, found.verdicts, comparison=found)
    started = time.perf_counter()
    path.write_text(render_page(tables, outcomes=outcomes), encoding="utf-8")
    return {
        "claims": len(claims),
        "documents": len(outcomes),
        "positions": len(found.positions),
        "verdicts": len(found.verdicts),
        "seconds to write the page": round(time.perf_counter() - started, 1),
        "MB": round(path.stat().st_size / 1e6, 1),
    }


def measure(path: Path) -> dict[str, list[tuple[float, float]]]:
    """Seconds to open the page, and milliseconds of each choice, once a round; each by the clock and by the processor.

    Raises:
        Unavailable: there is no Chromium, or it does not start.
    """
    found: dict[str, list[tuple[float, float]]] = {}
    with chromium() as browser:
        for _ in range(ROUNDS):
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            session = page.context.new_cdp_session(page)
            session.send("Performance.enable", {"timeDomain": "threadTicks"})
            started = time.perf_counter()
            page.goto(path.as_uri())
            page.wait_for_selector("body.ready", timeout=120_000)
            page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
            worked = _processor(session)
            found.setdefault("opens (s)", []).append((time.perf_counter() - started, worked))
            for name, choice in CHOICES.items():
                spent = page.evaluate(_CHOOSE, list(choice))
                before, worked = worked, _processor(session)
                found.setdefault(f"{name} (ms)", []).append((spent, 1000 * (worked - before)))
            page.close()
    return found


def _processor(session: Any) -> float:
    """Seconds of the processor that the page's main thread has worked."""
    told = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    return told["TaskDuration"]


def main(arguments: list[str]) -> int:
    """Write the page and measure it."""
    count = int(arguments[0]) if arguments else CLAIMS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "report.html")
        print("  ".join(f"{name} {value:,}" for name, value in write_page(count, path).items()), flush=True)
        try:
            times = measure(path)
        except Unavailable as error:
            print(f"not opened: {error}")
            return 0
    for name, values in times.items():
        clock, processor = zip(*values, strict=True)
        told = f"median {statistics.median(clock):8.2f}   worst {max(clock):8.2f}"
        print(f"{name:18} {told}   processor {statistics.median(processor):8.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
