"""The files that the docs give for schedules: they parse, and hold to what the code and the pins say."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from litclaims.flows.schedules import check_name
from litclaims.flows.server import QUIET
from litclaims.flows.timing import read_timing

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs" / "schedules"
UNITS = ["litclaims-run.service", "litclaims-run.timer", "litclaims-schedule.service"]
PINS = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if line)


def parsed(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_deployments_of_prefect_yaml_name_the_flow_and_its_parameters():
    deployments = parsed(ROOT / "prefect.yaml")["deployments"]
    assert deployments
    for deployment in deployments:
        module, _, name = deployment["entrypoint"].rpartition(".")
        path = ROOT / Path(*module.removeprefix("litclaims.").split(".")).with_suffix(".py")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        (flow,) = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
        taken = {argument.arg for argument in [*flow.args.args, *flow.args.kwonlyargs]}
        assert set(deployment["parameters"]) <= taken
        assert check_name(deployment["name"], ROOT) == deployment["name"]
        for schedule in deployment["schedules"]:
            read_timing(cron=schedule["cron"], timezone=schedule["timezone"])
        assert all((ROOT / path).exists() for path in deployment["parameters"]["paths"])


def test_compose_file_holds_together():
    compose = parsed(DOCS / "compose.yaml")
    services = compose["services"]
    assert set(services) == {"database", "server", "worker"}
    assert services["server"]["image"].split(":")[1].startswith(f"{PINS['prefect']}-")
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        named = {volume.split(":")[0] for volume in service.get("volumes", ()) if volume[0] not in "./$"}
        assert named <= set(compose["volumes"])
    for name in ("server", "worker"):
        quiet = {key: value for key, value in services[name]["environment"].items() if key in QUIET}
        assert quiet.items() <= QUIET.items()
        assert {"DO_NOT_TRACK", "PREFECT_SERVER_ANALYTICS_ENABLED"} <= set(quiet)
    assert all(port.startswith("127.0.0.1:") for port in services["server"]["ports"])
    command = services["worker"]["command"]
    read_timing(cron=command[command.index("--cron") + 1], timezone=command[command.index("--timezone") + 1])


def test_ports_and_volumes_of_the_worker_are_where_its_command_looks():
    worker = parsed(DOCS / "compose.yaml")["services"]["worker"]
    inside = {volume.split(":")[-2 if volume.endswith(":ro") else -1] for volume in worker["volumes"]}
    assert {worker["command"][1], worker["command"][worker["command"].index("--out") + 1]} == inside


@pytest.mark.parametrize("name", UNITS)
def test_systemd_takes_the_unit(name, tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("needs systemd-analyze")
    for unit in UNITS:  # a timer is looked at with its service
        text = (DOCS / unit).read_text(encoding="utf-8")
        text = text.replace("/opt/litclaims/.venv/bin/litclaims", sys.executable)  # what it starts must be there
        (tmp_path / unit).write_text(text.replace("User=litclaims", "User=root"), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)], capture_output=True, text=True, timeout=60
    )
    told = [line for line in done.stderr.splitlines() if str(tmp_path) in line or name in line]
    assert (done.returncode, told) == (0, []), done.stderr


@pytest.mark.parametrize("name", ["litclaims-run.service", "litclaims-schedule.service"])
def test_command_of_the_unit_is_one_of_ours(name):
    from typer.testing import CliRunner

    from litclaims.cli import app

    text = re.sub(r"\\\n\s*", "", (DOCS / name).read_text(encoding="utf-8"))
    command, *options = re.search(r"/bin/litclaims (.*)", text)[1].split()
    told = CliRunner().invoke(app, [command, "--help"]).output
    assert [option for option in options if option.startswith("--") and option not in told] == []


def test_timer_catches_up():
    assert "\nPersistent=true\n" in (DOCS / "litclaims-run.timer").read_text(encoding="utf-8")
    assert "/usr/bin/flock --nonblock" in (DOCS / "litclaims-run.service").read_text(encoding="utf-8")
