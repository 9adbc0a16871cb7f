"""Runs put together from the small pieces in which a tree holds its text: neighbours of one kind become one run."""

from __future__ import annotations

from litclaims.ingest.build import Run

PLAIN = (False, False)
RAISED = (True, False)
LOWERED = (False, True)
"""Styles: raised, lowered."""


class Runs:
    """Collects the runs of one block.

    Attributes:
        path: of the element that they stand in.
        tail: the last piece of text that is not empty.
    """

    def __init__(self, path: str | None = None) -> None:
        self.path = path
        self.tail = ""
        self._runs: list[Run] = []
        self._pieces: list[str] = []
        self._style = PLAIN

    def add(self, text: str, style: tuple[bool, bool] = PLAIN) -> None:
        """Add text of a style."""
        if not text:
            return
        if style != self._style:
            self._flush()
            self._style = style
        self._pieces.append(text)
        self.tail = text

    def link(self, text: str, kind: str, targets: tuple[str, ...], *, raised: bool = False) -> None:
        """Add a marker that is linked; it is a run of its own."""
        if text:
            self._flush()
            self._runs.append(Run(text, raised, kind=kind, targets=targets, path=self.path))
            self.tail = text

    def space(self) -> None:
        """Add a blank, unless one is there."""
        if self.tail and not self.tail[-1].isspace():
            self.add(" ")

    def between(self) -> str:
        """The text since the last link; ``…`` where it is of more than one style, or there is no link."""
        return "".join(self._pieces) if self._runs and self._runs[-1].kind else "…"

    def link_between(self, kind: str, targets: tuple[str, ...]) -> None:
        """Make the text since the last link a link itself."""
        text, raised = "".join(self._pieces), self._style[0]
        self._pieces.clear()
        self.link(text, kind, targets, raised=raised)

    def done(self) -> list[Run]:
        """The runs."""
        self._flush()
        return self._runs

    def _flush(self) -> None:
        if self._pieces:
            raised, lowered = self._style
            self._runs.append(Run("".join(self._pieces), raised, lowered, path=self.path))
            self._pieces.clear()
