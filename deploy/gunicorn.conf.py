"""How gunicorn serves `realtube.wsgi:application`, in `make run` and in the container.

Every number can be changed through the environment; docs/configuration.md lists them.
"""

import array
import gc
import mmap
import os
import select
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

from gunicorn import util
from gunicorn.glogging import Logger as _Logger
from gunicorn.http import wsgi
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers.gthread import ThreadWorker

_host = os.environ.get("HOST") or "127.0.0.1"
_port = os.environ.get("PORT") or "8000"
_shm = Path("/dev/shm")

bind = f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"


# How many connections each worker has, in memory that all share; -1 for none at all.
_SEATS = 64
_connections = memoryview(mmap.mmap(-1, 4 * _SEATS)).cast("i")
_connections[:] = memoryview(array.array("i", [-1] * _SEATS))
_HESITATION_S = 0.002
# How long a thread waits for the next request of its connection.
_STAY_MS = 250


class _Here(threading.local):
    """What a thread waits with: for its connection, or to be called away from it."""

    def __init__(self) -> None:
        self.called, self.call = os.pipe()
        self.poll = select.poll()
        self.poll.register(self.called, select.POLLIN)


_MALFORMED = b'{"error":{"code":"INVALID_BODY","message":"The request is malformed."}}'
_REFUSED = {
    LimitRequestLine: "414 URI Too Long",
    LimitRequestHeaders: "431 Request Header Fields Too Large",
}


class Worker(ThreadWorker):
    """Leaves new connections to workers that have fewer, and stops without keeping anyone waiting.

    A thread stays with its connection while nobody else needs it: to hand each request from the
    thread that watches all connections to another, and back, is a tenth of what a request costs.

    Clients and proxies keep their connections, and the worker that is busy is the first to see a
    new one: without this, one has them all, and its threads take turns while others idle.

    On SIGTERM it finishes its requests, but lets nobody new wait for them. While a worker holds
    the listening socket, the system goes on putting connections into its queue. Once the last one
    has closed it, whoever waits there is told at once, and the proxy asks another server.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        # The ends of pipes that call threads which wait.
        self._staying: deque[int] = deque()
        self._taken = 0  # connections that threads have, or that wait for one

    def init_process(self) -> None:
        """Called in the new process, which it runs until its end."""
        # Not in the parent: it would never close the pipes, and on SIGHUP, when it reads this file
        # again, take our class for gunicorn's.
        self._here = _Here()
        wsgi.Response = Response
        super().init_process()

    def enqueue_req(self, conn: Any) -> None:
        """Called when a connection needs a thread, in the worker's own."""
        self._taken += 1
        super().enqueue_req(conn)
        if self._needed:
            self._call()

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Called when a thread has left its connection, in the worker's own."""
        self._taken -= 1
        super().finish_request(conn, fs)

    def handle(self, conn: Any) -> Any:
        """Called in a thread for a connection with a request: answers it, and those that follow."""
        goes_on = super().handle(conn)
        while goes_on is True and self._asks_again(conn):
            goes_on = super().handle(conn)
        return goes_on

    def _asks_again(self, conn: Any) -> bool:
        """Whether the next request comes soon, and before the thread is needed elsewhere."""
        if self._needed or conn.parser.unreader.buf.getvalue():
            return False
        here = self._here
        here.poll.register(conn.sock, select.POLLIN)
        self._staying.append(here.call)
        # Asked again: whoever needs us may have looked before we could be called.
        ready = here.poll.poll(0 if self._needed else _STAY_MS)
        here.poll.unregister(conn.sock)
        try:
            self._staying.remove(here.call)
        except ValueError:
            os.read(here.called, 1)
            return False
        return bool(ready)

    @property
    def _needed(self) -> bool:
        """Whether threads should leave connections that ask for nothing."""
        return not self.alive or self._taken > self.cfg.threads

    def _call(self) -> None:
        """Have the thread that has waited longest leave its connection, if one waits."""
        with suppress(IndexError):
            os.write(self._staying.popleft(), b"!")

    @property
    def nr_conns(self) -> int:
        """The number of connections, as gunicorn counts them."""
        return int(_connections[self.age % _SEATS])

    @nr_conns.setter
    def nr_conns(self, number: int) -> None:
        _connections[self.age % _SEATS] = number

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Called by the signal; the worker's own thread does it, between two requests."""
        if self.alive:
            self.method_queue.defer(self._leave)
        super().handle_exit(sig, frame)

    def accept(self, listener: Any) -> None:
        """Called for a connection, maybe in the same turn in which we have left."""
        if self.alive:
            if any(0 <= number < self.nr_conns for number in _connections):
                time.sleep(_HESITATION_S)
            super().accept(listener)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Called for what cannot be read: refused in JSON, as the application and nginx do."""
        if not isinstance(exc, ParseException):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("Request not read: %s", exc)
        status = _REFUSED.get(type(exc), "400 Bad Request")
        head = (
            f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: application/json\r\n"
            f"Cache-Control: no-store\r\nContent-Length: {len(_MALFORMED)}\r\n\r\n"
        )
        with suppress(OSError):  # who sends such things may have gone
            util.write_nonblock(client, head.encode() + _MALFORMED)

    def _leave(self) -> None:
        while self._staying:
            self._call()
        self.set_accept_enabled(False)
        for listener in self.sockets:
            listener.close()


class _Collected:
    """A client's socket to which everything is sent at once that was written before `flush`."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._parts: list[bytes] = []

    def sendall(self, data: bytes) -> None:
        """Keep this for now."""
        self._parts.append(data)

    def flush(self) -> None:
        """Send what was kept."""
        if self._parts:
            self._sock.sendall(b"".join(self._parts))
            self._parts.clear()

    def sendfile(self, *args: Any, **more: Any) -> int:
        """Send a file, behind what was kept."""
        self.flush()
        return int(self._sock.sendfile(*args, **more))


class Response(wsgi.Response):
    """Sends the head of an answer together with the first of its body.

    That is one system call and one packet instead of two, and nginx wakes up once.
    """

    def __init__(self, req: Any, sock: Any, cfg: Any) -> None:
        super().__init__(req, _Collected(sock), cfg)

    def write(self, arg: bytes) -> None:
        """Send a part of the body."""
        super().write(arg)
        self.sock.flush()

    def close(self) -> None:
        """Send what is left: a head without a body, or the end of a body in chunks."""
        super().close()
        self.sock.flush()


worker_class = Worker
# Processes begin as copies of one that has loaded everything: on SIGHUP, after a crash or after
# max_requests nobody waits for Django. In return, new code takes a new gunicorn, not a SIGHUP.
preload_app = True
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = int(os.environ.get("WEB_THREADS") or 16)
# Whoever would wait longer than the proxy does is told so by the proxy.
backlog = 512
timeout = 60
graceful_timeout = 30
keepalive = 5
max_requests = int(os.environ.get("WEB_MAX_REQUESTS") or 0)
# Not all workers at the same moment.
max_requests_jitter = max_requests // 10
# The heartbeat file must not wait for a busy disk: gunicorn would take the worker for dead.
worker_tmp_dir = str(_shm) if os.access(_shm, os.W_OK) else None


class Logger(_Logger):
    """Has no lines of requests: the application does, with pseudonyms in the place of addresses."""

    def access(self, *_: Any) -> None:
        """Called for every request; would make up the line though there is no file for it."""


logger_class = Logger
accesslog = None
errorlog = "-"
os.environ.setdefault("REALTUBE_SERVICE", "web")
# gunicorn's own lines look like all others.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": "realtube.logs.formatter",
            "log_format": os.environ.get("LOG_FORMAT") or "json",
            "service": os.environ["REALTUBE_SERVICE"],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"level": "INFO", "handlers": ["stderr"]},
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True}},
}
# Nobody is believed here; the application decides which proxies it trusts.
forwarded_allow_ips = ""
# Signals are enough; nothing else should be able to steer the server.
control_socket_disable = True

# The CPUs for workers of their own, if there is one for each CPU.
_cpus = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
_cpus = _cpus if len(_cpus) <= workers else []


def pre_fork(server: Any, worker: Any) -> None:
    """Choose the CPU on which a worker stays: the one with the fewest.

    Only one of its threads runs Python at a time. To wake the next on another CPU takes longer
    than on the same, and it finds nothing in the caches there.
    """
    # Those from before a SIGHUP may be of another release, which did not choose.
    taken = [getattr(other, "cpu", None) for other in server.WORKERS.values()]
    worker.cpu = min(_cpus, key=taken.count, default=None)


# A thread holds at most one connection; two are for the checks beside the requests.
os.environ.setdefault("REALTUBE_DB_POOL_SIZE", str(threads + 2))


def post_fork(_server: Any, worker: Any) -> None:
    """Stay on the CPU, and have the lines of many requests written at once."""
    if worker.cpu is not None:
        with suppress(OSError):  # not every system lets us
            os.sched_setaffinity(0, {worker.cpu})
    from realtube import logs  # noqa: PLC0415 - the application is there by now

    logs.gather()


def child_exit(_server: Any, worker: Any) -> None:
    """Nobody leaves connections to a worker that is gone."""
    worker.nr_conns = -1


def when_ready(_server: Any) -> None:
    """Keep collections of garbage off what is loaded: copies share it, and end without a search."""
    gc.collect()
    gc.freeze()
