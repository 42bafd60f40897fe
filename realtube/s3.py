"""A copy of what is published, outside the machine (docs/s3.md); off unless a bucket is named."""

from __future__ import annotations

from dataclasses import dataclass

from realtube import env


@dataclass(frozen=True)
class S3:
    """A bucket of S3, how often it is brought up, and whom to tell of what changed there."""

    bucket: str
    endpoint: str
    region: str
    key_id: str
    key: str
    interval_s: int
    requests_a_day: int
    purge_url: str
    purge_key: str

    @property
    def target(self) -> str:
        """What tells one place from another."""
        return f"{self.endpoint}/{self.bucket}"


def read() -> S3:
    """What the environment says."""
    return S3(
        bucket=env.text(
            "REALTUBE_S3_BUCKET",
            help="Bucket of S3 that has a copy of what is published and nothing else. Unset: none.",
        ),
        endpoint=env.text(
            "REALTUBE_S3_ENDPOINT", help="Address of an S3 server that is not Amazon's."
        ),
        region=env.text("REALTUBE_S3_REGION", "us-east-1", help="Its region."),
        key_id=env.text("REALTUBE_S3_KEY_ID", help="Id of the key to it."),
        key=env.text("REALTUBE_S3_KEY", help="The key to it."),
        interval_s=env.integer(
            "REALTUBE_S3_INTERVAL_S",
            60,
            low=5,
            high=86_400,
            help="Seconds between two batches of changes.",
        ),
        requests_a_day=env.integer(
            "REALTUBE_S3_REQUESTS_A_DAY",
            1_000_000,
            low=1000,
            high=1_000_000_000,
            help="Requests to S3 a day; when changes would take more, batches come less often.",
        ),
        purge_url=env.text(
            "REALTUBE_PURGE_URL",
            help="Address that is told, signed, which paths changed in S3, for a CDN to forget.",
        ),
        purge_key=env.text(
            "REALTUBE_PURGE_KEY", help="Signs that: base64, as `openssl rand -base64 24` makes it."
        ),
    )
