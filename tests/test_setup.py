"""The set-up holds together: pins, bounds, packages."""

import importlib
import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
SETUP = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = SETUP["project"]
PACKAGE_DATA = SETUP["tool"]["setuptools"]["package-data"]["litclaims"]
PINS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
REQUIREMENTS = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]


def pinned(python: str) -> dict[str, str]:
    """The pinned version of each package for one version of Python."""
    environment = {"python_version": python, "python_full_version": f"{python}.0"}
    found = {}
    for requirement in map(Requirement, PINS):
        if requirement.marker is None or requirement.marker.evaluate(environment):
            found[canonicalize_name(requirement.name)] = str(requirement.specifier).removeprefix("==")
    return found


def needed(name: str, extras: frozenset[str], seen: set[tuple[str, frozenset[str]]]) -> set[str]:
    """The packages that an installed package rests on, itself among them."""
    if (name, extras) in seen:
        return set()
    seen.add((name, extras))
    found = {name}
    for requirement in map(Requirement, importlib.metadata.requires(name) or ()):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras | {""}):
            found |= needed(canonicalize_name(requirement.name), frozenset(requirement.extras), seen)
    return found


@pytest.mark.parametrize("python", ["3.11", "3.12"])
@pytest.mark.parametrize("text", REQUIREMENTS)
def test_requirement_is_bounded_and_pinned_within_its_bounds(text, python):
    requirement = Requirement(text)
    pin = pinned(python).get(canonicalize_name(requirement.name))
    assert pin is not None, f"{requirement.name} has no line in constraints.txt for Python {python}"
    assert pin in requirement.specifier
    assert any(bound.operator in {">=", "=="} for bound in requirement.specifier), "no lower bound"


def test_constraints_are_sorted_names_and_versions_only():
    shape = re.compile(r'[a-z0-9-]+==[A-Za-z0-9.+!]+( ; python_version (<|>=) "3\.12")?')
    assert [line for line in PINS if not shape.fullmatch(line)] == []
    assert [line.split("==")[0] for line in PINS] == sorted(line.split("==")[0] for line in PINS)


def test_every_installed_package_that_we_rest_on_is_the_pinned_one():
    pins = pinned(".".join(map(str, sys.version_info[:2])))
    rests_on = needed("litclaims", frozenset({"dev"}), set()) - {"litclaims"}
    installed = {name: importlib.metadata.version(name) for name in rests_on}
    assert len(installed) > len(REQUIREMENTS)
    assert {name: version for name, version in installed.items() if pins.get(name) != version} == {}


@pytest.mark.parametrize("folder", ["src/litclaims", "flows"])
def test_every_folder_of_modules_is_a_package(folder):
    """A folder without ``__init__.py`` works from the checkout and is missing from an installation."""
    modules = [path for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts]
    assert modules
    assert {str(path.parent) for path in modules if not (path.parent / "__init__.py").exists()} == set()


def test_every_data_file_is_packaged():
    """A file that no pattern of package-data names works from the checkout and is missing from an installation."""
    home = ROOT / "src/litclaims"
    files = {path for path in home.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"}}
    packaged = {path for pattern in PACKAGE_DATA for path in home.glob(pattern)}
    assert files
    assert {str(path.relative_to(ROOT)) for path in files - packaged} == set()


def test_flows_are_installed_as_part_of_litclaims():
    flows = importlib.import_module("litclaims.flows")
    assert Path(flows.__file__).name == "__init__.py"
    assert importlib.import_module("litclaims").__version__ == PROJECT["version"]
