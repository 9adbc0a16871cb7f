"""The packages of litclaims, found by a scan; everything else stands in pyproject.toml.

``flows/`` and ``models/`` lie beside ``src/`` and install as ``litclaims.flows`` and ``litclaims.models``. The scan of
pyproject.toml finds folders but cannot rename one, so this one list is made here.
"""

from setuptools import find_packages, setup

setup(
    packages=[
        *find_packages("src"),
        "litclaims.flows",
        *(f"litclaims.flows.{name}" for name in find_packages("flows")),
        "litclaims.models",
    ]
)
