"""Parts in an object store, on a server of our own on loopback: a run, the next one, and what is told of a failure."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from litclaims import pipeline, reading
from litclaims.errors import StoreError
from litclaims.store import Store
from litclaims.store.ledger import FILE

server = pytest.importorskip("moto.server", reason="moto is not installed: there is no object store to test on")
boto3 = pytest.importorskip("boto3", reason="boto3 is not installed: there is no object store to test on")

TEXT = "Patients with knee osteoarthritis received {} million mesenchymal stromal cells by intra-articular injection.\n"


@pytest.fixture(scope="module")
def bucket():
    """An object store that is told of by the environment alone, and an empty bucket in it."""
    started = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    started.start()
    host, port = started.get_host_and_port()
    with pytest.MonkeyPatch.context() as patched:
        address = f"http://{host}:{port}"
        told = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
        for name, value in {**told, "AWS_ENDPOINT_URL": address, "NO_PROXY": host, "no_proxy": host}.items():
            patched.setenv(name, value)
        boto3.client("s3", endpoint_url=address).create_bucket(Bucket="claims")
        yield "claims"
    started.stop()


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "in"
    made.mkdir()
    for name, figure in {"a": "20–40", "b": "200–400"}.items():
        (made / f"{name}.txt").write_text(TEXT.format(figure), encoding="utf-8")
    return made


def statuses(out):
    return dict(pd.read_csv(out / "documents.csv")[["doc", "status"]].itertuples(index=False))


def test_a_run_keeps_its_parts_there_and_the_next_reads_only_what_changed(bucket, folder, tmp_path, monkeypatch):
    out, where = tmp_path / "out", f"s3://{bucket}/runs/weekly"
    pipeline.run_local([folder], out=out, parts=where)
    assert set(pd.read_csv(out / "claims.csv")["figure"].str.partition(" ")[0]) == {"20–40", "200–400"}
    with Store.open(out / FILE) as store:
        there = store.parts(where)
        assert there.names() >= store.named_parts() != frozenset()
        assert "20–40 million" in store.text("a.txt")
    (folder / "b.txt").write_text(TEXT.format("50"), encoding="utf-8")
    genuine, names = reading.extract_input, []
    monkeypatch.setattr(reading, "extract_input", lambda item, **_: names.append(item.doc) or genuine(item, **_))
    pipeline.run_local([folder], out=out, parts=where)
    assert names == ["b.txt"]
    assert statuses(out) == {"a.txt": "unchanged", "b.txt": "ok"}
    assert set(pd.read_csv(out / "claims.csv")["figure"].str.partition(" ")[0]) == {"20–40", "50"}


def test_half_of_a_store_that_was_left_there_is_swept_away(bucket, folder, tmp_path):
    out, where = tmp_path / "out", f"s3://{bucket}/runs/orphans"
    pipeline.run_local([folder], out=out, parts=where)
    with Store.open(out / FILE) as store:
        there, named = store.parts(where), store.named_parts()
    there.put(f"part-{there.owner}-{'0' * 16}.parquet", there.get(next(iter(sorted(named)))))
    assert there.clear(keep=named) == 1
    assert there.names() == named


def test_bucket_that_is_missing_is_told_and_nothing_is_written(bucket, folder, tmp_path):
    out = tmp_path / "out"
    with pytest.raises(StoreError, match=re.escape("s3://no-such-bucket/x")):
        pipeline.run_local([folder], out=out, parts="s3://no-such-bucket/x")
    assert not (out / "claims.csv").exists()
