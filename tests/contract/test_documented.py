"""docs/contract.md names the members, errors, paths, lifetimes and rules that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

import realtube.urls
from channels.serializers import AppealReceiptSerializer, AppealSerializer, ChannelSerializer
from common.errors import ERRORS
from common.http import NO_STORE, ApiView
from sync.serializers import (
    DeltaSerializer,
    ExportManifestSerializer,
    FullSerializer,
    ManifestSerializer,
    SignedSerializer,
    StatsSerializer,
)
from sync.views import changes
from videos.serializers import ExplainSerializer, VideoSerializer
from votes.serializers import VoteAnswerSerializer, VoterSerializer, VoteSerializer

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
PAGE = (DOCS / "contract.md").read_text()
RULES = range(1, 89)


def tables(heading):
    """The tables below a heading, each as its rows, each as its cells."""
    section = re.split(r"(?m)^#{2,3} ", PAGE.split(f"# {heading}\n", 1)[1], maxsplit=1)[0]
    for table in re.findall(r"(?m)(?:^ *\|.*\n)+", section):
        yield [[cell.strip() for cell in row.split("|")[1:-1]] for row in table.splitlines()[2:]]


def names(text):
    return re.findall(r"`(\w+)`", text)


@pytest.mark.parametrize(
    ("heading", "serializers"),
    [
        ("Video object", [VideoSerializer]),
        ("Channel object", [ChannelSerializer]),
        ("Casting a vote", [VoteSerializer, VoteAnswerSerializer]),
        ("Voters", [VoterSerializer]),
        ("Full copy", [FullSerializer]),
        ("Delta", [DeltaSerializer]),
        ("Appeals", [AppealSerializer, AppealReceiptSerializer]),
    ],
)
def test_tables_have_the_members_of_the_api(heading, serializers):
    for table, serializer in zip(tables(heading), serializers, strict=True):
        assert sorted(names(" ".join(row[0] for row in table))) == sorted(serializer().fields)


@pytest.mark.parametrize(
    ("begins", "serializer"),
    [
        ("`explain`: `weightAi`", ExplainSerializer),
        ("`GET /api/stats`: ", StatsSerializer),
        ("`GET /api/database/manifest`: ", ExportManifestSerializer),
        ("| `GET /api/sync/manifest` | ", ManifestSerializer),
        ("| `GET /api/sync/signed` | ", SignedSerializer),
    ],
)
def test_what_has_no_table_is_named_in_a_sentence(begins, serializer):
    sentence = PAGE.split(begins, 1)[1].split("\n\n", 1)[0]
    told = {*names(sentence), *names(begins)}
    assert sorted(serializer().fields.keys() - told) == []


def test_every_error_is_told_with_its_status():
    table = list(tables("Errors"))[1]
    told = {(int(status), *names(code)) for status, code, _ in table}
    assert told == {(error.status, error.code) for error in ERRORS}


def test_every_path_is_told():
    paths = yaml.safe_load((DOCS / "openapi.yaml").read_text())["paths"]
    told = {
        re.sub(r"\{[^}]*\}", "{}", path) for path in re.findall(r"(/(?:api|health)[^`?]*)", PAGE)
    }
    for path in paths:
        wanted = re.sub(r"\{[^}]*\}", "{}", path.replace("{kind}", "channels"))
        assert wanted in told, path


def test_every_lifetime_is_told():
    views = [getattr(pattern.callback, "view_class", None) for pattern in realtube.urls.urlpatterns]
    there = {view.cache_control for view in views if issubclass(view or object, ApiView)}
    told = {cell.strip("`") for table in tables("Headers") for _, cell, _ in table}
    assert told == there - {NO_STORE} | {changes.SHARED}


def test_each_rule_stands_once_and_is_in_the_index():
    assert sorted(map(int, re.findall(r'<a id="r(\d\d)"></a>\*\*R\d\d\*\*', PAGE))) == [*RULES]
    index = PAGE.split("## Index of the rules")[1]
    assert sorted(re.findall(r"\[R(\d\d)\]\(#r(\d\d)\)", index)) == [
        (f"{n:02}",) * 2 for n in RULES
    ]
