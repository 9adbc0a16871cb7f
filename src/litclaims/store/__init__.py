"""The ledger and the parts: what was read of which document, in which run, and the texts that all offsets index."""

from litclaims.store.ledger import Run, Seen, Store
from litclaims.store.parts import Done, Parts

__all__ = ["Done", "Parts", "Run", "Seen", "Store"]
