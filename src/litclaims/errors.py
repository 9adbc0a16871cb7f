"""The errors of litclaims: one root, and each message names the file, the value and the remedy."""

from __future__ import annotations


class LitclaimsError(Exception):
    """Root of every error that litclaims raises on purpose.

    Args:
        message: what is wrong, with the value that is wrong.
        source: the file, folder or setting that holds it.
        remedy: what the user can do about it.
    """

    def __init__(self, message: str, *, source: object = None, remedy: str | None = None) -> None:
        self.message = message
        self.source = None if source is None else str(source)
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        text = self.message if self.source is None else f"{self.source}: {self.message}"
        return text if self.remedy is None else f"{text} ({self.remedy})"

    def __reduce__(self):
        return _rebuild, (type(self), self.message, self.source, self.remedy)


def _rebuild(kind: type[LitclaimsError], message: str, source: str | None, remedy: str | None) -> LitclaimsError:
    """Make an error again in another process: keyword-only arguments do not survive plain pickling."""
    return kind(message, source=source, remedy=remedy)


class InputError(LitclaimsError):
    """A path that is missing, empty, or cannot be read."""


class UnsupportedFormat(InputError):
    """A file of a format that no reader knows."""


class UnsupportedLanguage(InputError):
    """A document in a language that is not read."""


class ReaderEnded(InputError):
    """A file whose reader crashed, or was ended for its time or memory: next time it may go well."""


class OutputError(LitclaimsError):
    """A folder or file that cannot be written."""


class VocabularyError(LitclaimsError):
    """A vocabulary file with a fault; found at the start of a run, never in its middle."""


class ConfigurationError(LitclaimsError):
    """A setting with a value that cannot be used."""


class GoldError(LitclaimsError):
    """A gold or score file with a fault."""


class TableError(LitclaimsError):
    """A table that breaks its schema."""


class StoreError(LitclaimsError):
    """A store that cannot be opened, read or written."""


class ServiceError(LitclaimsError):
    """A service that litclaims needs (the Prefect server) and that does not answer."""
