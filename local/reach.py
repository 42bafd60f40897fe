"""Whether ports, databases and the service itself can be reached, in sentences that help."""

from __future__ import annotations

import errno
import http.client
import socket
import time
from urllib.parse import parse_qsl, unquote, urlsplit

from local.options import MAX_PORT, POLL_S, Options, RunError


def check_port(options: Options, *, patience_s: float) -> None:
    """Make sure that the web server will be able to listen.

    Args:
        options: the address to try.
        patience_s: seconds to wait for somebody else to leave the port.

    Raises `RunError`.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            options.host, options.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise RunError(f"HOST={options.host} is not an address of this machine.") from error
    deadline = time.monotonic() + patience_s
    while True:
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except PermissionError:
                raise RunError(
                    f"Port {options.port} is reserved for root; use another one: PORT=8000 make run"
                ) from None
            except OSError as error:
                if time.monotonic() >= deadline:
                    raise _port_error(options, error) from error
            else:
                return
        time.sleep(POLL_S)


def _port_error(options: Options, error: OSError) -> RunError:
    if error.errno == errno.EADDRINUSE:
        other = options.port + 1 if options.port < MAX_PORT else 8000
        return RunError(
            f"Port {options.port} is already in use; use another one: PORT={other} make run"
        )
    return RunError(f"Cannot listen on HOST={options.host}: {error.strerror}.")


def check_database(url: str) -> None:
    """Make sure that DATABASE_URL names a PostgreSQL server that lets us in.

    Raises `RunError`, whose message never has the password.
    """
    # These take a while to import, and are not needed with embedded servers.
    import psycopg  # noqa: PLC0415
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415

    invalid = _url_error("DATABASE_URL", "postgresql://user:password@host:5432/name")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise invalid from None
    database = parts.path[1:]
    if parts.scheme not in {"postgres", "postgresql"} or not database or "@" in database:
        raise invalid
    given = {
        "dbname": unquote(database),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "host": unquote(parts.hostname or ""),
        "port": str(port or ""),
    }
    arguments = dict(parse_qsl(parts.query)) | {key: value for key, value in given.items() if value}
    try:
        psycopg.connect(make_conninfo(**arguments), connect_timeout=5).close()
    except psycopg.OperationalError as error:
        raise _refused("DATABASE_URL", error, arguments.get("password", "")) from None
    except (psycopg.Error, TypeError, ValueError):  # these quote what they cannot parse
        raise invalid from None


def check_redis(url: str) -> None:
    """Make sure that REDIS_URL names a server that lets us in.

    Raises `RunError`, whose message never has the password.
    """
    import redis  # noqa: PLC0415 - as psycopg above

    invalid = _url_error("REDIS_URL", "redis://:password@host:6379/0")
    try:
        parts = urlsplit(url)
        client = redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5)
    except (TypeError, ValueError):  # these quote what they cannot parse
        raise invalid from None
    if "@" in parts.path:
        raise invalid
    try:
        client.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        raise _refused("REDIS_URL", error, unquote(parts.password or "")) from None
    finally:
        client.close()


def _url_error(variable: str, example: str) -> RunError:
    return RunError(
        f"{variable} must be a URL such as {example}, with the special characters of the password "
        "percent-encoded."
    )


def _refused(variable: str, error: Exception, password: str) -> RunError:
    """The line of a driver's message that says what happened, without the password."""
    lines = [line.strip(" \t-.") for line in str(error).splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].startswith("Multiple connection attempts failed"):
        del lines[0]
    reason = lines[0] if lines else type(error).__name__
    if password:
        reason = reason.replace(password, "***")
    return RunError(f"The server of {variable} does not let us in: {reason}.")


def ask_ready(options: Options) -> tuple[bool, str]:
    """Whether `/health/ready` answers 200, and what it said."""
    connection = http.client.HTTPConnection(options.reachable_host, options.port, timeout=2)
    try:
        connection.request("GET", "/health/ready", headers={"Host": "localhost"})
        response = connection.getresponse()
        body = response.read(500).decode(errors="replace").strip()
        return response.status == http.client.OK, f"{response.status} {body}"
    except (OSError, http.client.HTTPException) as error:
        return False, str(error) or type(error).__name__
    finally:
        connection.close()
