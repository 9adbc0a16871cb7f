"""The vocabulary of the field, kept as data: names, synonyms, abbreviations and identifiers, one CSV file a kind."""

from litclaims.vocab.lexicon import (
    Lexicon,
    Match,
    Surface,
    Term,
    fingerprint,
    implied_route,
    kinds,
    kinds_in,
    load,
    site_routes,
)

__all__ = [
    "Lexicon",
    "Match",
    "Surface",
    "Term",
    "fingerprint",
    "implied_route",
    "kinds",
    "kinds_in",
    "load",
    "site_routes",
]
