"""litclaims reads the figures that documents about treatments claim, and says which documents disagree, how, and why.

The stages, each usable alone: ``ingest``, ``segment``, ``extract``, ``relate``, ``normalize``, ``compare``, then
``store`` and ``report``; ``pipeline`` is their order. Nothing is imported here, so that
``litclaims --help`` need not wait for spaCy.
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("litclaims")
except PackageNotFoundError:  # read from a checkout that is not installed
    __version__ = "0+unknown"
