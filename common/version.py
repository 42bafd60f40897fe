"""The version of this build, told by `/health/ready`, the OpenAPI document and exports."""

VERSION = "0.1.0"
