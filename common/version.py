"""The version of this build, shown by `/health/ready`, the OpenAPI document and exports."""

VERSION = "0.1.0"
