"""The systems compared: each in its own environment, spoken to over lines of JSON."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.score import Read
from benchmarks.strings import Text

HERE = Path(__file__).parent
ENVIRONMENTS = HERE / ".envs"
INSTALL_SECONDS, RUN_SECONDS = 180, 200
"""How long installing a peer, and reading one set of texts, may take."""


@dataclass(frozen=True, slots=True)
class System:
    """A system to compare.

    Attributes:
        name: as it is printed.
        worker: its module in ``benchmarks.peers``, and the arguments that go with it.
        requirements: the file that says what its environment holds; None for our own, which is the one we run in.
    """

    name: str
    worker: tuple[str, ...]
    requirements: Path | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a system read in a set of texts, and how fast: processor seconds, and those of a clock for the same pass."""

    reads: Mapping[str, tuple[Read, ...]]
    words: int
    seconds: float
    passes: int
    versions: Mapping[str, str]
    wall_seconds: float = 0.0
    peak_mb: float | None = None

    @property
    def words_per_second(self) -> float:
        """Words (parted by white space) of the fastest warm pass."""
        return self.words / self.seconds if self.seconds else 0.0


class Unavailable(Exception):
    """A system that cannot be run here, and why. It costs its own rows and nothing else."""


_QUANTULUM3 = HERE / "peers" / "requirements-quantulum3.txt"
_SCISPACY = HERE / "peers" / "requirements-scispacy.txt"
_EDSNLP = HERE / "peers" / "requirements-edsnlp.txt"

OURS = System("litclaims", ("ours_worker", "pipeline"))
OURS_FIGURES = System("litclaims, figures", ("ours_worker", "figures"))
OURS_GRAMMAR = System("litclaims, grammar", ("ours_worker", "grammar"))
QUANTULUM3 = System("quantulum3, by line", ("quantulum3_worker", "lines"), _QUANTULUM3)
QUANTULUM3_WHOLE = System("quantulum3, whole text", ("quantulum3_worker", "whole"), _QUANTULUM3)
EDSNLP = System("EDS-NLP eds.quantities", ("edsnlp_worker",), _EDSNLP)
SCISPACY = System("a spaCy pipeline as scispaCy's", ("scispacy_worker",), _SCISPACY)
"""It reads no quantities, and is asked how fast it is alone."""
SYSTEMS = (OURS, OURS_FIGURES, OURS_GRAMMAR, QUANTULUM3, QUANTULUM3_WHOLE, EDSNLP)


def python_of(system: System) -> Path:
    """The interpreter of a system's environment, which is made, or made again where its requirements changed.

    Raises:
        Unavailable: it cannot be installed here.
    """
    if system.requirements is None:
        return Path(sys.executable)
    folder = ENVIRONMENTS / system.requirements.stem.removeprefix("requirements-")
    python = folder / "bin" / "python"
    stamp = folder / ".installed"
    wanted = f"{sys.version}\n{system.requirements.read_text(encoding='utf-8')}"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    try:
        venv.create(folder, clear=True, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Unavailable(f"no environment can be made for it: {error}") from error
    install = [
        str(python),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-r",
        str(system.requirements),
    ]
    _run(install, "", seconds=INSTALL_SECONDS, doing="install")
    stamp.write_text(wanted, encoding="utf-8")
    return python


def ask(system: System, python: Path, texts: Sequence[Text]) -> Answer:
    """Let a system read the texts.

    Raises:
        Unavailable: it cannot be run, takes too long, or answers with something else.
    """
    lines = "".join(json.dumps({"id": text.id, "text": text.text}) + "\n" for text in texts)
    module, *arguments = system.worker
    said = _run([str(python), "-m", f"benchmarks.peers.{module}", *arguments], lines, seconds=RUN_SECONDS, doing="run")
    try:
        *answers, summary = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
        reads = {answer["id"]: tuple(_read(item) for item in answer["quantities"]) for answer in answers}
        told = {name: summary[name] for name in ("words", "seconds", "passes", "versions", "wall_seconds", "peak_mb")}
        return Answer(reads, **told)
    except (ValueError, KeyError, TypeError) as error:
        raise Unavailable(f"its answer cannot be read: {type(error).__name__}: {error}") from error


def _read(item: Mapping[str, object]) -> Read:
    return Read(
        start=item["start"],
        end=item["end"],
        readings=tuple(tuple(ends) for ends in item["readings"]),
        cells=item["cells"],
        unit=item["unit"],
        bound=item.get("bound", ""),
        basis=item.get("basis", ""),
    )


def _run(command: list[str], given: str, *, seconds: int, doing: str) -> str:
    """Standard output of a command that runs in the project's folder."""
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, encoding="utf-8", timeout=seconds, cwd=HERE.parent, check=True
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"to {doing} it took more than {seconds} s") from error
    except subprocess.CalledProcessError as error:
        last = [line for line in error.stderr.splitlines() if line.strip()][-1:] or [f"exit status {error.returncode}"]
        raise Unavailable(f"cannot {doing} it: {last[0].strip()}") from error
    except OSError as error:
        raise Unavailable(f"cannot {doing} it: {error.strerror}") from error
    return done.stdout
