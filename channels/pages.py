"""The pages on which a creator files and follows an appeal: plain HTML, no script."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from channels import appeals
from common import errors, ids, throttling, youtube
from common.http import NO_STORE, api_error, check_writable, client_of

TARGET_MAX = 500


class _Text(forms.CharField):
    """Text in its plain form."""

    def to_python(self, value: Any) -> str:
        """Without what hides or reorders text. Raises `ValidationError` for half a character."""
        text = ids.plain_text(super().to_python(value) or "")
        if text is None:
            raise forms.ValidationError("This is not text.")
        return text


class AppealForm(forms.Form):
    """What an appeal says; `target` becomes what it is about."""

    target = _Text(
        label="Which video or channel?",
        max_length=TARGET_MAX,
        help_text="Its address on YouTube, or the channel's @handle.",
        error_messages={"required": "Tell us which video or channel this is about."},
    )
    reason = _Text(
        label="What should we look at again?",
        max_length=appeals.REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="How it was made, and where that can be seen: recordings, drafts, a voice "
        f"people know. At most {appeals.REASON_MAX} characters; moderators alone read it.",
        error_messages={"required": "Tell the moderators why."},
    )
    contact = _Text(
        label="How can we reach you? (optional)",
        max_length=appeals.CONTACT_MAX,
        required=False,
        help_text="Only for questions. Deleted 30 days after the decision.",
    )

    def clean_target(self) -> youtube.Target:
        """The kind and the key of what was pasted."""
        text = self.cleaned_data["target"]
        target = youtube.parse(text)
        if target is None:
            raise forms.ValidationError(youtube.advice(text))
        return target


class AppealPage(View):
    """The form. `?target=` fills in what it is about."""

    endpoint = "/appeal"

    def get(self, request: HttpRequest) -> HttpResponse:
        """An empty form."""
        target = request.GET.get("target", "")[:TARGET_MAX]
        return _page(request, AppealForm(initial={"target": target}, label_suffix=""))

    def post(self, request: HttpRequest) -> HttpResponse:
        """File the appeal and lead to its page; or show what is wrong, nothing typed is lost."""
        form = AppealForm(request.POST, label_suffix="")
        status, wait = 400, None
        try:
            appeals.count_try(client_of(request), route=self.endpoint)
            check_writable()
            if form.is_valid():
                kind, key = form.cleaned_data["target"]
                appeal, _ = appeals.submit(
                    client=client_of(request),
                    route=self.endpoint,
                    target_type=kind,
                    target_id=key,
                    reason=form.cleaned_data["reason"],
                    contact=form.cleaned_data["contact"],
                )
                return redirect("appeal-status", token=appeal.token)
        except errors.NotFound:
            form.add_error("target", "Nobody has reported this: there is nothing to appeal.")
        except Exception as error:
            shown = api_error(error)
            form.add_error(None, str(shown))
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
        try:
            throttling.count(
                throttling.by_address("lookup", client_of(request)),
                route=self.endpoint,
            )
            appeal = appeals.appeal_object(token)
        except errors.NotFound:
            return _private(render(request, "appeal-status.html", status=404))
        except errors.RateLimited as refused:
            text = f"Too many requests from your address. Try again in {refused.retry_after_s} s."
            response = HttpResponse(text, status=429, content_type="text/plain")
            response["Retry-After"] = str(refused.retry_after_s)
            return _private(response)
        given = request.GET.get("page", "1")
        page = int(given) if re.fullmatch(r"[1-9]\d{0,3}", given, re.ASCII) else 1
        videos, more = appeals.videos_of(appeal["targetType"], appeal["targetId"], page=page)
        shown = {
            "appeal": appeal,
            "clearing": appeals.still_clearing(token),
            "videos": videos,
            "page": page,
            "next": page + 1 if more else None,
        }
        return _private(render(request, "appeal-status.html", shown))


def _page(request: HttpRequest, form: AppealForm, *, status: int = 200) -> HttpResponse:
    return _private(render(request, "appeal.html", {"form": form}, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = NO_STORE
    return response
