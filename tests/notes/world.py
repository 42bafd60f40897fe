"""Verdicts of juries, and jurors who write and rate, through the API."""

from __future__ import annotations

from django.utils import timezone

from tests.conftest import Api
from tests.juries import world
from votes.models import Juror, Panel, Question

VIDEO = "dQw4w9WgXcQ"
SAID = {"text": "The hands have six fingers.", "at": 83}


def jurors(settings, count=8):
    """Rooted jurors, every second of whom says AI more readily: (user, public id, address)."""
    found = world.rooted(settings, count)
    for n, (_, voter, _) in enumerate(found):
        means = (0.95, 0.85 - n / 1000) if n % 2 else (0.85, 0.95 + n / 1000)
        Juror.objects.filter(pk=voter).update(sensitivity=means[0], specificity=means[1])
    return found


def decided(*sat, target=VIDEO, outcome="ai", answer="ai", **more):
    """A panel about a video, or a channel's key, on which these jurors sat."""
    about = {"target_type": "channel" if target.startswith("@") else "video", "target_id": target}
    panel = Panel.objects.create(
        **about,
        videos=[VIDEO],
        cause="suspected",
        outcome=outcome,
        decided_at=timezone.now(),
        **more,
    )
    for n, (_, voter, _) in enumerate(sat):
        Question.objects.create(
            juror_id=voter,
            panel=panel,
            day=f"20{10 + n}-01-0{1 + len(target) % 9}",
            slot=1,
            answer=answer,
            answered_at=timezone.now(),
        )
    return panel


def write(juror, target=VIDEO, **more):
    body = {
        "userId": juror[0],
        "targetType": "channel" if target.startswith("@") else "video",
        "targetId": target,
        **(more or SAID),
    }
    return Api(juror[2]).post("/api/jurors/me/notes", body)


def written(juror, target=VIDEO, **more):
    answer = write(juror, target, **more)
    assert answer.status_code == 200, answer.content
    return answer.json()["id"]


def rate(juror, note, helpful=True):
    body = {"userId": juror[0], "helpful": helpful}
    return Api(juror[2]).post(f"/api/jurors/me/notes/{note}/ratings", body)


def mine(juror):
    answer = Api(juror[2]).get("/api/jurors/me/notes", **{"X-User-ID": juror[0]})
    assert answer.status_code == 200, answer.content
    return answer.json()
