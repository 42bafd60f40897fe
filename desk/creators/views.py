"""A page for each case of appeals: who appealed, what was asked and answered, proof, agreement."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from channels.creators import mailing, ownership, questions
from desk.creators import seconding
from votes.models import Appeal, AppealQuestion, Case
from votes.moderation.actions import Refused

SHOWN = 50


def creators(request: HttpRequest, case_id: int) -> HttpResponse:
    """Look, ask, tick that the token was seen, or take back a first grant."""
    if not request.user.has_perm("votes.view_case"):
        raise PermissionDenied
    case = Case.objects.filter(pk=case_id, kind=Case.Kind.APPEAL).first()
    if case is None:
        raise Http404
    status = 200
    if request.method == "POST":
        if not request.user.has_perm("desk.claim_cases"):
            raise PermissionDenied
        try:
            messages.success(request, _do(request, case))
            return redirect("admin:desk_creators", case.pk)
        except Refused as refused:
            messages.error(request, str(refused))
            status = 409
    context = {**admin.site.each_context(request), **_page(request, case)}
    return TemplateResponse(request, "desk/creators.html", context, status=status)


def _do(request: HttpRequest, case: Case) -> str:
    """What was clicked, and a sentence about it. Raises `Refused`."""
    actor = request.user.get_username()
    if "withdraw" in request.POST:
        if not seconding.withdraw(case.pk, actor=actor):
            raise Refused("There is nothing of yours to take back.")
        return "Your grant is taken back."
    token = request.POST.get("appeal", "")
    if not Appeal.objects.filter(pk=token, case=case).exists():
        raise Refused("There is no such appeal here.")
    if "seen" in request.POST:
        seen = request.POST["seen"] == "yes"
        ownership.set_seen(token, actor=actor, seen=seen)
        return "Noted: the token is in the description." if seen else "Noted: it is not there."
    questions.ask(token, actor=actor, text=request.POST.get("question", ""))
    return "Asked. What they answer is shown here."


def _page(request: HttpRequest, case: Case) -> dict[str, object]:
    about = ownership.about_page(case)
    found = Appeal.objects.filter(case=case).select_related("owner", "address")
    asked = Prefetch("questions", AppealQuestion.objects.order_by("pk"))
    appeals = list(found.prefetch_related(asked).order_by("created_at")[:SHOWN])
    mail, firsts = mailing.statuses(appeals), list(seconding.firsts(case))
    return {
        "title": f"Who appealed about {case.target_id}",
        "case": case,
        "about": about,
        "appeals": [
            {
                "appeal": appeal,
                "proof": ownership.proof(appeal.pk) if about else "",
                "owner": getattr(appeal, "owner", None),
                "mail": mail[appeal.pk],
                "questions": appeal.questions.all(),
                "may_ask": case.state != Case.State.CLOSED
                and all(question.answered_at for question in appeal.questions.all()),
            }
            for appeal in appeals
        ],
        "firsts": firsts,
        "mine": request.user.get_username() in {first.actor for first in firsts},
    }
