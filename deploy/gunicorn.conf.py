"""How gunicorn serves `realtube.wsgi:application`, in `make run` and in the container.

Every number can be changed through the environment; docs/configuration.md lists them.
"""

import array
import gc
import mmap
import os
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

from gunicorn.glogging import Logger as _Logger
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


class Worker(ThreadWorker):
    """Leaves new connections to workers that have fewer, and stops without keeping anyone waiting.

    Clients and proxies keep their connections, and the worker that is busy is the first to see a
    new one: without this, one has them all, and its threads take turns while others idle.

    On SIGTERM it finishes its requests, but lets nobody new wait for them. While a worker holds
    the listening socket, the system goes on putting connections into its queue. Once the last one
    has closed it, whoever waits there is told at once, and the proxy asks another server.
    """

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

    def _leave(self) -> None:
        self.set_accept_enabled(False)
        for listener in self.sockets:
            listener.close()


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

# A thread holds at most one connection; two are for the checks beside the requests.
os.environ.setdefault("REALTUBE_DB_POOL_SIZE", str(threads + 2))


def post_fork(_server: Any, _worker: Any) -> None:
    """Have the lines of many requests written at once."""
    from realtube import logs  # noqa: PLC0415 - the application is there by now

    logs.gather()


def child_exit(_server: Any, worker: Any) -> None:
    """Nobody leaves connections to a worker that is gone."""
    worker.nr_conns = -1


def when_ready(_server: Any) -> None:
    """Keep collections of garbage off what is loaded: copies share it, and end without a search."""
    gc.collect()
    gc.freeze()
