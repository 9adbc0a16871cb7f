"""The comparison rules, found by a scan of this folder: one rule is one ``.py`` and one ``.yml`` of cases.

A rule module has a docstring with **Flag** and **Leave alone**, a ``PRIORITY`` (lower is tried first, no two alike)
and ``check(a, b, context) -> Finding | None``, which must not depend on the order of the two. The first that gives a
finding decides, and its name is kept with the verdict.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from types import ModuleType


@functools.cache
def rules() -> tuple[ModuleType, ...]:
    """The rule modules in the order in which they are tried."""
    names = (found.name for found in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return tuple(sorted(modules, key=lambda module: module.PRIORITY))


def name(rule: ModuleType) -> str:
    """The name of a rule: that of its file."""
    return rule.__name__.rpartition(".")[2]
