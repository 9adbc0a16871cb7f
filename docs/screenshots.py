"""The pictures of the page in the README: ``python docs/screenshots.py REPORT`` writes them to ``docs/img``.

They are taken of the page of the example documents (``make screenshots`` makes both). How letters look depends on the
fonts that are installed.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from benchmarks.browser import chromium  # noqa: E402

OUT = HERE / "img"
LARGEST = 300_000
"""Bytes of a picture: a README is loaded on every visit."""

# What a reader would do: choose the route, and look at the first disagreement or read it in its document.
_TO_INTRAMUSCULAR = """() => {
  [...document.querySelectorAll("#routes button")].find((one) => one.textContent.startsWith("intramuscular")).click();
  document.activeElement.blur();
}"""

PICTURES = {
    "page": {"viewport": {"width": 1360, "height": 940}},
    "page-dark": {"viewport": {"width": 1360, "height": 800}, "color_scheme": "dark"},
    "page-narrow": {"viewport": {"width": 390, "height": 900}, "device_scale_factor": 2},
}


def take(report: Path) -> None:
    """Take every picture of a page."""
    OUT.mkdir(exist_ok=True)
    with chromium() as browser:
        for name, given in PICTURES.items():
            page = browser.new_page(**given)
            page.goto(report.absolute().as_uri())
            page.wait_for_selector("body.ready")
            page.evaluate(_TO_INTRAMUSCULAR)
            if name == "page-dark":
                page.click(".issue blockquote >> nth=1")
                page.wait_for_selector("#reader .here")
                page.mouse.move(0, 0)
            elif name == "page":
                page.evaluate("scrollTo(0, 0)")
            page.wait_for_timeout(300)
            (OUT / f"{name}.png").write_bytes(small(page.screenshot()))
            page.close()


def small(png: bytes) -> bytes:
    """A picture packed as small as it goes without changing it.

    Raises:
        ValueError: it is larger than :data:`LARGEST` all the same.
    """
    made = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").save(made, "PNG", optimize=True)
    if made.tell() > LARGEST:
        raise ValueError(f"the picture has {made.tell():,} bytes, more than {LARGEST:,}: take it of a smaller window")
    return made.getvalue()


if __name__ == "__main__":
    take(Path(sys.argv[1]))
