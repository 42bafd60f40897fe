"""Rows of lookups: through nginx, and through gunicorn alone."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.openloop import LEAST_SAMPLES
from benchmarks.openloop import load as open_load
from benchmarks.processes import cpu_s
from benchmarks.speed.rows import BARS, Row
from benchmarks.speed.site import BACKGROUND, Bench, find, running, wait_for
from benchmarks.speed.wrk import LOOKUPS, Loaded, side_by_side, spent, wrk

LOAD = 0.6
# One process of the generator keeps to this on a core it shares with the servers.
LATENCY_RATE = 1000.0
EMPTY_VIEW = '''
"""An empty Django view without any middleware."""
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], MIDDLEWARE=[], SECRET_KEY="x" * 50)
urlpatterns = [path("api/videos/<str:prefix>", lambda request, prefix: HttpResponse(b"[]"))]
application = get_wsgi_application()
'''
STATIC_NGINX = """
worker_processes auto;
pid {folder}/nginx.pid;
error_log stderr emerg;
events {{ worker_connections 8192; multi_accept on; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_timeout 65s;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{
    listen 127.0.0.1:{port} ssl http2;
    ssl_certificate {certificate}; ssl_certificate_key {key};
    ssl_protocols TLSv1.2 TLSv1.3;
    root {folder};
    default_type application/json;
  }}
}}
"""


def lookup_nginx(bench: Bench) -> Row:
    """Lookups through nginx, beside a static file of the same size."""
    from sync import publish  # noqa: PLC0415

    bodies = [found for n in range(0, 65536, 257) if (found := publish.read_bucket(f"{n:04x}"))]
    size = int(statistics.median(len(body) for body in bodies))
    script = bench.script("lookups", LOOKUPS)
    fixed = bench.script("static", 'request = function() return wrk.format("GET", "/file") end')
    with static_nginx(bench, b"x" * size) as static, bench.paused(*BACKGROUND):
        last: list[Loaded] = []

        def ours() -> float:
            last.append(wrk(bench.site.https, script, seconds=bench.seconds(5)))
            return last[-1].rate

        before = bench.site.cpu_s()
        ratio, a, b = side_by_side(
            ours,
            lambda: wrk(static, fixed, seconds=bench.seconds(5)).rate,
            rounds=bench.rounds,
        )
        cpu = spent(before, bench.site.cpu_s(), sum(one.answers for one in last))
    rate = min(LATENCY_RATE, LOAD * statistics.median(a))
    paced = open_load(
        *(bench.site.https, "lookup", rate, max(bench.seconds(10), 2 * LEAST_SAMPLES / rate)),
        known=bench.known("even"),
    )
    # Of a few prefixes nobody has reported anything: those are answered 404.
    return Row(
        "4-hex lookup through nginx",
        ">= 0.5 of a static file; p99 < 10 ms, open loop",
        f"{ratio:.2f}; {paced.says()}",
        ratio >= BARS["4-hex lookup through nginx"] and paced.holds(10),
        ratio,
        sum(cpu.values()),
        {
            "lookups_per_s": a,
            "static_per_s": b,
            "bytes": size,
            "cpu_ms_per_request": cpu,
            "p99_ms_full": last[-1].p99_ms,
            "asked_per_s": paced.asked,
            "achieved_per_s": paced.achieved,
            "samples": len(paced.latencies_ms),
        },
    )


@contextmanager
def static_nginx(bench: Bench, body: bytes) -> Iterator[str]:
    """An nginx of its own with one file."""
    folder = bench.folder / "static"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    (folder / "file").write_bytes(body)
    port = bench.site.free_port()
    keys = bench.site.site.folder / "secrets"
    text = STATIC_NGINX.format(
        folder=folder,
        port=port,
        certificate=keys / "tls_certificate",
        key=keys / "tls_key",
    )
    (folder / "nginx.conf").write_text(text)
    command = [find("nginx") or "nginx", "-e", "stderr", "-p", str(folder), "-c"]
    with running([*command, str(folder / "nginx.conf"), "-g", "daemon off;"], folder / "log"):
        url = f"https://127.0.0.1:{port}"
        wait_for(f"{url}/file")
        yield url


def lookup_web(bench: Bench) -> Row:
    """Lookups through gunicorn, beside an empty Django view under the same gunicorn."""
    script = bench.script("lookups", LOOKUPS)
    application = bench.folder / "empty"
    application.mkdir(exist_ok=True)
    (application / "emptyview.py").write_text(EMPTY_VIEW)
    port = bench.site.free_port()
    environment = {
        **bench.site.site.environment("web"),
        "PORT": str(port),
        "PYTHONPATH": str(application),
    }
    command = ["gunicorn", "-c", "deploy/gunicorn.conf.py", "emptyview:application"]
    with (
        running(command, bench.folder / "empty.log", env=environment) as process,
        bench.paused(*BACKGROUND),
    ):
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/api/videos/abcd")
        answers = [0, 0]

        def load(target: str, n: int) -> float:
            done = wrk(target, script, seconds=bench.seconds(5))
            answers[n] += done.answers
            return done.rate

        before, before_empty = bench.site.cpu_s(), cpu_s(process.pid)
        ratio, a, b = side_by_side(
            lambda: load(bench.site.web, 0), lambda: load(url, 1), rounds=bench.rounds
        )
        cpu = spent(before, bench.site.cpu_s(), answers[0])
        cpu["empty view"] = round((cpu_s(process.pid) - before_empty) * 1000 / answers[1], 3)
    return Row(
        "lookup through gunicorn alone",
        ">= 0.5 of an empty Django view",
        f"{ratio:.2f}",
        ratio >= BARS["lookup through gunicorn alone"],
        ratio,
        cpu["web"],
        {"lookups_per_s": a, "empty_per_s": b, "cpu_ms_per_request": cpu},
    )
