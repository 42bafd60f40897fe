"""How the API's own description is made and shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from common.version import VERSION


def settings(base_dir: Path) -> dict[str, Any]:
    """What drf-spectacular reads; `base_dir` is the folder with the page that introduces it."""
    return {
        "TITLE": "RealTube API",
        "VERSION": VERSION,
        "DESCRIPTION": (base_dir / "docs" / "api-intro.md").read_text(encoding="utf-8"),
        "LICENSE": {"name": "AGPL-3.0", "url": "https://www.gnu.org/licenses/agpl-3.0.html"},
        "SERVE_INCLUDE_SCHEMA": False,
        "SERVE_PUBLIC": True,
        "SERVE_AUTHENTICATION": [],
        "SWAGGER_UI_DIST": "SIDECAR",
        "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
        "SWAGGER_UI_SETTINGS": {"persistAuthorization": False, "validatorUrl": None},
        "SCHEMA_PATH_PREFIX": "/api",
        "SORT_OPERATION_PARAMETERS": False,
        # What is used under several names keeps the one that it always had.
        "ENUM_NAME_OVERRIDES": {
            "OutcomeEnum": ["granted", "rejected", "settled"],
            "ReportCategoryEnum": "votes.models.AI_CATEGORIES",
            "StateEnum": ["open", "in_review", "decided"],
            "VerdictEnum": ["ai", "human"],
            "VoteCategoryEnum": "votes.models.Category.choices",
        },
        "POSTPROCESSING_HOOKS": [
            "drf_spectacular.hooks.postprocess_schema_enums",
            "common.schema.without_trailing_slash",
        ],
    }
