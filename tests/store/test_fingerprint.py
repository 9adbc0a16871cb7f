"""What decides on a reading is in its fingerprint."""

import ast

from litclaims.store.fingerprint import PACKAGE, STAGES

NO_STAGE = {"config", "errors"}
"""Settings are told one by one; errors say how a failure is worded, which is never kept for long."""


def used_by(module):
    """The modules of the package that a file imports, each by its first name."""
    for node in ast.walk(ast.parse((PACKAGE / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "litclaims":
            below = node.module.partition(".")[2]
            yield from [below.partition(".")[0]] if below else [alias.name for alias in node.names]


def test_the_reading_of_a_document_and_all_that_it_uses_are_in_the_fingerprint():
    stages = {name.removesuffix(".py") for name in STAGES}
    assert {"reading", *used_by("reading.py")} - NO_STAGE <= stages
    assert all((PACKAGE / name).exists() for name in STAGES)
