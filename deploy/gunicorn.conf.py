"""How gunicorn serves `realtube.wsgi:application`, in `make run` and in the container.

Settings only. The environment can change the numbers; docs/configuration.md lists them.
"""

import gc
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

_host = os.environ.get("HOST") or "127.0.0.1"
_port = os.environ.get("PORT") or "8000"
_shm = Path("/dev/shm")

bind = f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"
worker_class = "gthread"
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
# Above what common.middleware refuses as JSON; what is longer still gunicorn refuses in HTML.
limit_request_line = 8190
limit_request_field_size = 32_768
# The heartbeat file must not wait for a busy disk: gunicorn would take the worker for dead.
worker_tmp_dir = str(_shm) if os.access(_shm, os.W_OK) else None
# The application logs requests itself, with pseudonyms in the place of addresses.
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
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
    },
}
# Nobody is believed here; the application decides which proxies it trusts.
forwarded_allow_ips = ""
# Signals are enough; nothing else should be able to steer the server.
control_socket_disable = True
# A thread holds at most one connection; two are for the checks beside the requests.
os.environ.setdefault("REALTUBE_DB_POOL_SIZE", str(threads + 2))


def post_worker_init(worker: Any) -> None:
    """On SIGTERM let nobody new wait for what the worker still has to finish.

    As long as a worker holds the listening socket, the system puts connections into its queue. In
    its place comes a socket that nobody connects to: whoever waited is told at once, and the proxy
    asks another server.
    """
    nobodys = socket.create_server(("127.0.0.1", 0))
    nobodys.setblocking(False)
    end = signal.getsignal(signal.SIGTERM)

    def leave(number: int, frame: Any) -> None:
        for listener in worker.sockets:
            os.dup2(nobodys.fileno(), listener.fileno())
        if callable(end):
            end(number, frame)

    signal.signal(signal.SIGTERM, leave)


def when_ready(_server: Any) -> None:
    """Keep collections of garbage off what is loaded: copies share it, and end without a search."""
    gc.collect()
    gc.freeze()
