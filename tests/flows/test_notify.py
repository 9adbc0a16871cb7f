"""New disagreements: the event of a run, and the automation of the docs that sends a webhook for it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import yaml

from litclaims.flows.run import run

pytestmark = pytest.mark.flow

DOCS = Path(__file__).resolve().parents[2] / "docs" / "schedules"


def events(out, at_least, seconds=30):
    """The payloads of the events of runs into a folder, once so many have come."""
    from prefect.client.orchestration import get_client
    from prefect.events.filters import EventFilter, EventNameFilter, EventResourceFilter

    wanted = EventFilter(
        event=EventNameFilter(name=["litclaims.disagreements.new"]),
        resource=EventResourceFilter(id=[f"litclaims.outputs.{out}"]),
    )
    deadline = time.monotonic() + seconds
    with get_client(sync_client=True) as client:
        while True:
            body = {"filter": wanted.model_dump(mode="json")}
            found = client._client.post("/events/filter", json=body).json()["events"]
            if len(found) >= at_least or time.monotonic() > deadline:
                return [event["payload"] for event in found]
            time.sleep(0.3)


def test_event_tells_of_disagreements_that_are_new_and_of_no_others(api, documents, tmp_path):
    out = tmp_path / "out"
    run([documents], out)
    (first,) = events(out, at_least=1)
    assert first["new"] == first["flagged"] > 0
    assert (first["reopened"], first["out"]) == (0, str(out))

    run([documents], out)  # nothing has changed
    good = (documents / "good.txt").read_text(encoding="utf-8")
    (documents / "good.txt").write_text(good.replace("20 to 40", "250 to 300"), encoding="utf-8")
    run([documents], out)  # nothing disagrees any more
    (documents / "good.txt").write_text(good, encoding="utf-8")
    run([documents], out)
    told = events(out, at_least=2)
    assert len(told) == 2
    assert {payload["reopened"] > 0 for payload in told} == {False, True}


@pytest.fixture
def webhook():
    """The address of a server on loopback, and what was posted to it."""
    posted = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/hook", posted
        server.shutdown()


def test_automation_of_the_docs_sends_counts_to_a_webhook(api, webhook, documents, tmp_path):
    address, posted = webhook
    for _ in range(2):  # the second replaces the first
        done = subprocess.run(
            [sys.executable, DOCS / "notify.py", address], capture_output=True, text=True, timeout=120
        )
        assert done.stdout == "automation 'new disagreements' is on\n", done.stderr
    time.sleep(1)  # until the server has heard of the automation
    run([documents], tmp_path / "out")
    deadline = time.monotonic() + 60
    while not posted and time.monotonic() < deadline:
        time.sleep(0.2)
    (message,) = posted
    assert message["subject"] == "litclaims found new disagreements"
    assert message["text"].endswith(f"disagreements in {tmp_path / 'out'}")
    assert int(message["text"].split()[0]) > 0
    assert "knee" not in message["text"]


def test_automation_and_prefect_yaml_fit_what_they_name(api):
    from prefect.events.schemas.automations import AutomationCore
    from prefect.flows import load_flow_from_entrypoint

    from litclaims.flows.artifacts import NEW_DISAGREEMENTS

    automation = AutomationCore.model_validate(yaml.safe_load((DOCS / "automation.yaml").read_text(encoding="utf-8")))
    assert automation.trigger.expect == {NEW_DISAGREEMENTS}
    deployments = yaml.safe_load((DOCS.parents[1] / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    for deployment in deployments:
        flow = load_flow_from_entrypoint(deployment["entrypoint"])
        assert flow.name == "litclaims-extract"
        flow.validate_parameters(deployment["parameters"])
