"""Have Prefect tell of new disagreements: a webhook (https://…) or a mail (mailtos://…).

    .venv/bin/python docs/schedules/notify.py URL [--out DIR]

While the schedule that writes to DIR is served. A webhook is sent ``{"subject": …, "text": …}`` as JSON. A mail is sent
by the address of an SMTP account, as Apprise writes it: ``mailtos://USER:PASSWORD@smtp.example.org?to=me@example.org``
(https://github.com/caronc/apprise/wiki/Notify_email). Prefect keeps the URL encrypted. Doing it again replaces it.
"""

from __future__ import annotations

import argparse
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import yaml

from litclaims import config
from litclaims.flows.server import running_server

NAME = "litclaims"


def save_block(url: str) -> UUID:
    """Keep where to send to; the id by which an automation knows it."""
    from prefect.blocks.notifications import CustomWebhookNotificationBlock, SlackWebhook

    if url.startswith(("http://", "https://")):
        words = {"subject": "{{subject}}", "text": "{{body}}"}
        block = CustomWebhookNotificationBlock(name=NAME, url=url, json_data=words)
    else:
        block = SlackWebhook(url=url)  # of Prefect's blocks the one that takes any address of Apprise
    return block.save(NAME, overwrite=True)


def save_automation(block: UUID) -> str:
    """Make the automation that is written down beside this file, in place of an earlier one; its name."""
    from prefect.automations import Automation

    wanted = yaml.safe_load(Path(__file__).with_name("automation.yaml").read_text(encoding="utf-8"))
    wanted["actions"][0]["block_document_id"] = block
    automation = Automation.model_validate(wanted)
    with suppress(ValueError):  # there is none
        Automation.read(name=automation.name).delete()
    automation.create()
    return automation.name


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", metavar="URL")
    parser.add_argument("--out", type=Path, default=Path("outputs"), metavar="DIR")
    given = parser.parse_args()
    with running_server(config.load().state_folder(given.out)):
        print(f"automation {save_automation(save_block(given.url))!r} is on")  # noqa: T201


if __name__ == "__main__":
    main()
