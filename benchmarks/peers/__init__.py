"""One worker for each system, run in that system's own environment; they share only :mod:`benchmarks.peers.worker`."""
