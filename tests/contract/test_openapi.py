"""Schemathesis over the OpenAPI document: no 5xx, no undocumented answer."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    response_schema_conformance,
    status_code_conformance,
)

from realtube.wsgi import application
from tests.thorough import EXAMPLES

# The bytes of clips.
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
schema = schemathesis.openapi.from_path("docs/openapi.yaml")


@pytest.fixture(autouse=True)
def _no_limits(settings):
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 10**9)


@pytest.mark.django_db(transaction=True)
@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_answers_as_documented(case):
    case.call_and_validate(
        app=application,
        base_url="http://localhost",
        # Schemathesis reads bodies as they come; it would ask for gzip and not unpack it.
        headers={"Accept-Encoding": "identity"},
        checks=[not_a_server_error, status_code_conformance, response_schema_conformance],
    )
