"""What the extractor reads, beside two open quantity parsers, and how fast: ``python -m benchmarks.run``."""
