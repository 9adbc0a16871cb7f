"""The tokenizer of the trained model: runs of letters or digits, and single signs, as its training data has them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from spacy import registry
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

TOKEN = re.compile(r"[^\W_]+|\S|\s+")


class PlainTokenizer:
    """``Parkinson's disease-like`` is ``Parkinson ' s disease - like``; the Doc's text is the text given."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """The Doc of a text. White space is a token of its own where it is not one blank after a word, as in spaCy."""
        words: list[str] = []
        spaces: list[bool] = []
        for piece in TOKEN.findall(text):
            if piece[0] == " " and words and not spaces[-1]:
                spaces[-1] = True
                piece = piece[1:]
            if piece:
                words.append(piece)
                spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)

    def to_disk(self, path: Path, **_: Any) -> None:
        """Nothing is kept: there is nothing to set."""

    def from_disk(self, path: Path, **_: Any) -> PlainTokenizer:
        """The same tokenizer."""
        return self

    def to_bytes(self, **_: Any) -> bytes:
        """As :meth:`to_disk`."""
        return b""

    def from_bytes(self, data: bytes, **_: Any) -> PlainTokenizer:
        """As :meth:`from_disk`."""
        return self


@registry.tokenizers("litclaims.PlainTokenizer.v1")
def make() -> Callable[[Language], PlainTokenizer]:
    """For a spaCy configuration."""
    return lambda nlp: PlainTokenizer(nlp.vocab)
