"""What can go wrong. All of it is a `RealTubeError`; its text is a sentence for a person."""

from __future__ import annotations

from enum import StrEnum

LONG_LIMIT_S = 60.0
"""A limit that ends sooner is waited for, not gone around."""


class RealTubeError(Exception):
    """Something that this package could not do."""


class Cancelled(RealTubeError):
    """Whoever asked gave up (`cancelled` of the client was set)."""


class Unreachable(RealTubeError):
    """Nobody answered. `retry_after_s` (seconds, 0 if nobody said) is how long not to ask."""

    def __init__(self, message: str, retry_after_s: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s

    @property
    def is_temporary(self) -> bool:
        """Whether asking again later can help."""
        return True


class Intercepted(Unreachable):
    """Somebody answered in the server's place, or made something else of what was sent: sign-in
    pages of networks, filters, proxies. As good as no answer."""

    def __init__(self, message: str, status: int = 0, retry_after_s: float = 0.0) -> None:
        super().__init__(message, retry_after_s)
        self.status = status

    @property
    def is_temporary(self) -> bool:
        """Whether asking again later can help: a page that comes with a success does not change."""
        return self.status == 0 or self.status == 429 or self.status >= 500


class Refused(RealTubeError):
    """The server refused, in the API's form (docs/contract.md#errors).

    `code` is for programs; `field` is what was at fault, or empty; `retry_after_s` (seconds) is 0
    if asking again does not help.
    """

    def __init__(
        self, code: str, message: str, *, status: int, field: str = "", retry_after_s: float = 0.0
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.field = field
        self.retry_after_s = retry_after_s

    @property
    def is_temporary(self) -> bool:
        """Whether asking again later can help."""
        return self.status == 429 or self.status >= 500


def is_away(error: Exception) -> bool:
    """Whether another server of the site may answer where this is what came of asking one
    (docs/clients.md#several-servers)."""
    if not isinstance(error, Refused):
        return isinstance(error, Unreachable)
    if error.status == 429:
        return error.retry_after_s > LONG_LIMIT_S
    # A mirror is there, but takes no votes.
    return error.is_temporary and error.code != "READ_ONLY"


class Expired(RealTubeError):
    """The server no longer knows what changed since the cursor: a new copy is needed."""


class Unreadable(RealTubeError, ValueError):
    """The bytes are no whole copy of a version that this reader knows."""


class Doubt(StrEnum):
    """Why a file is not believed (docs/clients.md#signatures)."""

    UNSIGNED = "unsigned"
    OTHER_KEY = "other key"
    MALFORMED = "malformed"
    ROLLED_BACK = "rolled back"
    FROZEN = "frozen"
    ALTERED = "altered"
    TRUNCATED = "truncated"


class Untrusted(RealTubeError):
    """A file was refused for what its signature says; what is held stays. `doubt` says why."""

    def __init__(self, doubt: Doubt, message: str) -> None:
        super().__init__(message)
        self.doubt = doubt
