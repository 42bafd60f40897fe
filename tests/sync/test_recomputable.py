"""Scores come about from what the export has of them, to the last digit, and it has no more."""

from __future__ import annotations

import ast
import gzip
import random
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import F
from django.utils import timezone

from channels.models import DirtyChannel, ListSource
from channels.services import decide_channel
from common.db import rows
from sync.export import exports
from sync.export.codebook import page
from sync.export.inputs import VIDEO_INPUTS
from sync.pipeline import rebuild
from sync.tasks import run_pipeline
from tests.conftest import Api
from tests.described import faults
from tests.recomputing import all_come_out, code, recomputed
from tests.sync.test_by_whose_word import take
from videos.models import Video, VideoCategory
from votes.brakes import set_brakes
from votes.models import DirtyVideo, Panel, Vote, Voter
from votes.moderation import decisions

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
KINDS = ("fully_ai", "ai_visuals", "ai_thumbnails", "ai_assisted", "ai_music", "not_ai")


def inputs():
    """The table, by video."""
    names = list(VIDEO_INPUTS.columns)
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows(VIDEO_INPUTS.rows)}


def scored_again():
    DirtyVideo.objects.append(sorted(set(Vote.objects.values_list("video_id", flat=True))))
    run_pipeline()


def jury(target_type, target, outcome, **more):
    Panel.objects.create(
        target_type=target_type,
        target_id=target,
        videos=[target] if target_type == "video" else [],
        cause="suspected",
        outcome=outcome,
        decided_at=timezone.now(),
        **more,
    )
    if target_type == "channel":
        DirtyChannel.objects.append([target])


@pytest.fixture
def world(crowd, settings, tmp_path):
    """One video or channel of everything that can decide a score, and votes of uneven weight."""
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 10**9)
    settings.BURST_VOTERS = 12
    rng = random.Random(21)
    for channel in ("@votes", "@listed", "@warned", "@cleared", "@locked", "@judged", "@human"):
        for n in range(4):
            name = f"{channel[1:]}-{n}"
            for kind in rng.sample(KINDS[:-1], 2):
                crowd(rng.randint(3, 6), name, kind, channelHandle=channel)
            if n == 1:
                DirtyVideo.objects.append([name])
                run_pipeline()
                crowd(3, name, "not_ai", channelHandle=channel)
    for name in ("lock-ai", "lock-kind", "lock-human", "hold", "jury-ai", "jury-human", "alone"):
        crowd(1 if name == "alone" else 9, name)
    # Those of a burst are too new to flag what others do not; of one more the others do.
    crowd(11, "burst-flagged")
    Vote.objects.update(cast_at=F("cast_at") - timedelta(days=3), first_ai_at=None)
    for name in ("burst", "burst-flagged"):
        crowd(15, name)
    old = timezone.now() - timedelta(days=1)
    for vote in Vote.objects.filter(cast_at__lt=old):
        vote.trust_weight = Decimal(rng.randint(300_001, 999_999)) / 10**6
        vote.save(update_fields=["trust_weight"])
    # Of no burst: whoever is a VIP is no newcomer.
    vips = Vote.objects.filter(video_id="votes-0").values_list("voter", flat=True)[:3]
    Voter.objects.filter(pk__in=list(vips)).update(is_vip=True)
    decide = {"actor": "m", "reason": "r"}
    decisions.decide_video(video_id="lock-ai", action="lock_ai", **decide)
    decisions.decide_video(
        video_id="lock-kind", action="lock_ai", category="ai_voiceover", **decide
    )
    decisions.decide_video(video_id="lock-human", action="lock_human", **decide)
    decisions.decide_video(video_id="hold", action="hold", **decide)
    jury("video", "jury-ai", "ai", label="ai_visuals")
    jury("video", "jury-human", "human")
    jury("channel", "@judged", "ai")
    jury("channel", "@human", "human")
    decide_channel(key="@cleared", action="clear_channel", **decide)
    decide_channel(key="@locked", action="flag_channel", **decide)
    take(tmp_path, "@listed", "@cleared", "@nobody")
    take(tmp_path, "@warned", level="warn", source="warning")
    scored_again()


def test_every_published_score_comes_out_of_the_export_alone(world):
    exports.export()
    # And every cell is as the codebook says.
    assert [faults(exports.newest(form).path) for form in ("csv", "parquet")] == [[], []]
    counts = all_come_out(exports.newest("parquet").path)
    assert (counts["videos"], counts["channels"]) == (37, 8)
    told = inputs()
    assert told["burst-flagged"]["voices_without_burst"] == 11
    assert told["lock-kind"]["lock_kind"] == "ai_voiceover"
    set_brakes(actor="admin", reason="two levels", changes={"confirms": "juries"})
    run_pipeline()
    exports.export(["parquet"])
    # A jury's kind is one more.
    assert all_come_out(exports.newest("parquet").path) == counts | {"kinds": counts["kinds"] + 1}
    assert inputs()["jury-ai"]["jury"] == "ai"
    # And without what a list says that may not be passed on.
    ListSource.objects.filter(name="list").update(use="here")
    rebuild(lambda _: None)
    exports.export(["parquet"])
    assert all_come_out(exports.newest("parquet").path)["channels"] == 7


def test_a_cell_that_is_not_as_the_codebook_says_is_noticed(crowd):
    crowd(9, "one-video")
    run_pipeline()
    Video.objects.update(primary_category="not_ai", total_votes=0, locked=True, verdict="ai")
    VideoCategory.objects.update(category="another")
    exports.export(["csv"])
    assert faults(exports.newest("csv").path) == [
        "videos.primary_category: not_ai",
        "video_categories.category: another",
    ]


def test_the_page_of_the_codebook_is_that_of_the_columns():
    assert (ROOT / "docs/codebook.md").read_text() == page(exports.TABLES), "make codebook"


def test_the_sql_file_says_of_every_column_what_it_is(crowd):
    exports.export(["sql"])
    text = gzip.decompress(exports.newest("sql").path.read_bytes()).decode()
    assert text.count("COMMENT ON TABLE") == len(exports.TABLES)
    assert text.count("COMMENT ON COLUMN") == sum(len(it.columns) for it in exports.TABLES)


def test_a_score_that_is_not_the_rules_is_noticed(crowd):
    crowd(9, "one-video")
    run_pipeline()
    Video.objects.update(score=F("score") + Decimal("0.01"))
    exports.export(["parquet"])
    found = recomputed(exports.newest("parquet").path)["videos"]
    assert (found["published"], found["recomputed"]) == (1, 0)
    assert [name for name, *_ in found["otherwise"]] == ["one-video"]


def test_a_score_of_before_there_were_inputs_counts_as_not_recomputed(crowd):
    crowd(9, "one-video")
    run_pipeline()
    Video.objects.update(inputs="")
    exports.export(["parquet"])
    found = recomputed(exports.newest("parquet").path)["videos"]
    assert (found["published"], found["recomputed"]) == (1, 0)
    rebuild(lambda _: None)
    exports.export(["parquet"])
    assert all_come_out(exports.newest("parquet").path)["videos"] == 1


def test_a_weight_has_no_digit_more_than_its_score_tells(crowd):
    """Of a single voter it is the trust, whose last digits tell the second of the first visit."""
    crowd(1, "alone")
    crowd(1, "newcomer")
    Vote.objects.filter(video_id="alone").update(trust_weight="0.655432")
    scored_again()
    told = inputs()
    assert told["newcomer"]["weight_fully_ai"] == Decimal("0.3")
    weight = told["alone"]["weight_fully_ai"]
    assert weight != Decimal("0.655432")
    explained = Api().get("/api/videos?videoId=alone&explain=1").json()["explain"]
    assert explained["weights"] == {"fully_ai": float(weight)}
    assert explained["weightAi"] == float(weight)
    score = Decimal(100) * weight / (weight + Decimal("1.5"))
    coarser = weight.quantize(Decimal(1).scaleb(weight.as_tuple().exponent + 1))
    other = Decimal(100) * coarser / (coarser + Decimal("1.5"))
    assert round(score, 2) == Video.objects.get(pk="alone").score != round(other, 2)


def test_a_jury_is_told_by_its_outcome_alone(crowd):
    set_brakes(actor="admin", reason="two levels", changes={"confirms": "juries"})
    crowd(9, "one-video")
    jury("video", "one-video", "ai", label="ai_music")
    scored_again()
    told = inputs()["one-video"]
    assert (told["jury"], told["jury_kind"]) == ("ai", "ai_music")
    names = {name for table in exports.TABLES for name in table.columns}
    assert {name for name in names if "jur" in name} == {"jury", "jury_kind"}


def test_the_notebook_shares_no_code_with_the_service():
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name)
        for node in ast.walk(ast.parse("\n".join(code())))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported == {"os", "tarfile", "tempfile", "decimal", "fractions", "duckdb"}
