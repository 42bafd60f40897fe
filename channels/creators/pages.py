"""The pages on which a creator files and follows an appeal: plain HTML, no script."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from channels import appeals
from channels.creators import mailing, questions, truth, waiting
from channels.creators.forms import TARGET_MAX, AddressForm, AnswerForm, AppealForm
from common import errors, throttling
from common.http import NO_STORE, api_error, check_writable, client_of
from post import outbox
from votes.models import Appeal


class AppealPage(View):
    """The form. `?target=` fills in what it is about."""

    endpoint = "/appeal"

    def get(self, request: HttpRequest) -> HttpResponse:
        """An empty form."""
        target = request.GET.get("target", "")[:TARGET_MAX]
        return _page(request, AppealForm(initial={"target": target}))

    def post(self, request: HttpRequest) -> HttpResponse:
        """File the appeal and lead to its page; or show what is wrong, nothing typed is lost."""
        form = AppealForm(request.POST)
        status, wait = 400, None
        try:
            appeals.count_try(client_of(request), route=self.endpoint)
            check_writable()
            if form.is_valid():
                kind, key = form.cleaned_data["target"]
                appeal, _left = appeals.submit(
                    client=client_of(request),
                    route=self.endpoint,
                    target_type=kind,
                    target_id=key,
                    reason=form.cleaned_data["reason"],
                    contact=form.cleaned_data.get("contact", ""),
                    email=form.cleaned_data.get("email", ""),
                )
                return redirect("appeal-status", token=appeal.token)
        except errors.NotFound:
            form.add_error("target", _("Nobody has reported this: there is nothing to appeal."))
        except errors.NotFlagged:
            form.add_error("target", _("This is not flagged: there is nothing to appeal."))
        except Exception as error:
            shown = api_error(error)
            form.add_error(None, _why(shown))
            status, wait = shown.status, shown.retry_after_s
        response = _page(request, form, status=status)
        if wait is not None:
            response["Retry-After"] = str(wait)
        return response


class AppealStatusPage(View):
    """The state of one appeal, for anybody who has its address."""

    endpoint = "/appeal/:token"

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Its state, the answer, and what is true now, video by video."""
        return _counted(request, self.endpoint, lambda: _status(request, token))


class AddressPage(View):
    """Where to write about an appeal; its forms are on the appeal's page."""

    endpoint = "/appeal/:token/address"

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Ask an address whether it is theirs; with `forget`, delete the one there is."""

        def change() -> HttpResponse:
            check_writable()
            appeal = _appeal(token)
            if "forget" in request.POST:
                mailing.forget(token)
                return redirect("appeal-status", token=token)
            form = AddressForm(request.POST, label_suffix="")
            if not outbox.is_on() or not form.is_valid():
                return _status(request, token, address=form)
            appeals.count_try(client_of(request), route=self.endpoint)
            mailing.offer(appeal, form.cleaned_data["email"], route=self.endpoint)
            return redirect("appeal-status", token=token)

        return _counted(request, self.endpoint, change)


class AnswerPage(View):
    """An answer to a moderator's question; its form is on the appeal's page."""

    endpoint = "/appeal/:token/answer"

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Store it."""

        def answer() -> HttpResponse:
            check_writable()
            form = AnswerForm(request.POST, label_suffix="")
            if not form.is_valid():
                return _status(request, token, answer=form)
            questions.answer(token, form.cleaned_data["answer"])
            return redirect("appeal-status", token=token)

        return _counted(request, self.endpoint, answer)


class ConfirmPage(View):
    """Where the link leads that asks whether an address is theirs who appealed.

    It takes a click there, since the filters of mail servers follow links, too.
    """

    endpoint = "/appeal/confirm/:key"

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        """Ask."""

        def ask() -> HttpResponse:
            address = mailing.asked(key)
            context = {"case": address and address.appeal.case, "address": address, "key": key}
            return render(request, "appeal-confirm.html", context, status=200 if address else 404)

        return _counted(request, self.endpoint, ask)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        """Use the address from now on; with `forget`, delete it."""

        def decide() -> HttpResponse:
            check_writable()
            address = mailing.asked(key)
            if address is None:
                return render(request, "appeal-confirm.html", status=404)
            if "forget" in request.POST:
                mailing.forget(address.pk)
                return render(request, "appeal-confirm.html", {"forgotten": True})
            mailing.confirm(key)
            return redirect("appeal-status", token=address.pk)

        return _counted(request, self.endpoint, decide)


def _appeal(token: str) -> Appeal:
    appeal = Appeal.objects.select_related("case").filter(pk=token).first()
    if appeal is None:
        raise errors.NotFound
    return appeal


def _status(
    request: HttpRequest,
    token: str,
    *,
    address: forms.Form | None = None,
    answer: forms.Form | None = None,
) -> HttpResponse:
    """The page of an appeal, with what was filled in wrongly. Raises `NotFound`."""
    appeal = appeals.appeal_object(token)
    given = request.GET.get("page", "1")
    page = int(given) if re.fullmatch(r"[1-9]\d{0,3}", given, re.ASCII) else 1
    videos, more = truth.videos_of(appeal["targetType"], appeal["targetId"], page=page)
    took = waiting.expected()
    clearing = appeals.still_clearing(token)
    context = {
        "appeal": appeal,
        "lead": truth.lead(appeal, clearing=clearing),
        "history": truth.history_of(appeal["targetType"], appeal["targetId"]),
        "expected": took.in_words() if took else "",
        "videos": videos,
        "page": page,
        "before": page - 1,
        "next": page + 1 if more else None,
        "takes_clips": settings.EVIDENCE,
        "asks_for_address": outbox.is_on(),
        "address_form": address or AddressForm(label_suffix=""),
        "answer_form": answer or AnswerForm(label_suffix=""),
        **_spoken(token),
    }
    return render(request, "appeal-status.html", context, status=400 if address or answer else 200)


def _spoken(token: str) -> dict[str, Any]:
    """What moderators asked, and whether one saw the proof."""
    appeal = Appeal.objects.select_related("owner").get(pk=token)
    asked = [
        {
            "text": it.text,
            "answer": it.answer,
            "answered_at": it.answered_at,
            "until": questions.until(it),
        }
        for it in appeal.questions.order_by("pk")
    ]
    return {"questions": asked, "owner": getattr(appeal, "owner", None)}


def _counted(request: HttpRequest, endpoint: str, make: Callable[[], HttpResponse]) -> HttpResponse:
    """The page, or why there is none."""
    try:
        looks = throttling.by_address("lookup", client_of(request))
        appeals.count(looks, _("Too many requests."), route=endpoint)
        return _private(make())
    except errors.NotFound:
        return _private(render(request, "appeal-status.html", status=404))
    except (errors.RateLimited, errors.ReadOnly) as refused:
        response = HttpResponse(_why(refused), status=refused.status, content_type="text/plain")
        response["Retry-After"] = str(refused.retry_after_s)
        return _private(response)


def _why(refused: errors.ApiError) -> str:
    """Why nothing was done, in the reader's language: what the API says is English."""
    match refused:
        case errors.RateLimited():
            return str(refused)  # `appeals.count` has said it
        case errors.ReadOnly() if settings.MIRROR_OF:
            there = {"site": settings.MIRROR_OF}
            return _("This is a copy of another site. Please appeal there: %(site)s") % there
        case errors.ReadOnly() | errors.Overloaded():
            return _("The service is busy or does not take anything right now. Try again later.")
    return _("Something went wrong on our side.")


def _page(request: HttpRequest, form: AppealForm, *, status: int = 200) -> HttpResponse:
    return _private(render(request, "appeal.html", {"form": form}, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = NO_STORE
    return response
