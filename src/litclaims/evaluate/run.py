"""Evaluation from gold files to text and exit code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from litclaims.errors import ConfigurationError, GoldError, VocabularyError
from litclaims.evaluate import diff, gate, report
from litclaims.evaluate.gold import GoldDocument, GoldFile, check_spans, read_gold
from litclaims.evaluate.score import DocumentScore, FileScore, Score, score_document
from litclaims.evaluate.serialise import read_items, to_json, write_json
from litclaims.model import Extraction, Outcome

Extract = Callable[[Path, str], Extraction | Outcome]
"""Reads a file; is given its path and its name in the gold file."""

ExtractText = Callable[[str, str], Extraction | Outcome]
"""Reads inline text; is given the text and the document's name."""


def evaluate(
    gold: Sequence[Path],
    *,
    root: Path | None = None,
    extract: Extract | None = None,
    extract_text: ExtractText | None = None,
) -> Score:
    """The score of an extractor on gold files.

    Args:
        gold: gold files; no two of one name, since scores are keyed by it.
        root: the folder that documents are relative to, see :func:`litclaims.evaluate.gold.read_gold`.
        extract, extract_text: the extractor; the pipeline unless given. A document that it cannot read is named with
            its reason, and all its gold counts as silent.

    Raises:
        GoldError: a gold file holds a fault; all of them are read before anything is extracted.
    """
    files = _read_all(gold, root)
    extract = extract or _pipeline_file
    extract_text = extract_text or _pipeline_text
    return Score(tuple(_score_file(file, extract, extract_text) for file in files))


def run_evaluation(
    gold: Sequence[Path],
    *,
    root: Path | None = None,
    save: Path | None = None,
    baseline: Path | None = None,
    out: Path | None = None,
    floors: Path | None = None,
    update_floors: bool = False,
    allow_regression: bool = False,
    show_all: bool = False,
    extract: Extract | None = None,
    extract_text: ExtractText | None = None,
) -> tuple[str, int]:
    """Evaluate, compare, gate: what the command does.

    Args:
        save: write the score there, for a later ``baseline``.
        baseline: a saved score to compare with.
        out: folder for ``losses.csv``, ``gains.csv`` and ``still_missed.csv``; needs ``baseline``.
        floors: floors that the score must reach.
        update_floors: raise the floors to the score; ``allow_regression`` lowers them too and pins a changed corpus.

    Returns:
        The text to show, and the exit code: 0, or 1 if a floor is broken.

    Raises:
        LitclaimsError: a bad gold file, baseline or floors, options that contradict, or nothing can be written.
    """
    _check_options(baseline, out, floors, update_floors, allow_regression)
    before = None if baseline is None else read_items(baseline)
    pinned = _read_floors(floors, missing_is_empty=update_floors)
    score = evaluate(gold, root=root, extract=extract, extract_text=extract_text)
    parts = [report.format_report(score, show_all=show_all)]
    if save is not None:
        write_json(save, to_json(score))
    if before is not None:
        difference = diff.compare(before, diff.items_of(score))
        parts.append(report.format_difference(difference, show_all=show_all))
        if out is not None:
            diff.write_changes(difference, out)
    code = 0
    if floors is not None:
        if update_floors:
            pinned = gate.update(score, pinned, allow_regression=allow_regression)
            gate.write_floors(floors, pinned)
        breaches = gate.check(score, pinned)
        parts.append(report.format_breaches(breaches))
        code = 1 if breaches else 0
    return "\n".join(parts), code


def _check_options(
    baseline: Path | None, out: Path | None, floors: Path | None, update_floors: bool, allow_regression: bool
) -> None:
    if out is not None and baseline is None:
        raise ConfigurationError("has nothing to compare with", source="--out", remedy="give --baseline as well")
    if update_floors and floors is None:
        raise ConfigurationError("has no file", source="--update-floors", remedy="give --floors as well")
    if allow_regression and not update_floors:
        raise ConfigurationError(
            "changes nothing alone", source="--allow-regression", remedy="give --update-floors as well"
        )


def _read_floors(path: Path | None, *, missing_is_empty: bool) -> dict[str, gate.FileFloors]:
    if path is None or (missing_is_empty and not path.exists()):
        return {}
    return gate.read_floors(path)


def _read_all(gold: Sequence[Path], root: Path | None) -> list[GoldFile]:
    if not gold:
        raise GoldError("no gold file was given", remedy="name at least one .jsonl file")
    files = [read_gold(Path(path), root=root) for path in gold]
    names = [file.name for file in files]
    for file in files:
        if names.count(file.name) > 1:
            raise GoldError(f"two gold files are named {file.name}", source=file.path, remedy="rename or drop one")
    return files


def _score_file(file: GoldFile, extract: Extract, extract_text: ExtractText) -> FileScore:
    documents = tuple(_score_document(file, document, extract, extract_text) for document in file.documents)
    return FileScore(file.name, file.sha256, documents)


def _score_document(
    file: GoldFile, document: GoldDocument, extract: Extract, extract_text: ExtractText
) -> DocumentScore:
    extraction, failure = _extracted(document, extract, extract_text)
    if extraction is None:
        return score_document(document, None, failure=failure)
    text = extraction.document.text
    if document.text is None:
        check_spans(document, text, source=f"{file.path}:{document.line}")
    elif text != document.text:
        told = "its ingested text differs from the text that the gold's offsets index"
        return score_document(document, None, failure=told)
    return score_document(document, extraction)


def _extracted(
    document: GoldDocument, extract: Extract, extract_text: ExtractText
) -> tuple[Extraction | None, str | None]:
    """The extraction, or None and the reason. One bad document is told, a bad configuration stops the run."""
    try:
        if document.path is not None:
            result = extract(document.path, document.doc)
        else:
            result = extract_text(document.text or "", document.doc)
    except (ConfigurationError, VocabularyError):
        raise
    except Exception as error:
        return None, f"{type(error).__name__}: {error}"
    if isinstance(result, Outcome):
        reason = f"{result.status}: {result.reason or 'no reason given'}"
        return (result.extraction, None) if result.extraction is not None else (None, reason)
    return result, None


def _pipeline_file(path: Path, doc: str) -> Outcome:
    from litclaims import reading  # only here: evaluation with another extractor loads no language model

    return reading.extract_file(path, doc=doc)


def _pipeline_text(text: str, doc: str) -> Extraction:
    from litclaims import reading  # see above

    return reading.extract_text(text, doc=doc)
