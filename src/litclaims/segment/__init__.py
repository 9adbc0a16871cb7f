"""Documents cut into what the extractors read: normalised text, tokens, sentences and abbreviations."""

from litclaims.segment.parts import Part, Segmented, segment, view_of
from litclaims.segment.view import view

__all__ = ["Part", "Segmented", "segment", "view", "view_of"]
