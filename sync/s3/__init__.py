"""A copy of what is published, in S3 (docs/s3.md)."""
