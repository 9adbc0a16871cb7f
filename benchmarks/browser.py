"""A headless Chromium that is installed, for what looks at the page: the tests, the benchmark, the screenshots."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# It runs as root in a container, and asks nobody for anything.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


class Unavailable(Exception):
    """Why no browser can be used."""


def executable() -> str:
    """The Chromium that is installed; another by the variable CHROMIUM.

    Raises:
        Unavailable: there is none.
    """
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise Unavailable("no Chromium is installed (apt-get install chromium, or set CHROMIUM)")
    return found


@contextmanager
def chromium() -> Iterator[Any]:
    """A running browser of Playwright's.

    Raises:
        Unavailable: there is no browser, no Playwright, or it does not start.
    """
    path = executable()
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        raise Unavailable("playwright is not installed (pip install playwright)") from error
    with sync_playwright() as driver:
        try:
            browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        except Error as error:
            raise Unavailable(f"{path} does not start: {error.message.splitlines()[0]}") from error
        try:
            yield browser
        finally:
            browser.close()
