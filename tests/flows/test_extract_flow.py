"""The flow on a real server: isolation, retries, batches, artifacts, progress."""

from __future__ import annotations

import csv
import json
import time

import pytest

from litclaims import batches, pipeline, reading
from litclaims.errors import InputError, VocabularyError
from litclaims.flows.run import run
from litclaims.inputs import Input
from litclaims.report.cells import records
from litclaims.report.show import read_table

pytestmark = pytest.mark.flow


@pytest.fixture
def flow_module(api, monkeypatch):
    """``litclaims.flows.extract`` with retries that do not wait; imported late, for it imports Prefect."""
    from litclaims.flows import extract

    monkeypatch.setattr(extract.read_again, "retry_delay_seconds", 0)
    return extract


@pytest.fixture
def client(api):
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        yield client


def flow_run(client, out):
    from prefect.client.schemas.filters import FlowRunFilter

    named = FlowRunFilter.model_validate({"name": {"any_": [f"extract to {out}"]}})
    (found,) = client.read_flow_runs(flow_run_filter=named)
    return found


def task_runs(client, out):
    """The task runs of the flow run, with their final states: the server writes them down a moment later."""
    from prefect.client.schemas.filters import FlowRunFilter

    wanted = FlowRunFilter.model_validate({"id": {"any_": [flow_run(client, out).id]}})
    deadline = time.monotonic() + 30
    while True:
        found = client.read_task_runs(flow_run_filter=wanted)
        if (found and all(each.state and each.state.is_final() for each in found)) or time.monotonic() > deadline:
            return found
        time.sleep(0.2)


def artifacts(client, out):
    from prefect.client.schemas.filters import ArtifactFilter

    wanted = ArtifactFilter.model_validate({"flow_run_id": {"any_": [flow_run(client, out).id]}})
    return {artifact.key: artifact for artifact in client.read_artifacts(artifact_filter=wanted)}


def statuses(result):
    return {outcome.doc: outcome.status for outcome in result.outcomes}


def fail_for(monkeypatch, doc, error, times):
    """Have the reading of one document fail so many times; gives the list of attempts."""
    genuine, attempts = reading.extract_input, []

    def extract_input(item, **_):
        if item.doc == doc:
            attempts.append(item.doc)
            if len(attempts) <= times:
                raise error
        return genuine(item, **_)

    monkeypatch.setattr(reading, "extract_input", extract_input)
    return attempts


def test_broken_document_is_a_row_beside_the_others(api, documents, tmp_path):
    out = tmp_path / "out"
    result = run([documents], out)
    assert statuses(result) == {"good.txt": "ok", "other.txt": "ok", "broken.txt": "failed"}
    with open(out / "documents.csv", encoding="utf-8", newline="") as file:
        rows = {row["doc"]: row for row in csv.DictReader(file)}
    assert {doc: row["status"] for doc, row in rows.items()} == statuses(result)
    assert "UTF-8" in rows["broken.txt"]["reason"]


def test_the_artifacts_can_be_read_back(api, client, documents, tmp_path):
    out = tmp_path / "out"
    result = run([documents], out)
    found = artifacts(client, out)
    rows = json.loads(found["comparison"].data)
    assert {row["doc"] for row in rows} == {"good.txt", "other.txt"}
    assert len(rows) == len(result.comparison.positions)
    assert any(verdict.flag for verdict in result.comparison.verdicts)
    assert "200 to 400 million" in found["disagreements"].data
    assert found["disagreements"].data.count("**disjoint") == 1  # the verdict at the level of the route repeats it
    assert f"({(out / 'report.html').absolute().as_uri()})" in found["report"].data


def test_the_flow_and_the_run_without_prefect_find_the_same(api, documents, tmp_path):
    flow = run([documents], tmp_path / "flow")
    local = pipeline.run_local([documents], out=tmp_path / "local")
    assert flow.comparison == local.comparison
    assert (tmp_path / "flow" / "claims.csv").read_bytes() == (tmp_path / "local" / "claims.csv").read_bytes()


def test_start_of_the_server_is_told_and_kept(api, documents, tmp_path, caplog):
    with caplog.at_level("INFO", logger="litclaims"):
        run([documents], tmp_path / "out")
    told = [record.getMessage() for record in caplog.records]
    (start,) = [line for line in told if line.startswith("Prefect's server was ready after ")]
    assert any(line.startswith("3 of 3 documents read in ") for line in told)
    seconds = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["seconds"]
    assert f"after {seconds['start']:.1f} s" in start
    assert list(seconds) == ["start", "extract", "compare"]


def test_failed_read_is_tried_again_and_its_batch_is_not(flow_module, client, documents, tmp_path, monkeypatch):
    attempts = fail_for(monkeypatch, "good.txt", TimeoutError("the disk sleeps"), times=2)
    result = run([documents], tmp_path / "out")
    assert statuses(result)["good.txt"] == "ok"
    assert len(attempts) == 3
    runs = {task_run.name: task_run.run_count for task_run in task_runs(client, tmp_path / "out")}
    again = next(count for name, count in runs.items() if name.startswith("read-again"))
    assert (runs["extract 1"], again) == (1, 2)


def test_read_that_never_succeeds_is_a_row(flow_module, documents, tmp_path, monkeypatch):
    attempts = fail_for(monkeypatch, "good.txt", ConnectionError("gone"), times=100)
    result = run([documents], tmp_path / "out")
    assert statuses(result) == {"good.txt": "failed", "other.txt": "ok", "broken.txt": "failed"}
    assert len(attempts) == 4  # in the batch, then once and two retries
    (reason,) = [outcome.reason for outcome in result.outcomes if outcome.doc == "good.txt"]
    assert "good.txt" in reason
    assert "gone" in reason


def test_every_document_of_a_batch_that_fails_whole_is_a_row(flow_module, documents, tmp_path, monkeypatch):
    monkeypatch.setenv("LITCLAIMS_BATCH_BYTES", "1")  # a batch a document
    attempts = fail_for(monkeypatch, "good.txt", RuntimeError("a defect"), times=100)
    result = run([documents], tmp_path / "out")
    assert statuses(result) == {"good.txt": "failed", "other.txt": "ok", "broken.txt": "failed"}
    assert len(attempts) == 1  # a defect is the same the second time


def test_faulty_vocabulary_ends_the_run(flow_module, documents, tmp_path, monkeypatch):
    fail_for(monkeypatch, "good.txt", VocabularyError("has no column 'name'", source="route.csv"), times=100)
    with pytest.raises(VocabularyError, match=r"route\.csv"):
        run([documents], tmp_path / "out")
    assert not (tmp_path / "out" / "claims.csv").exists()


def test_progress_is_told_a_document_at_a_time(api, documents, tmp_path):
    told = []
    run([documents], tmp_path / "out", progress=lambda *args: told.append(args))
    assert [(done, total) for done, total, _ in told] == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert {doc for _, _, doc in told[1:]} == {"good.txt", "other.txt", "broken.txt"}


def test_nothing_is_written_over_when_nothing_was_read(api, documents, tmp_path):
    out = tmp_path / "out"
    run([documents], out)
    before = (out / "claims.csv").read_bytes()
    result = run([documents / "broken.txt"], out)
    assert result.files == {}
    assert (out / "claims.csv").read_bytes() == before


def test_missing_path_is_known_before_anything_is_made(api, tmp_path):
    with pytest.raises(InputError, match="nowhere"):
        run([tmp_path / "nowhere"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("sizes", "size", "expected"),
    [
        ([], 10, []),
        ([4, 4, 4], 10, [2, 1]),
        ([5, 5, 5], 10, [2, 1]),
        ([50, 1, 1], 10, [1, 2]),
        ([1, 1, 50, 1], 10, [2, 1, 1]),
        ([0, 0, 0], 10, [3]),
    ],
)
def test_batches_hold_neighbours_up_to_their_bytes(flow_module, tmp_path, sizes, size, expected):
    items = make_items(tmp_path, sizes)
    packed = list(batches.packed(items, size))
    assert [len(batch) for batch in packed] == expected
    assert [item for batch in packed for item in batch] == items


def test_many_documents_make_no_more_batches_than_the_server_bears(flow_module, tmp_path):
    items = make_items(tmp_path, [7] * 2000)
    assert 100 < len(list(batches.packed(items, 1))) <= batches.MAX_BATCHES


def test_file_that_vanished_is_still_in_a_batch(flow_module, tmp_path):
    item = Input(tmp_path / "gone.txt", "gone.txt", "gone.txt")
    assert list(batches.packed([item], 10)) == [(item,)]


def make_items(folder, sizes):
    items = []
    for number, size in enumerate(sizes):
        path = folder / f"{number}.txt"
        path.write_bytes(b"x" * size)
        items.append(Input(path, path.name, str(path)))
    return items


def test_words_of_a_document_are_no_markup_on_the_page(flow_module, documents, tmp_path):
    from litclaims.flows.artifacts import disagreements_page

    nasty = documents / "[a](javascript:x)<b>.txt"
    (documents / "other.txt").rename(nasty)
    pipeline.run_local([documents], out=tmp_path / "out")
    page = disagreements_page(records(read_table(tmp_path / "out", "disagreements")), source="out", notes=["<b>"])
    assert "javascript" in page
    assert "<b>" not in page
    assert "](" not in page


def test_page_says_so_when_nothing_disagrees(flow_module):
    from litclaims.flows.artifacts import disagreements_page

    assert "None of the compared figures disagree." in disagreements_page([], source="out")
