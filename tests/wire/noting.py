"""The requests about notes of jurors: writing, rating, taking back, reading."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models.functions import Now

from common import ids
from tests.wire.reading import malformed
from tests.wire.recording import Recorder
from tests.wire.scenario import World, user
from tests.wire.writing import NO_NOTE, NOTES
from votes.models import Juror, Panel, Question, Voter

VIDEO = "flagged0001"


def notes(ask: Recorder, world: World) -> None:
    """A jury of two has decided about a video: one writes why, the other rates that."""
    panel = Panel.objects.create(
        target_type="video",
        target_id=VIDEO,
        videos=[VIDEO],
        cause="suspected",
        outcome="ai",
        decided_at=Now(),
    )
    for name in ("norma", "otto"):
        voter = ids.public_id(user(name), key=settings.VOTER_KEY)
        juror = Juror.objects.create(
            voter=Voter.objects.create(pk=voter),
            is_rooted=name == "norma",
            sensitivity=0.9,
            specificity=0.8,
        )
        Question.objects.create(
            juror=juror, panel=panel, day="2026-01-01", slot=1, answer="ai", answered_at=Now()
        )
    me = {"X-User-ID": user("norma")}
    ask("what there is to write", NOTES, headers=me)
    ask("of who is no juror", NOTES, headers={"X-User-ID": user("nobody")})
    ask("without a user", NOTES)
    note = _written(ask)
    ask("what one wrote", NOTES, headers=me)
    _rated(ask, note)
    for path in (f"/api/videos/{VIDEO}/notes", "/api/channels/@contentmine/notes"):
        ask("what everybody is told", path)
    for path in ("/api/videos/nobodyknows/notes", "/api/channels/@nobodyknows/notes"):
        ask("of what nobody has spoken", path)
    for path in ("/api/videos/no.id/notes", "/api/channels/no.id/notes"):
        ask("an id that is none", path)
    path, shown = f"{NOTES}/{note}", f"{NOTES}/<note>"
    ask("without a user", path, method="DELETE", shown=shown)
    ask("taken back", path, method="DELETE", headers=me, shown=shown)
    ask("and again", path, method="DELETE", headers=me, shown=shown)
    ask("written anew", NOTES, method="POST", body=_note())
    rating = {"userId": user("otto"), "helpful": True}
    ask("too late", f"{path}/ratings", method="POST", body=rating, shown=f"{shown}/ratings")


def _note(**more: Any) -> dict[str, Any]:
    body = {"userId": user("norma"), "targetType": "video", "targetId": VIDEO}
    return body | {"text": "Six fingers.", "at": 83} | more


def _written(ask: Recorder) -> str:
    ask("refused: no text", NOTES, method="POST", body=_note(text=""))
    ask("refused: two sources", NOTES, method="POST", body=_note(link="https://a.example/"))
    ask("refused: in training", NOTES, method="POST", body=_note(userId=user("otto")))
    ask("refused: not asked about", NOTES, method="POST", body=_note(targetId="suspected01"))
    malformed(ask, NOTES)
    note = ask("a note", NOTES, method="POST", body=_note()).json()["id"]
    ask("the same again", NOTES, method="POST", body=_note())
    ask("another one", NOTES, method="POST", body=_note(at=84))
    return str(note)


def _rated(ask: Recorder, note: str) -> None:
    path, shown = f"{NOTES}/{note}/ratings", f"{NOTES}/<note>/ratings"

    def rate(what: str, **body: Any) -> None:
        body = {"userId": user("otto"), "helpful": True} | body
        ask(what, path, method="POST", body=body, shown=shown)

    rate("refused: in training")
    Juror.objects.update(is_rooted=True)
    rate("refused: no opinion", helpful=None)
    rate("refused: one's own", userId=user("norma"))
    malformed(ask, f"{NO_NOTE}/ratings")
    rate("helpful")
    rate("not so helpful", helpful=False)
