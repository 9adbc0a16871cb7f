"""Train the disease model again: python models/train_disease_ner.py DATA [--out models/disease_ner/model].

DATA is a folder with ``ner/*.tsv`` (a token and its IOB tag a line), ``bulk/trials-10000.jsonl.gz`` and
``abbreviations/MED1250_labeled`` (text for the word vectors). ``models/disease_ner/config.cfg`` says how; a run takes
about ten minutes on an idle core. Where DATA is missing nothing is done, and that is said.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy
import scipy.sparse
import spacy
from sklearn.utils.extmath import randomized_svd
from spacy.cli.train import train
from spacy.tokens import Doc, DocBin, Span

from litclaims.evaluate.ner import Sentence, read_iob
from litclaims.extract.disease import features, plain  # noqa: F401  (they register what config.cfg names)

HERE = Path(__file__).resolve().parent / "disease_ner"
TRAIN = ("bc5cdr-train.tsv", "ncbi-disease-train.tsv")
TUNE = ("bc5cdr-devel.tsv", "ncbi-disease-devel.tsv")
BULK, ABSTRACTS = "bulk/trials-10000.jsonl.gz", "abbreviations/MED1250_labeled"

DIMENSIONS, WORDS, CONTEXTS, WINDOW = 48, 14_000, 8_000, 2
_TOKEN = re.compile(r"[^\W_]+|\S")


def main() -> None:
    """Make the word vectors and the training files in a scratch folder, train, and keep the best model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=HERE / "model")
    parser.add_argument("--config", type=Path, default=HERE / "config.cfg")
    given = parser.parse_args()
    needed = [*(f"ner/{name}" for name in TRAIN + TUNE), BULK, ABSTRACTS]
    if missing := [name for name in needed if not (given.data / name).is_file()]:
        sys.exit(f"{given.data}: {', '.join(missing)} is missing; the model that stands is kept (give its folder)")
    with tempfile.TemporaryDirectory() as scratch:
        paths = prepare(given.data, Path(scratch))
        train(given.config, Path(scratch) / "out", overrides={f"paths.{name}": str(at) for name, at in paths.items()})
        keep(Path(scratch) / "out" / "model-best", given.out)


def prepare(data: Path, scratch: Path) -> dict[str, Path]:
    """The paths that config.cfg asks for."""
    paths = {"train": scratch / "train.spacy", "dev": scratch / "dev.spacy", "vectors": scratch / "vectors"}
    nlp = spacy.blank("en")
    for name, files in (("train", TRAIN), ("dev", TUNE)):
        sentences = [each for file in files for each in read_iob(data / "ner" / file)]
        DocBin(docs=[gold_doc(nlp.vocab, each) for each in sentences]).to_disk(paths[name])
    with_vectors(data).to_disk(paths["vectors"])
    return paths


def gold_doc(vocab: spacy.Vocab, sentence: Sentence) -> Doc:
    """A sentence of the training data with its diseases."""
    doc = Doc(vocab, words=list(sentence.words))
    diseases = [each for each in sentence.entities if is_disease(each.label)]
    doc.ents = [Span(doc, each.start, each.end, label="DISEASE") for each in diseases]
    return doc


def is_disease(label: str) -> bool:
    """True for the label that both corpora give a disease; BC5CDR marks chemicals too, which are not learnt."""
    return label == "Disease"


def texts(data: Path) -> Iterator[str]:
    """The texts from which the vectors are made: registry texts, abstracts and the training sentences."""
    with gzip.open(data / BULK, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)["text"]
    yield (data / ABSTRACTS).read_text(encoding="utf-8", errors="replace")
    for name in TRAIN:
        yield " ".join(word for each in read_iob(data / "ner" / name) for word in each.words)


def with_vectors(data: Path) -> spacy.Language:
    """A blank pipeline with a vector for each frequent word: its contexts weighed by PPMI, reduced by SVD.

    Levy, Goldberg and Dagan 2015: context distribution smoothing of .75, eigenvalues to the power of .5.
    """
    tokens = [[word.lower() for word in _TOKEN.findall(text)] for text in texts(data)]
    counts = Counter(word for words in tokens for word in words)
    words = sorted(counts, key=lambda word: (-counts[word], word))[:WORDS]
    left, singular, _ = randomized_svd(ppmi(tokens, words), DIMENSIONS, n_iter=4, random_state=7)
    vectors = left * singular**0.5
    vectors /= numpy.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    nlp = spacy.blank("en")
    nlp.vocab.vectors = spacy.vectors.Vectors(
        strings=nlp.vocab.strings, data=vectors.astype("float32"), keys=words, name="litclaims_vectors", attr="LOWER"
    )
    return nlp


def ppmi(tokens: list[list[str]], words: list[str]) -> scipy.sparse.csr_matrix:
    """A row a word, a column for each of the frequent words at each side of it."""
    index = {word: number for number, word in enumerate(words)}
    flat = numpy.concatenate([[index.get(word, -1) for word in text] + [-1] * WINDOW for text in tokens])
    counts = sum(beside(flat, step, len(words)) for step in range(-WINDOW, WINDOW + 1) if step).tocoo()
    rows = numpy.asarray(counts.sum(axis=1)).ravel()
    columns = numpy.asarray(counts.sum(axis=0)).ravel() ** 0.75
    information = numpy.log(counts.data / (rows[counts.row] * (columns / columns.sum())[counts.col]))
    kept = information > 0
    return scipy.sparse.csr_matrix((information[kept], (counts.row[kept], counts.col[kept])), shape=counts.shape)


def beside(flat: numpy.ndarray, step: int, size: int) -> scipy.sparse.csr_matrix:
    """How often each word has each frequent word at a distance; words before and after have their own columns."""
    word, other = (flat[:-step], flat[step:]) if step > 0 else (flat[-step:], flat[:step])
    kept = (word >= 0) & (other >= 0) & (other < CONTEXTS)
    columns = other[kept] + (CONTEXTS if step > 0 else 0)
    shape = (size, 2 * CONTEXTS)
    return scipy.sparse.coo_matrix((numpy.ones(kept.sum()), (word[kept], columns)), shape=shape).tocsr()


def keep(best: Path, out: Path) -> None:
    """Write the best model to its folder, without what only training needs."""
    nlp = spacy.load(best)
    nlp.meta |= {"name": "litclaims_disease_ner", "version": "1.0.0", "description": "Diseases in biomedical text"}
    nlp.meta.pop("performance", None)
    nlp.config["paths"] = dict.fromkeys(nlp.config["paths"])  # a scratch folder of this machine
    nlp.to_disk(out)


if __name__ == "__main__":
    main()
