"""Clients made of docs/openapi.yaml: they are made, compile, and work with the real server."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from common import ids
from sync.snapshot import snapshot
from sync.tasks import run_pipeline
from tests.conftest import Api, whole

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
GENERATED = ROOT / "clients/generated"
NODE_MODULES = ROOT / "clients/typescript/node_modules"
needs_node = pytest.mark.skipif(
    not (NODE_MODULES / "openapi-fetch").exists(), reason="make check-typescript installs it"
)
# The tool's own client passes `*args: object` to `__exit__`.
MYPY = """[mypy]
strict = true
[mypy-generated.client]
disable_error_code = arg-type
"""
TSCONFIG = {
    "compilerOptions": {
        "target": "es2022",
        "lib": ["es2023", "dom"],
        "module": "nodenext",
        "types": ["node"],
        "strict": True,
        "skipLibCheck": True,
        "outDir": "out",
        "rootDir": ".",
    }
}


@pytest.fixture
def expected(crowd, settings):
    """What either program has to print of a site with a flagged video."""
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 10**9)
    crowd(9, "flagged")
    run_pipeline()
    snapshot.build()
    files = {
        name: hashlib.sha256(whole(Api().get(path))).hexdigest()
        for name, path in (
            ("compact", "/api/sync/compact"),
            ("everything", "/api/sync/full.ndjson.zst"),
        )
    }
    return {"videos": ["flagged"], **files, "errors": ["INVALID_PREFIX", "INVALID_FIELD"]}


def run(folder, *command):
    """What a command prints; its complaints are the test's."""
    done = subprocess.run(
        [*map(str, command)],
        cwd=folder,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.timeout(400)
def test_a_python_client_compiles_and_works(live_server, expected, tmp_path):
    tool = Path(sys.executable).with_name("openapi-python-client")
    given = ["--path", ROOT / "docs/openapi.yaml", "--config", GENERATED / "python.yaml"]
    run(tmp_path, tool, "generate", *given, "--meta", "none", "--output-path", "generated")
    shutil.copy(GENERATED / "use.py", tmp_path)
    (tmp_path / "mypy.ini").write_text(MYPY)
    run(tmp_path, sys.executable, "-m", "mypy", "--config-file", "mypy.ini", "use.py", "generated")
    printed = run(tmp_path, sys.executable, "use.py", live_server.url, ids.bucket_of("flagged"))
    assert json.loads(printed) == expected


@needs_node
@pytest.mark.timeout(400)
def test_a_typescript_client_compiles_and_works(live_server, expected, tmp_path):
    (tmp_path / "node_modules").symlink_to(NODE_MODULES)
    (tmp_path / "package.json").write_text('{"private": true, "type": "module"}')
    (tmp_path / "tsconfig.json").write_text(json.dumps(TSCONFIG))
    shutil.copy(GENERATED / "use.ts", tmp_path)
    programs = NODE_MODULES / ".bin"
    run(tmp_path, programs / "openapi-typescript", ROOT / "docs/openapi.yaml", "-o", "api.ts")
    run(tmp_path, programs / "tsc", "-p", ".")
    printed = run(tmp_path, "node", "out/use.js", live_server.url, ids.bucket_of("flagged"))
    assert json.loads(printed) == expected
