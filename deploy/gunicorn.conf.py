"""How gunicorn serves `realtube.wsgi:application`, in `make run` and in the container.

Every number can be changed through the environment; docs/configuration.md lists them.
"""

import os
import sys
from pathlib import Path

_host = os.environ.get("HOST") or "127.0.0.1"
_port = os.environ.get("PORT") or "8000"
_shm = Path("/dev/shm")

bind = f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = int(os.environ.get("WEB_THREADS") or 8)
timeout = 60
graceful_timeout = 30
keepalive = 5
max_requests = int(os.environ.get("WEB_MAX_REQUESTS") or 0)
# Not all workers at the same moment.
max_requests_jitter = max_requests // 10
# The heartbeat file must not wait for a busy disk: gunicorn would take the worker for dead.
worker_tmp_dir = str(_shm) if os.access(_shm, os.W_OK) else None
# The application logs its requests, with pseudonyms in the place of addresses.
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
