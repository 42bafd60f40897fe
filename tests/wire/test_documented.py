"""The recording has an example of every answer that the OpenAPI document names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.wire.recording import RECORDED

Answer = tuple[str, str, str, str]
"""Method, path as in the document, status, and the code of an error or nothing."""

BYTES = "/api/evidence/"
"""What takes files, for which a recording has no words; tests/evidence/test_uploads.py asks it."""

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.yaml"


def test_every_documented_answer_is_recorded() -> None:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    paths: dict[str, Any] = yaml.load(DOCUMENT.read_bytes(), loader)["paths"]
    paths = {path: it for path, it in paths.items() if not path.startswith(BYTES)}
    missing = set(_documented(paths)) - set(_recorded(list(paths)))
    assert sorted(missing) == []


def _documented(paths: dict[str, Any]) -> Iterator[Answer]:
    for path, operations in paths.items():
        for method, operation in operations.items():
            for status, answer in operation["responses"].items():
                for of in answer.get("content", {"": {}}).values():
                    examples = of.get("examples", {"": {"value": {"error": {"code": ""}}}})
                    for example in examples.values():
                        code = example["value"]["error"]["code"]
                        yield method.upper(), path, status, code


def _recorded(paths: list[str]) -> Iterator[Answer]:
    for file in RECORDED.glob("*.json"):
        for exchange in json.loads(file.read_text(encoding="utf-8")):
            if "request" not in exchange:
                continue
            request, answer = exchange["request"], exchange["answer"]
            path = _template(request["path"].partition("?")[0].rstrip("/"), paths)
            body = answer.get("body")
            code = body["error"]["code"] if isinstance(body, dict) and "error" in body else ""
            yield request["method"], path, str(answer["status"]), code


def _template(path: str, paths: list[str]) -> str:
    """The path of the document that a request's belongs to; one without parameters goes first."""
    for template in sorted(paths, key=lambda it: it.count("{")):
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)), path):
            return template
    return ""
