"""Writes docs/reference/ from the code: commands, tables, verdicts, measures, settings, Python.

python docs/make_reference.py
"""

from __future__ import annotations

import csv
import inspect
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import typer
import yaml

import litclaims
from litclaims import cli, config, model, tables
from litclaims.compare import rules
from litclaims.compare.pairing import CONTEXT_BOUND
from litclaims.compare.verdicts import CONTEXT_BOUND_FACTOR, DOSE_FACTOR, GRADE_FACTOR, GUESSED_FACTOR, OTHER_FACTOR
from litclaims.report.result import Result
from litclaims.vocab.measurement import ucum, units

HERE = Path(__file__).resolve().parent / "reference"
SOURCE = Path(litclaims.__file__).resolve().parent

HELP_WIDTH = 100
EXAMPLES = 3
"""Examples of each measure."""

SMALL_LEXICONS = ("route", "basis", "species")
"""Lexicons of which every name is listed; the others hold too many."""

MADE = "<!-- made by docs/make_reference.py: change the code, then run it -->"
_MARKED = re.compile(r"\[([^\]]+)\]\(measure=(\w+)([^)]*)\)")
_UNIT = re.compile(r"\bunit=(\S+)")
_ROLE = re.compile(r":\w+:`~?\.?(?:[\w.]*\.)?(\w+)`")


def pages() -> dict[str, str]:
    """Every page of the reference by its file name."""
    made = {
        "cli.md": commands(),
        "tables.md": table_columns(),
        "verdicts.md": verdict_rules(),
        "measures.md": measures(),
        "settings.md": settings(),
        "python.md": python(),
    }
    return {name: f"{MADE}\n\n{text.rstrip()}\n" for name, text in made.items()}


def commands() -> str:
    """Each command with its help, as it prints it."""
    group = typer.main.get_command(cli.app)
    context = group.make_context("litclaims", [], resilient_parsing=True, terminal_width=HELP_WIDTH)
    parts = ["# Commands", _fenced(group.get_help(context))]
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        own = type(context)(command, info_name=name, parent=context, terminal_width=HELP_WIDTH)
        parts += [f"## litclaims {name}", _fenced(command.get_help(own))]
    return "\n\n".join(parts)


def table_columns() -> str:
    """Each table with its columns."""
    parts = [
        "# Tables",
        "Each is written as `NAME.csv` and `NAME.parquet`. " + _flat(tables.__doc__.split("\n\n", 1)[1]),
    ]
    for name in tables.TABLES:
        told = tables.describe(name)
        parts += [f"## {name}", _flat(told["row"]), _grid(("column", "type", "holds"), map(_column, told["columns"]))]
    return "\n\n".join(parts)


def _column(column: dict) -> tuple[str, str, str]:
    words = [word for word in ("optional", "unique") if column[word]]
    return f"`{column['name']}`", column["type"], _cell("; ".join([*words, *column["checks"]]))


def verdict_rules() -> str:
    """Each rule with what it says of itself, in the order in which they are tried."""
    parts = ["# Verdicts", "[The page on verdicts](../verdicts.md) works them through the example documents."]
    for rule in rules.rules():
        title, *rest = inspect.getdoc(rule).split("\n\n")
        parts += [f"## {rules.name(rule)}", _flat(title), *(_said(part) for part in rest)]
    factors = [(f"`{grade}`", f"{factor:g}") for grade, factor in GRADE_FACTOR.items()]
    parts += [
        "## Severity",
        "That of the finding times that of the grade and the measure:",
        _grid(("grade", "factor"), factors),
        f"Doses count {DOSE_FACTOR:g}, other measures {OTHER_FACTOR:g}, those that hang on their context "
        f"({', '.join(f'`{name}`' for name in sorted(CONTEXT_BOUND))}) {CONTEXT_BOUND_FACTOR:g}; "
        f"a side that rests on guessed readings alone {GUESSED_FACTOR:g}.",
        "## States",
        "Against the last run of the ledger: " + ", ".join(f"`{state}`" for state in model.STATES) + ".",
    ]
    return "\n\n".join(parts)


def _said(paragraph: str) -> str:
    """A paragraph of a docstring; its lists stay lists."""
    lead, *items = re.split(r"(?:^|\n)\* ", paragraph)
    return "\n".join([*filter(None, [_flat(lead)]), *(f"- {_flat(item)}" for item in items)])


def measures() -> str:
    """Each measure with its units and examples from the grammar's own cases; then bounds, units and names."""
    found = _cases()
    parts = ["# Measures, units and names", "The examples are cases of the grammar, which run as tests."]
    for name in model.MEASURES:
        seen = found.get(name, {})
        known = ", ".join(f"`{unit}` ({ucum(unit)})" for unit in seen)
        parts += [f"## {name}", f"In {known}." if known else "Not read from running text.", _listed(_examples(seen))]
    parts += ["## Bounds", ", ".join(f"`{name}`" for name in model.BOUNDS) + "."]
    parts += ["## Statuses of a claim", ", ".join(f"`{name}`" for name in model.STATUSES) + "."]
    parts += ["## Units as written", _grid(("written", "becomes", "times", "dimension"), _units())]
    for kind in SMALL_LEXICONS:
        parts += [f"## Names: {kind}", ", ".join(f"`{label}`" for label in _labels(kind)) + "."]
    return "\n\n".join(filter(None, parts))


def _cases() -> dict[str, dict[str, list[str]]]:
    """The texts of the grammar's cases by measure and canonical unit."""
    found: dict[str, dict[str, list[str]]] = {}
    for file in sorted((SOURCE / "extract" / "quantity" / "cases").glob("*.yml")):
        for case in yaml.safe_load(file.read_text(encoding="utf-8")):
            text = case.get("text", "")
            for _, measure, rest in _MARKED.findall(text):
                unit = _UNIT.search(rest)
                if unit:
                    found.setdefault(measure, {}).setdefault(unit[1], []).append(_MARKED.sub(r"**\1**", text))
    return found


def _examples(seen: dict[str, list[str]]) -> list[str]:
    """Examples of one line, of as many units as there are."""
    texts = [text for texts in zip(*(_padded(each) for each in seen.values()), strict=True) for text in texts]
    plain = [text for text in dict.fromkeys(texts) if text and "\n" not in text and len(text) < 160]
    return plain[:EXAMPLES]


def _padded(texts: Sequence[str]) -> list[str]:
    return [*texts[:EXAMPLES], *[""] * (EXAMPLES - len(texts))]


def _units() -> Iterator[tuple[str, str, str, str]]:
    for unit in sorted(units(), key=lambda one: (one.dimension, one.unit, one.factor, one.surface)):
        yield (
            _cell(unit.surface),
            f"`{unit.unit}`",
            f"{unit.factor.normalize():f}"[:14],
            unit.dimension.replace("_", " "),
        )


def _labels(kind: str) -> list[str]:
    with (SOURCE / "vocab" / "lexicons" / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        return [row["label"] for row in csv.DictReader(file)]


def settings() -> str:
    """Each setting with its variable, its default and what it does."""
    told = dict(_attributes(inspect.getdoc(config.Settings)))
    rows = [
        (f"`{config.PREFIX}{name.upper()}`", _default(field.default), _cell(told[name]))
        for name, field in config.Settings.model_fields.items()
    ]
    return "\n\n".join(["# Settings", _flat(config.__doc__), _grid(("variable", "default", "does"), rows)])


def _default(value: object) -> str:
    return "unset" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _attributes(docstring: str) -> Iterator[tuple[str, str]]:
    """The names that a docstring's ``Attributes`` list, with their text."""
    section = docstring.partition("Attributes:\n")[2]
    for entry in re.split(r"\n(?=    \w)", section.rstrip()):
        names, _, text = entry.strip().partition(": ")
        for name in names.split(", "):
            yield name, _flat(text)


def python() -> str:
    """``litclaims.run`` and what it returns."""
    signature = str(inspect.signature(litclaims.run)).replace("'", "")
    parts = ["# Python", "## litclaims.run", f"`litclaims.run{signature}`", _fenced(inspect.getdoc(litclaims.run))]
    parts += ["## Result", _fenced(inspect.getdoc(Result))]
    for name, member in vars(Result).items():
        if name.startswith("_"):
            continue
        if isinstance(member, property):
            parts += [f"### Result.{name}", _fenced(inspect.getdoc(member))]
        elif inspect.isfunction(member):
            shown = str(inspect.signature(member)).replace("'", "").replace("self, ", "")
            parts += [f"### Result.{name}", f"`Result.{name}{shown}`", _fenced(inspect.getdoc(member))]
    return "\n\n".join(parts)


def _flat(text: str) -> str:
    """The text of a docstring on one line as Markdown."""
    return " ".join(_ROLE.sub(r"`\1`", text).replace("``", "`").split())


def _cell(text: str) -> str:
    return _flat(text).replace("|", "\\|")


def _fenced(text: str) -> str:
    return "\n".join(["```text", *(line.rstrip() for line in text.strip("\n").splitlines()), "```"])


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _grid(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def main() -> None:
    """Write every page."""
    HERE.mkdir(exist_ok=True)
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
