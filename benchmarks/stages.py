"""Where the time of reading goes, by stage and by function: ``make profile`` or ``python -m benchmarks.stages``.

Dense and sparse texts (:mod:`benchmarks.texts`; the examples in ``corpus/`` where those are missing) are read to parts
under cProfile. What is told of a module of ours is the time spent in it and in what it calls of others (spaCy, ``re``,
Arrow); the calls that it makes to modules of ours count for those. cProfile makes many small calls look dearer than
they are: the shares say where to look, and ``benchmarks.throughput`` what was gained. The profiles themselves go to
``outputs/profile``, for snakeviz and the like.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import litclaims
from benchmarks.texts import SPARSE, WORD, dense, write_sparse

ROOT = Path(__file__).parents[1]
OUT = ROOT / "outputs" / "profile"
PACKAGE = Path(litclaims.__file__).parent

ALL_DOCUMENTS, DOSES_DOCUMENTS = 300, 3_000
TOP_MODULES, TOP_FUNCTIONS = 20, 25
ELSEWHERE = "(no module of ours)"
ROUNDS = 30
"""How far back from a call of another library to a module of ours, at most."""

Function = tuple[str, int, str]
"""File, line and name, as :mod:`pstats` has it."""


@dataclass(frozen=True, slots=True)
class Call:
    """A caller's part in a function: seconds in the function itself, and with all that it called."""

    own: float
    whole: float


@dataclass(frozen=True, slots=True)
class Cost:
    """A function: seconds in itself, with all that it called, how often, and who called it."""

    calls: int
    own: float
    whole: float
    callers: Mapping[Function, Call]


def profiled(paths: Sequence[Path], only: str | None, out: Path) -> dict[Function, Cost]:
    """Read files and folders to parts, models loaded, under cProfile; its figures are also written to a file."""
    from litclaims import batches, reading
    from litclaims.inputs import find_inputs
    from litclaims.store.parts import Parts

    reading.warm_up()
    profile = cProfile.Profile()
    with tempfile.TemporaryDirectory() as folder, reading.session():
        parts = Parts(folder, "profile")
        profile.enable()
        for batch in batches.packed(find_inputs(list(map(str, paths))).items, 300_000):
            batches.read_batch(batch, parts=parts, fingerprint="profile", only=only)
        profile.disable()
    out.parent.mkdir(parents=True, exist_ok=True)
    profile.dump_stats(out)
    return costs(pstats.Stats(profile))


def costs(stats: pstats.Stats) -> dict[Function, Cost]:
    """The figures of a profile, by function."""
    found = {}
    for function, (_, calls, own, whole, callers) in stats.stats.items():
        made = {caller: Call(own=each[2], whole=each[3]) for caller, each in callers.items()}
        found[function] = Cost(calls, own, whole, made)
    return found


def module_of(function: Function) -> str | None:
    """The module of ours that holds a function, below ``litclaims``; None for one of another library."""
    try:
        return Path(function[0]).relative_to(PACKAGE).with_suffix("").as_posix().replace("/", ".")
    except ValueError:
        return None


def by_module(found: Mapping[Function, Cost]) -> Counter[str]:
    """Seconds of each module of ours, those among them that it spent in other libraries.

    The time of a foreign function goes to those that called it, in the proportion of what they caused; where these are
    foreign too it goes further back, to the first module of ours.
    """
    seconds: Counter[str] = Counter()
    pending: Counter[Function] = Counter()
    for function, cost in found.items():
        module = module_of(function)
        if module is None:
            pending[function] += cost.own
        else:
            seconds[module] += cost.own
    for _ in range(ROUNDS):
        further: Counter[Function] = Counter()
        for function, share in pending.items():
            for caller, part in _shares(found[function].callers):
                module = module_of(caller)
                if module is None:
                    further[caller] += share * part
                else:
                    seconds[module] += share * part
        pending = Counter({function: share for function, share in further.items() if share > 1e-6})
    seconds[ELSEWHERE] = sum(cost.own for cost in found.values()) - seconds.total()
    return seconds


def _shares(callers: Mapping[Function, Call]) -> list[tuple[Function, float]]:
    """Which part of a function's time each of its callers caused; by the whole time where it has none of its own."""
    for name in ("own", "whole"):
        total = sum(getattr(call, name) for call in callers.values())
        if total > 0:
            return [(caller, getattr(call, name) / total) for caller, call in callers.items()]
    return []


def by_stage(modules: Mapping[str, float]) -> Counter[str]:
    """The seconds of modules, by the folder that they stand in."""
    stages: Counter[str] = Counter()
    for module, seconds in modules.items():
        stages[module.split(".")[0]] += seconds
    return stages


def table(found: Mapping[Function, Cost]) -> str:
    """Seconds and shares by stage and by module, and the functions in which most time is spent."""
    modules = by_module(found)
    total = sum(modules.values()) or 1.0
    lines = []
    for title, counted in (("stage", by_stage(modules)), ("module", Counter(modules))):
        lines += ["", f"{title:48}{'seconds':>9}{'%':>7}"]
        rows = counted.most_common(TOP_MODULES)
        lines += [f"{name:48}{seconds:9.2f}{100 * seconds / total:7.1f}" for name, seconds in rows if seconds >= 0.005]
    lines += ["", f"{'function (seconds in itself)':48}{'seconds':>9}{'%':>7}{'calls':>12}{'with its calls':>16}"]
    for function, cost in sorted(found.items(), key=lambda each: -each[1].own)[:TOP_FUNCTIONS]:
        row = f"{_told(function):48}{cost.own:9.2f}{100 * cost.own / total:7.1f}{cost.calls:12,}{cost.whole:16.2f}"
        lines.append(row)
    return "\n".join(lines)


def _told(function: Function) -> str:
    file, line, name = function
    if file == "~":
        return name[:47]
    where = module_of(function) or "/".join(Path(file).with_suffix("").parts[-2:])
    return f"{where}:{line} {name}"[-47:]


def main() -> int:
    """Profile each kind of text and print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        kinds: dict[str, tuple[list[Path], str | None]] = {"corpus": ([ROOT / "corpus"], None)}
        if SPARSE.exists() and dense():
            some, many = Path(folder) / "some", Path(folder) / "many"
            write_sparse(some, documents=ALL_DOCUMENTS)
            write_sparse(many, documents=DOSES_DOCUMENTS)
            kinds = {"dense": (dense(), None), "sparse": ([some], None), "sparse-doses": ([many], "doses")}
        else:
            print(f"dense and sparse texts {WORD}; the examples are read")
        for name, (paths, only) in kinds.items():
            found = profiled(paths, only, OUT / f"{name}.prof")
            print(
                f"\n{name}: {sum(cost.own for cost in found.values()):.1f} s under the profiler\n{table(found)}",
                flush=True,
            )
    print(f"\nwritten: {OUT.relative_to(ROOT)}/*.prof")
    return 0


if __name__ == "__main__":
    sys.exit(main())
