"""Settings of a run, read once at its start from environment variables named ``LITCLAIMS_<SETTING>``."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from litclaims.errors import ConfigurationError

PREFIX = "LITCLAIMS_"
ONLY = ("doses",)
"""What can be read alone, in place of all figures."""

STATE_NAME = ".litclaims"
"""The state folder inside the output folder, where no other is set."""


class Settings(BaseSettings):
    """What can be set about how a run is done; of these ``model`` and ``only`` change what it finds.

    Attributes:
        state: folder for Prefect's database, settings and server log (``LITCLAIMS_STATE``). Unset, it is
            ``.litclaims`` in the output folder, so that a run writes nowhere else; set it to share one server history
            between output folders, which also saves the six seconds in which Prefect makes a new database.
        server_timeout: seconds that the Prefect server may take to start (``LITCLAIMS_SERVER_TIMEOUT``). It needs 3 to
            10 on an idle machine and up to 20 on a busy one; 120 is the limit beyond which something is wrong.
        batch_bytes: bytes of input in one Prefect task (``LITCLAIMS_BATCH_BYTES``). A core reads some 200 kB of
            text a second, so that 300 kB are a task of seconds: long against the cost of a task, short enough that a
            killed batch is no great loss. Where doses alone are read a batch is eight times as large.
        read_seconds: seconds of the processor that reading one document may take in a process of its own, as PDF and
            DOCX are read (``LITCLAIMS_READ_SECONDS``). A page takes a tenth of a second; raise it for books.
        model: installed spaCy pipeline that finds diseases in place of our own (``LITCLAIMS_MODEL``), e.g.
            ``en_ner_bc5cdr_md``; docs/models.md tells how to install one.
        store: file or URL of the ledger (``LITCLAIMS_STORE``). Unset, it is a file in the output folder. A URL with a
            password belongs here and not on the command line, where others on the machine can read it.
        parts: folder or URL of what was read (``LITCLAIMS_PARTS``). Unset, it is a folder beside the ledger.
        wait: seconds to wait for another run into the same folder or store (``LITCLAIMS_WAIT``).
        only: ``doses`` to read the doses of cells alone (``LITCLAIMS_ONLY``). Of a document that can
            hold none only the text is kept; texts with few doses take a fortieth of the time.
        runner: who reads: ``process``, ``thread``, ``dask`` or ``ray`` (``LITCLAIMS_RUNNER``). Unset, processes where
            there is work for them and else a thread; docs/scaling.md tells more.
        workers: how many read at a time (``LITCLAIMS_WORKERS``). Unset, as many as there are cores.
        address: of the scheduler of Dask or Ray (``LITCLAIMS_ADDRESS``). Unset, a cluster on this machine.
        document_seconds: seconds that a document may take in a worker process, and two more for each kilobyte
            (``LITCLAIMS_DOCUMENT_SECONDS``). One that takes longer is given up and is a failed row.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore")

    state: Path | None = None
    server_timeout: float = Field(default=120.0, gt=0, le=3600)
    batch_bytes: int = Field(default=300_000, gt=0)
    read_seconds: float = Field(default=10.0, gt=0, le=3600)
    model: str | None = None
    store: str | None = None
    parts: str | None = None
    wait: float = Field(default=600.0, ge=0)
    only: Literal["doses"] | None = None
    runner: Literal["process", "thread", "dask", "ray"] | None = None
    workers: int | None = Field(default=None, ge=1, le=1000)
    address: str | None = None
    document_seconds: float = Field(default=600.0, gt=0, le=86_400)

    def state_folder(self, out: Path) -> Path:
        """The state folder of a run that writes to ``out``, absolute."""
        return (self.state or out / STATE_NAME).expanduser().absolute()


def load() -> Settings:
    """The settings of this run.

    Raises:
        ConfigurationError: a variable has a value that cannot be used; names the variable, the value and the rule.
    """
    return _load(tuple(os.environ.get(PREFIX + name.upper()) for name in Settings.model_fields))


@functools.lru_cache(maxsize=8)  # a run asks for each document, and making the settings takes a millisecond
def _load(environment: tuple[str | None, ...]) -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        fault = error.errors()[0]
        name = PREFIX + "_".join(str(part) for part in fault["loc"]).upper()
        raise ConfigurationError(
            f"{fault['input']!r} cannot be used: {fault['msg']}", source=name, remedy="change or unset the variable"
        ) from None
