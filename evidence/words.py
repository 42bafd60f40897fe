"""What a clip's owner reads of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

STATES = {
    "receiving": "Arriving",
    "received": "Waiting to be looked at",
    "checking": "Being checked",
    "processing": "Pictures are being taken out",
    "ready": "Ready for the moderators",
    "failed": "Could not be used",
}
_SIZES = ((2**30, "GB"), (2**20, "MB"), (2**10, "kB"))


def size(number: int) -> str:
    """Bytes for people: `1.2 GB`."""
    for unit, name in _SIZES:
        if number >= unit:
            return f"{number / unit:.3g} {name}"
    return f"{number} bytes"


def found(
    *,
    duration_s: float | None,
    width: int | None,
    height: int | None,
    frames: int,
    credentials: Mapping[str, Any] | None,
) -> list[str]:
    """What was found in a clip, a sentence each; `credentials` as `evidence.media` leaves them."""
    lines = []
    if duration_s is not None:
        minutes, seconds = divmod(round(duration_s), 60)
        lines.append(f"{minutes}:{seconds:02d} long" + (f", {width} x {height}" if width else ""))
    if frames:
        lines.append(f"{frames} {'picture' if frames == 1 else 'pictures'} for the moderators")
    if credentials:
        lines.append(_of_credentials(credentials))
    return lines


def _of_credentials(credentials: Mapping[str, Any]) -> str:
    state = credentials.get("state")
    if state == "unreadable":
        return "Its content credentials cannot be read"
    if state not in ("intact", "changed"):
        return "It has no content credentials"
    who = credentials.get("organisation") or credentials.get("signer") or "somebody unnamed"
    says = f"Content credentials of {who}"
    if state == "changed":
        return f"{says}, but the file was changed after it was signed"
    if credentials.get("ai"):
        return f"{says}: made with AI, at least in part"
    if credentials.get("camera"):
        return f"{says}: captured with a camera"
    return f"{says}, and the file is as it was signed"
