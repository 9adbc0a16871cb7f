"""The ledger: which documents were read, in which run, and the texts that all offsets index."""

from litclaims.store.ledger import Run, Store

__all__ = ["Run", "Store"]
