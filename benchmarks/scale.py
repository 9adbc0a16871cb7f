"""Seconds and memory of the comparison by the number of claims: ``python -m benchmarks.scale [CLAIMS ...]``.

Claims are synthetic: ten a document, with facets drawn from the lexicons and figures rounded as documents round them.
Each size runs in a process of its own, so that its peak memory is its own; making the claims is not counted in the
time, while they are held in memory with all that comes of them. ``seconds`` are those of a clock and ``cpu_seconds``
those that the process was given, which are fewer where other programs run; one core is used. The figures go to
``scale.csv`` and the plot of the processor's seconds to ``scale.svg``; the line in it is ``c · n · log n`` through
the second point, the first being mostly the listing of pairs, which does not grow.
"""

from __future__ import annotations

import csv
import json
import math
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

from litclaims import compare, vocab
from litclaims.model import Claim, Quantity, Slot, Span

HERE = Path(__file__).parent
SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
PER_DOCUMENT = 10
SEED = 20_261_101
CSV, SVG = HERE / "scale.csv", HERE / "scale.svg"
COLUMNS = ("claims", "documents", "positions", "clusters", "verdicts", "flagged", "seconds", "cpu_seconds", "peak_gib")

_MEASURES = (("cell_dose", "cell"), ("cell_dose", "cell/kg"), ("volume", "mL"), ("interval", "d"), ("duration", "d"))
_WEIGHTS = (45, 15, 15, 15, 10)
_CENTRES = {"cell": 7.5, "cell/kg": 6.2, "mL": 0.5, "d": 1.9}
_BASES = ("session", "injection", "infusion", "knee", "disc", "patient", "total")
_STATUSES = ("reported", "recommended", "cited", "planned", "negated")


def synthetic_claims(count: int, *, seed: int = SEED) -> Iterator[Claim]:
    """So many claims, ten a document, the same for one seed."""
    chance = random.Random(seed)
    labels = {kind: _labels(kind) for kind in ("route", "target", "condition", "cell_type")}
    for number in range(count):
        if number % PER_DOCUMENT == 0:
            doc = f"{number // PER_DOCUMENT:06}.txt"
            about = _about(chance, labels)
        yield _claim(chance, number, doc, about, labels)


def _labels(kind: str) -> list[str]:
    return sorted({surface.term.label for surface in vocab.load(kind).surfaces()})


def _about(chance: random.Random, labels: dict[str, list[str]]) -> tuple[Slot, ...]:
    """What all claims of a document share: condition, cell type, most often the species."""
    drawn = {name: _skewed(chance, labels[name]) for name in ("condition", "cell_type")}
    species = chance.choices(("human", "mouse", ""), (70, 15, 15))[0]
    return tuple(_slot(name, value) for name, value in (*drawn.items(), ("species", species)) if value)


@cache
def _slot(name: str, value: str) -> Slot:
    return Slot(name, (value,))


def _skewed(chance: random.Random, values: list[str]) -> str:
    """One of the values, the first ones far oftener, as terms are used."""
    return values[min(int(chance.expovariate(0.25)), len(values) - 1)]


def _claim(
    chance: random.Random, number: int, doc: str, about: tuple[Slot, ...], labels: dict[str, list[str]]
) -> Claim:
    measure, unit = chance.choices(_MEASURES, _WEIGHTS)[0]
    slots = [*about, _slot("status", chance.choices(_STATUSES, (60, 15, 15, 8, 2))[0])]
    for name, share in (("route", 0.8), ("target", 0.5)):
        if chance.random() < share:
            slots.append(_slot(name, _skewed(chance, labels[name])))
    if chance.random() < 0.6:
        slots.append(_slot("basis", "kg" if unit.endswith("/kg") else chance.choice(_BASES)))
    start = number % PER_DOCUMENT * 100
    return Claim(
        claim_id=f"{number:016x}",
        doc=doc,
        doc_id=doc,
        span=Span(start, start + 10),
        figure=f"figure {number}",
        measure=measure,
        quantity=_quantity(chance, unit),
        sentence=Span(start, start + 90),
        slots=tuple(slots),
        citations=(f"doi:10.5555/{chance.randrange(5000)}",) if chance.random() < 0.1 else (),
    )


def _quantity(chance: random.Random, unit: str) -> Quantity:
    low = _rounded(10 ** chance.gauss(_CENTRES[unit], 0.7))
    if chance.random() < 0.08:
        return Quantity(None, low, unit, "at_most") if chance.random() < 0.5 else Quantity(low, None, unit, "at_least")
    if chance.random() < 0.4:
        return Quantity(low, _rounded(float(low) * chance.uniform(1.2, 6)), unit, "range")
    return Quantity(low, low, unit)


def _rounded(value: float) -> Decimal:
    """Two digits, as most doses are given."""
    return Decimal(f"{value:.1e}")


def measure(count: int) -> dict[str, float]:
    """Compare so many claims in this process, and tell the time and the peak memory."""
    claims = list(synthetic_claims(count))
    started, worked = time.perf_counter(), time.process_time()
    found = compare.compare(claims, sentences=lambda claim: "A sentence.")
    seconds, cpu = time.perf_counter() - started, time.process_time() - worked
    return {
        "claims": count,
        "documents": len({claim.doc for claim in claims}),
        "positions": len(found.positions),
        "clusters": len(found.clusters),
        "verdicts": len(found.verdicts),
        "flagged": sum(verdict.flag for verdict in found.verdicts),
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "peak_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
    }


def plot(rows: list[dict[str, float]]) -> str:
    """The processor's seconds as an SVG on two log axes, with ``c · n · log n`` through the second point."""
    left, top, width, height = 90, 30, 520, 320
    xs, ys = ([float(row[name]) for row in rows] for name in ("claims", "cpu_seconds"))
    scale = ys[1] / (xs[1] * math.log(xs[1]))
    line = [scale * x * math.log(x) for x in xs]
    low, high = math.floor(math.log10(min(*ys, *line))), math.ceil(math.log10(max(*ys, *line, 120)))
    first, last = math.floor(math.log10(xs[0])), math.ceil(math.log10(xs[-1]))

    def at(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - first) / (last - first)
        up = (math.log10(y) - low) / (high - low)
        return round(left + across * width, 1), round(top + (1 - up) * height, 1)

    def path(values: list[float]) -> str:
        return " ".join(f"{x},{y}" for x, y in (at(x, y) for x, y in zip(xs, values, strict=True)))

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 30} {top + height + 60}"'
        ' font-family="sans-serif" font-size="12">',
        "<title>Seconds of the comparison by the number of claims</title>",
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for power in range(first, last + 1):
        x, _ = at(10**power, 10**low)
        parts.append(f'<line x1="{x}" y1="{top}" x2="{x}" y2="{top + height}" stroke="#ddd"/>')
        parts.append(f'<text x="{x}" y="{top + height + 18}" text-anchor="middle">{10**power:,}</text>')
    for power in range(low, high + 1):
        _, y = at(10**first, 10**power)
        parts.append(f'<line x1="{left}" y1="{y}" x2="{left + width}" y2="{y}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{10.0**power:g} s</text>')
    parts.append(f'<polyline points="{path(line)}" fill="none" stroke="#999" stroke-dasharray="5 4"/>')
    parts.append(f'<polyline points="{path(ys)}" fill="none" stroke="#1f5fa8" stroke-width="2"/>')
    for row, x, y in zip(rows, xs, ys, strict=True):
        across, up = at(x, y)
        parts.append(f'<circle cx="{across}" cy="{up}" r="4" fill="#1f5fa8"/>')
        label = f"{row['cpu_seconds']} s, {row['peak_gib']} GiB"
        parts.append(f'<text x="{across - 8}" y="{up - 8}" text-anchor="end">{label}</text>')
    parts.append(f'<text x="{left}" y="{top - 10}">Processor seconds of the comparison; dashed: c · n · log n</text>')
    parts.append(f'<text x="{left + width / 2}" y="{top + height + 42}" text-anchor="middle">claims</text></svg>')
    return "\n".join(parts) + "\n"


def main(arguments: list[str]) -> int:
    """Measure the sizes asked for, all by default, each in its own process."""
    if arguments[:1] == ["--one"]:
        print(json.dumps(measure(int(arguments[1]))))
        return 0
    sizes = [int(argument) for argument in arguments] or list(SIZES)
    rows = []
    for size in sizes:
        command = [sys.executable, "-m", "benchmarks.scale", "--one", str(size)]
        rows.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
        print("  ".join(f"{name} {rows[-1][name]:,}" for name in COLUMNS), flush=True)
    if not arguments:
        with CSV.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        SVG.write_text(plot(rows), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
