"""Whether clips are taken as evidence, how large and where they are kept (docs/evidence.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from realtube import env

ON = (
    env.choice(
        "REALTUBE_EVIDENCE",
        "off",
        ("off", "on"),
        help="Whether those who appeal can send clips. `make run` has it on where it can.",
    )
    == "on"
)
CLIP_MB = env.integer(
    "REALTUBE_EVIDENCE_CLIP_MB", 1024, low=1, high=100_000, help="Largest clip, in megabytes."
)
CLIPS = env.integer(
    "REALTUBE_EVIDENCE_CLIPS",
    3,
    low=1,
    high=100,
    help="Clips about one video or channel. Whoever is seen to own it has as many of their own.",
)
APPEAL_MB = env.integer(
    "REALTUBE_EVIDENCE_APPEAL_MB",
    3072,
    low=1,
    high=1_000_000,
    help="Megabytes that the clips of one appeal may have together.",
)
VOTER_TRUST = env.number(
    "REALTUBE_EVIDENCE_VOTER_TRUST",
    0,
    low=0,
    high=1,
    help="Trust from which a voter may send a clip about a video they voted on; 0: no voter may.",
)
SHOTS = env.integer(
    "REALTUBE_EVIDENCE_SHOTS",
    20,
    low=0,
    high=1000,
    help="Reports of one video whose pictures of the player are kept; 0: none are taken.",
)
DAYS = env.integer(
    "REALTUBE_EVIDENCE_DAYS",
    30,
    low=1,
    high=3650,
    help="Days after which clips are deleted, from when their case was closed.",
)
UPLOAD_HOURS = env.integer(
    "REALTUBE_EVIDENCE_UPLOAD_HOURS",
    24,
    low=1,
    high=720,
    help="Hours without a byte after which an upload is given up.",
)
UPLOADS_AT_ONCE = env.integer(
    "REALTUBE_EVIDENCE_UPLOADS_AT_ONCE",
    4,
    low=1,
    high=200,
    help="Uploads that one web process receives at the same time; each takes one of its threads.",
)
FREE_MB = env.integer(
    "REALTUBE_EVIDENCE_FREE_MB",
    1024,
    low=0,
    high=10_000_000,
    help="Megabytes of the disk that no clip may take.",
)
_KEPT_IN = env.choice(
    "REALTUBE_EVIDENCE_STORAGE",
    "files",
    ("files", "s3"),
    help="Where clips are kept once they have arrived: below REALTUBE_EVIDENCE_ROOT, or in S3.",
)
_BUCKET = env.text("REALTUBE_EVIDENCE_S3_BUCKET", help="The bucket, of `s3`; it must be private.")
_ENDPOINT = env.text(
    "REALTUBE_EVIDENCE_S3_ENDPOINT", help="Address of an S3 server that is not Amazon's."
)
_REGION = env.text("REALTUBE_EVIDENCE_S3_REGION", "us-east-1", help="Its region.")
_KEY_ID = env.text("REALTUBE_EVIDENCE_S3_KEY_ID", help="Id of the key to it.")
_KEY = env.text("REALTUBE_EVIDENCE_S3_KEY", help="The key to it.")
_TRUSTED = env.text(
    "REALTUBE_EVIDENCE_TRUSTED_SIGNERS",
    help="File of the certificates, as PEM, that signers of content credentials (C2PA) must lead "
    "to. Unset: signers are named, and not judged.",
)
TRUSTED_SIGNERS = Path(_TRUSTED) if _TRUSTED else None


def origins() -> list[str]:
    """Where browsers get kept files from, besides this site."""
    if _KEPT_IN == "files":
        return []
    if _ENDPOINT:
        address = urlsplit(_ENDPOINT)
        return [f"{address.scheme}://{address.netloc}"]
    return [f"https://{_BUCKET}.s3.amazonaws.com", f"https://{_BUCKET}.s3.{_REGION}.amazonaws.com"]


def root(var_dir: Path) -> Path:
    """The folder of what arrives and, with `files`, of what is kept."""
    return env.path(
        "REALTUBE_EVIDENCE_ROOT",
        var_dir / "evidence",
        shown="VAR_DIR/evidence",
        help="Folder of clips that arrive, and of those kept as files. All web processes and "
        "workers must see the same.",
    )


def storage(folder: Path) -> dict[str, Any]:
    """What Django keeps clips in. Nothing is looked up before it is used."""
    if _KEPT_IN == "files":
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {
                "location": folder / "kept",
                "allow_overwrite": True,
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        }
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": _BUCKET,
            "endpoint_url": _ENDPOINT or None,
            "region_name": _REGION,
            "access_key": _KEY_ID or None,
            "secret_key": _KEY or None,
            "default_acl": None,
            "signature_version": "s3v4",
            # Of a server under its own name there is no name for each bucket.
            "addressing_style": "path" if _ENDPOINT else "auto",
        },
    }
