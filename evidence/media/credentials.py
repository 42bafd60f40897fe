"""Content credentials (C2PA) of a file: who signed it, what they say it is, whether it is still so.

They are read by a process of its own with limits, since it is a library in another language that
reads what strangers sent. It fetches nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evidence.media.reasons import Unusable
from evidence.media.sandbox import Failed, Limits, run

CAMERA = frozenset({"digitalCapture", "computationalCapture", "negativeFilm", "positiveFilm"})
AI = frozenset(
    {
        "trainedAlgorithmicMedia",
        "compositeWithTrainedAlgorithmicMedia",
        "trainedAlgorithmicData",
        "compositeSynthetic",
    }
)
_LIMITS = Limits(wall_s=120, cpu_s=60, memory_bytes=2 * 1024**3, file_bytes=1024**2)
_REPOSITORY = Path(__file__).resolve().parent.parent.parent
_TEXT_MAX = 120
_SOURCES = 8
_OFFLINE = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}


def read(path: Path, *, folder: Path, trusted: Path | None = None) -> dict[str, Any]:
    """What the credentials of a file say; see `summary`. `trusted` holds certificates, as PEM.

    `{"state": "none"}` if it has none, `{"state": "unreadable"}` if they make no sense. Raises
    `Broken` if they cannot be read here.
    """
    code = f"import sys; sys.path.insert(0, {str(_REPOSITORY)!r}); "
    code += "from evidence.media.credentials import main; main()"
    command = [sys.executable, "-I", "-c", code, str(path), *([str(trusted)] if trusted else [])]
    try:
        said = run(command, folder=folder, limits=_LIMITS)
    except (Failed, Unusable):
        return {"state": "unreadable"}
    found: dict[str, Any] = json.loads(said.strip().rpartition("\n")[2])
    return found


def summary(report: Mapping[str, Any], *, checked: bool) -> dict[str, Any]:
    """A C2PA report in a few plain values. Pure.

    `state` is `intact` or `changed` (the file is not what was signed); `trusted` is whether the
    signer's chain leads to a certificate that is trusted, None unless it was `checked`. `signer`,
    `organisation` and `tool` are what they call themselves. `sources` are IPTC's digital source
    types of the file and of all that it was made from; `camera` and `ai` whether any says so.
    """
    active = report.get("manifests", {}).get(report.get("active_manifest"), {})
    results = report.get("validation_results", {}).get("activeManifest", {})
    failures = {it.get("code", "") for it in results.get("failure", [])}
    signature = active.get("signature_info", {})
    tools = active.get("claim_generator_info") or [{}]
    sources = sorted({_text(it) for it in _sources(report.get("manifests", {}))})[:_SOURCES]
    return {
        "state": "changed" if failures - {"signingCredential.untrusted"} else "intact",
        "trusted": "signingCredential.untrusted" not in failures if checked else None,
        "signer": _text(signature.get("common_name")),
        "organisation": _text(signature.get("issuer")),
        "signed_at": _text(signature.get("time")),
        "tool": _text(tools[0].get("name")),
        "sources": sources,
        "camera": bool(CAMERA.intersection(sources)),
        "ai": bool(AI.intersection(sources)),
    }


def main() -> None:
    """Read the file that the command line names, and print what was found as one line of JSON."""
    import c2pa  # noqa: PLC0415 - large, and needed here alone

    path, *trusted = sys.argv[1:]
    settings: dict[str, Any] = dict(_OFFLINE)
    if trusted:
        anchors = Path(trusted[0]).read_text(encoding="ascii")
        settings = {"trust": {"trust_anchors": anchors}, **settings}
    found: dict[str, Any] = {"state": "none"}
    with Path(path).open("rb") as file, c2pa.Context.from_dict(settings) as context:
        try:
            reader = c2pa.Reader.try_create(_kind(file.read(12)), file, context=context)
            if reader is not None:
                found = summary(json.loads(reader.json()), checked=bool(trusted))
        except c2pa.C2paError:
            # Also of containers that cannot have any: those were looked for in vain.
            file.seek(0)
            found = {"state": "unreadable" if b"c2pa" in file.read(2**20) else "none"}
    sys.stdout.write(json.dumps(found) + "\n")


def _kind(head: bytes) -> str | None:
    """The type of the containers that may have credentials; None lets the library look."""
    if head[4:8] == b"ftyp":
        return "video/quicktime" if head[8:12] == b"qt  " else "video/mp4"
    return "video/x-msvideo" if head[:4] == b"RIFF" and head[8:12] == b"AVI " else None


def _sources(manifests: Mapping[str, Any]) -> Iterator[str]:
    for manifest in manifests.values():
        for assertion in manifest.get("assertions", []):
            if not str(assertion.get("label", "")).startswith("c2pa.actions"):
                continue
            for action in (assertion.get("data") or {}).get("actions", []):
                if kind := action.get("digitalSourceType"):
                    yield str(kind).rpartition("/")[2]


def _text(value: Any) -> str:
    """A value that somebody else chose, as a short line."""
    return " ".join(str(value or "").split())[:_TEXT_MAX]
