"""Every example of the README and of docs/ is run, and gives what is printed below it; every link leads somewhere."""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from docs.make_reference import HERE as REFERENCE
from docs.make_reference import pages as reference_pages
from litclaims import cli

ROOT = Path(__file__).resolve().parents[1]
EVERY_PAGE = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

NOT_RUN = {
    "README.md": "make builds an environment, and the folder is the reader's own",
    "docs/howto/own-folder.md": "the folder is the reader's own, and a browser is opened",
    "docs/howto/add-a-route.md": "the tests of the vocabulary, which run as they are",
    "docs/howto/scispacy-model.md": "a model would have to be downloaded",
}
"""Pages with blocks marked ``sh``, which are shown and not run, and why."""

ELSEWHERE = {
    "docs/citations.md": "tests/test_citations_page.py runs its examples",
    "docs/schedules.md": "its commands start a server that stays, a timer or containers; tests/flows runs schedules",
    "docs/store.md": "datasette and DuckDB are no dependencies; tests/store opens stores",
}
"""Pages that the tests here leave alone, and why."""

SHOWN = {"sh", "text", "sql", "json", "yaml", "ini", "html", "mermaid"}
"""Languages of blocks that are shown; ``sh`` only where :data:`NOT_RUN` says why. DuckDB's ``sql`` is no dependency."""

BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#([\w-]+))?\)")
ID = re.compile(r"\b[0-9a-f]{16}\b")
ANYTHING = "…"


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> list[str]:
    return [text for _, kind, text in BLOCK.findall(page.read_text(encoding="utf-8")) if kind == language]


@pytest.fixture
def folder(corpus_run, corpus_read, tmp_path, monkeypatch):
    """A place to type commands in: the example documents and a run of them."""
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    shutil.copytree(corpus_run.out, tmp_path / "outputs" / "corpus")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def typed(block: str) -> list[tuple[str, str]]:
    """The commands of a block, each with the output that is printed below it."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)
    assert parts[0] == "", "a console block begins with a command"
    return list(zip(parts[1::2], parts[2::2], strict=True))


def pattern(shown: str) -> re.Pattern[str]:
    """What the output must look like: ``…`` is anything, alone on a line any lines; an id is that of this run."""
    lines = []
    for line in shown.splitlines():
        if line.strip() == ANYTHING:
            lines.append(r"(?:.*\n)*?")
            continue
        pieces = [ID.sub("\0", piece) for piece in line.rstrip().split(ANYTHING)]
        told = ".*".join(re.escape(piece).replace("\0", "([0-9a-f]{16})") for piece in pieces)
        lines.append(told + r" *\n")
    return re.compile("".join(lines))


def run(command: str) -> str:
    """The output of a command as a terminal shows it; ``> FILE`` is done here."""
    words = shlex.split(command)
    assert words[0] == "litclaims", f"only our own commands are run: {command}"
    words, _, file = (words[:-2], words[-2], words[-1]) if ">" in words else (words, "", "")
    result = CliRunner().invoke(cli.app, words[1:])
    assert result.exit_code in (0, 2), result.output
    if file:
        Path(file).write_text(result.stdout, encoding="utf-8", newline="")
        return result.stderr
    return result.stderr + result.stdout


PAGES = [page for page in EVERY_PAGE if named(page) not in ELSEWHERE]
CONSOLE = [page for page in PAGES if blocks(page, "console")]
PYTHON = [page for page in PAGES if blocks(page, "python")]


@pytest.mark.parametrize("page", CONSOLE, ids=named)
def test_commands_print_what_the_page_shows(page, folder):
    commands = [each for block in blocks(page, "console") for each in typed(block)]
    if any(re.match(r"litclaims run corpus .*outputs/corpus", command) for command, _ in commands[:1]):
        shutil.rmtree(folder / "outputs")
    ids: dict[str, str] = {}
    for command, shown in commands:
        for written, real in ids.items():
            command = command.replace(written, real)
        output = run(command)
        found = pattern(shown).fullmatch(output if output.endswith("\n") or not output else output + "\n")
        assert found, f"$ {command}\n{output}"
        ids |= zip(ID.findall(shown), found.groups(), strict=True)


@pytest.mark.parametrize("page", PYTHON, ids=named)
def test_python_gives_what_the_page_shows(page, folder):
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    said: list[str] = []
    text = "\n".join(blocks(page, "python"))
    test = doctest.DocTestParser().get_doctest(text, {}, named(page), str(page), 0)
    assert test.examples
    doctest.DocTestRunner(optionflags=flags, verbose=False).run(test, out=said.append)
    assert not said, "".join(said)


def test_the_commands_of_the_tutorial_are_run():
    assert len([each for page in CONSOLE for block in blocks(page, "console") for each in typed(block)]) > 20
    assert {named(page) for page in PYTHON} >= {"docs/howto/notebook.md", "docs/howto/tables.md"}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_block_says_what_it_is(page):
    kinds = {kind for _, kind, _ in BLOCK.findall(page.read_text(encoding="utf-8"))}
    assert kinds <= SHOWN | {"console", "python"}


def test_what_is_not_run_is_listed_with_the_reason():
    assert {named(page) for page in PAGES if blocks(page, "sh")} == set(NOT_RUN)


@pytest.mark.parametrize("page", EVERY_PAGE, ids=named)
def test_every_link_leads_somewhere(page):
    for target, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        found = page.parent / target
        assert found.exists(), f"{named(page)} links to {target}"
        if anchor:
            headings = re.findall(r"^#+ (.*)$", found.read_text(encoding="utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
            assert anchor in anchors, f"{named(page)} links to {target}#{anchor}"


@pytest.mark.parametrize("name", sorted(reference_pages()))
def test_the_reference_is_that_of_the_code(name):
    assert (REFERENCE / name).read_text(encoding="utf-8") == reference_pages()[name], (
        "the code has changed: run python docs/make_reference.py"
    )


def test_the_reference_holds_no_other_page():
    assert {page.name for page in REFERENCE.iterdir()} == set(reference_pages())


def test_an_output_that_differs_is_no_match():
    shown = "a … c\n…\nid 0123456789abcdef\n"
    assert pattern(shown).fullmatch("a b c\nx\ny\nid fedcba9876543210  \n").groups() == ("fedcba9876543210",)
    assert not pattern(shown).fullmatch("a b d\nid fedcba9876543210\n")
    assert not pattern("a\n").fullmatch("a\nb\n")
    assert not pattern("").fullmatch("a\n")
