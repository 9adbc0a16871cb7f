"""Settings: each does something, and a bad one stops the run at its start."""

from __future__ import annotations

import pytest

from litclaims import config
from litclaims.errors import ConfigurationError


@pytest.fixture(autouse=True)
def _unset(monkeypatch):
    for name in ("STATE", "SERVER_TIMEOUT", "BATCH_BYTES"):
        monkeypatch.delenv(config.PREFIX + name, raising=False)


def test_state_lies_in_the_output_folder_unless_set(tmp_path, monkeypatch):
    assert config.load().state_folder(tmp_path / "out") == tmp_path / "out" / ".litclaims"
    monkeypatch.setenv("LITCLAIMS_STATE", str(tmp_path / "state"))
    assert config.load().state_folder(tmp_path / "out") == tmp_path / "state"


def test_state_folder_does_not_depend_on_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LITCLAIMS_STATE", "state")
    assert config.load().state_folder(tmp_path / "out") == tmp_path / "state"


def test_numbers_are_read_from_the_environment(monkeypatch):
    monkeypatch.setenv("LITCLAIMS_BATCH_BYTES", "12")
    monkeypatch.setenv("LITCLAIMS_SERVER_TIMEOUT", "7.5")
    assert (config.load().batch_bytes, config.load().server_timeout) == (12, 7.5)


def test_empty_variable_is_an_unset_one(monkeypatch):
    default = config.load()
    monkeypatch.setenv("LITCLAIMS_BATCH_BYTES", "")
    assert config.load() == default


@pytest.mark.parametrize("name", ["LITCLAIMS_BATCH_BYTES", "LITCLAIMS_SERVER_TIMEOUT"])
@pytest.mark.parametrize("value", ["many", "0", "-1", "nan"])
def test_value_that_cannot_be_used_is_named(name, value, monkeypatch):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=name) as told:
        config.load()
    assert repr(value) in told.value.message
    assert told.value.remedy
