"""What the environment asks of `make run`, and the secrets of an installation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from local.system import write_private

REPOSITORY = Path(__file__).resolve().parent.parent
SECRETS = (
    "DJANGO_SECRET_KEY",
    "REALTUBE_VOTER_KEY",
    "REALTUBE_ADDRESS_KEY",
    "REALTUBE_SIGNING_KEY",
    "REALTUBE_MAIL_KEY",
    "REALTUBE_PUSH_KEY",
)
POLL_S = 0.1
MONTH = "--month"
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
_COUNTS = ("WEB_CONCURRENCY", "WEB_THREADS", "WORKER_CONCURRENCY")
MAX_PORT = 65535


class RunError(Exception):
    """Why the service cannot run, in one sentence for the person at the terminal."""

    def __init__(self, message: str, *, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Options:
    """What the environment asks for; an empty variable counts as unset."""

    var_dir: Path
    host: str
    port: int
    database_url: str
    redis_url: str
    month: bool = False
    evidence: str = ""

    @classmethod
    def read(cls, environ: Mapping[str, str], arguments: Sequence[str] = ()) -> Options:
        """Raises `RunError` with status 2."""
        if unknown := [it for it in arguments if it != MONTH]:
            raise RunError(f"{unknown[0]} is no option of this command; {MONTH} is.", status=2)
        port = environ.get("PORT", "").strip() or "8000"
        if not port.isdecimal() or not 1 <= int(port) <= MAX_PORT:
            raise RunError(f"PORT must be a number from 1 to {MAX_PORT}, not {port!r}.", status=2)
        for name in _COUNTS:
            count = environ.get(name, "").strip() or "1"
            if not count.isdecimal() or int(count) == 0:
                raise RunError(f"{name} must be a number from 1, not {count!r}.", status=2)
        var_dir = Path(environ.get("VAR_DIR", "").strip() or REPOSITORY / "var")
        return cls(
            var_dir=var_dir.expanduser().resolve(),
            host=environ.get("HOST", "").strip() or "127.0.0.1",
            port=int(port),
            database_url=environ.get("DATABASE_URL", "").strip(),
            redis_url=environ.get("REDIS_URL", "").strip(),
            month=MONTH in arguments,
            evidence=environ.get("REALTUBE_EVIDENCE", "").strip(),
        )

    @property
    def reachable_host(self) -> str:
        """Where this machine reaches the web server."""
        return _EVERYWHERE.get(self.host, self.host)

    @property
    def everywhere(self) -> bool:
        """Whether the web server listens at every address of this machine."""
        return self.host in _EVERYWHERE

    @property
    def site(self) -> str:
        """URL of the site, without a slash at the end."""
        host = self.reachable_host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def read_or_create_secrets(path: Path) -> dict[str, str]:
    """The secrets of this installation; missing ones are made up and kept. Raises `OSError`."""
    secrets: dict[str, str] = {}
    with suppress(FileNotFoundError):
        for line in path.read_text(encoding="utf-8").splitlines():
            name, separator, value = line.partition("=")
            if separator and not name.startswith("#"):
                secrets[name.strip()] = value.strip()
    missing = [name for name in SECRETS if not secrets.get(name)]
    if missing:
        secrets |= {name: token_hex(32) for name in missing}
        write_private(path, "".join(f"{name}={value}\n" for name, value in secrets.items()))
    return secrets
