"""The page on which whoever appealed sends clips and sees what became of them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from common import errors, throttling
from common.http import NO_STORE, api_error, check_writable, client_of
from evidence import words
from evidence.owners import Owner, count_network
from evidence.removal import remove
from evidence.serializers import clips_object
from evidence.uploads import arrivals
from evidence.uploads.forms import END, FIELD, ToIncoming
from evidence.uploads.lines import limit_silence

# What a form has around its file.
_AROUND_BYTES = 16 * 1024


# Whoever has the address may send; no cookie makes anybody more, so there is nothing to forge, and
# a token behind a gigabyte could only be looked at after it.
@method_decorator(csrf_exempt, name="dispatch")
class EvidencePage(View):
    """The clips of an appeal, and a form for another; a script makes it bearable for large ones."""

    endpoint = "/appeal/:token/evidence"

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """The clips."""
        return _answered(request, self.endpoint, token, lambda owner: _page(request, owner, token))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Take a clip from the form; then back to the page, or why not."""

        def take(owner: Owner) -> HttpResponse:
            check_writable()
            _take(request, owner, route=self.endpoint)
            return redirect("evidence", token=token)

        return _answered(request, self.endpoint, token, take)


@method_decorator(csrf_exempt, name="dispatch")
class RemovalPage(View):
    """Where the buttons lead that remove a clip."""

    endpoint = "/appeal/:token/evidence/:id/remove"

    def post(self, request: HttpRequest, token: str, clip: UUID) -> HttpResponse:
        """Remove it; what is gone already is no failure."""

        def delete(owner: Owner) -> HttpResponse:
            check_writable()
            found = owner.clips.filter(pk=clip).first()
            if found is not None:
                remove(found)
            return redirect("evidence", token=token)

        return _answered(request, self.endpoint, token, delete)


def _take(request: HttpRequest, owner: Owner, *, route: str) -> None:
    """Store the clip of a form. Raises `ApiError`; nothing is kept then."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise errors.InvalidBody("The form is malformed.") from None
    # Refused before a gigabyte is read, as far as that can be known.
    with transaction.atomic():
        owner.admit(size=max(1, length - _AROUND_BYTES))
        arrivals.check_space(length)
    handler = ToIncoming(request, most=settings.EVIDENCE_CLIP_BYTES)
    request.upload_handlers = [handler]
    limit_silence(request)
    try:
        with arrivals.a_place():
            try:
                is_whole = END in request.POST
            except (UnreadablePostError, MultiPartParserError):
                is_whole = False
        if handler.failure:
            raise handler.failure
        if not is_whole:
            raise errors.InvalidBody("The line was cut before all of the file was here.")
        if not handler.size:
            raise errors.InvalidField("Choose a file first; an empty one shows nothing.")
        with transaction.atomic():
            clip = arrivals.announce(owner, name=handler.name, size=handler.size, pk=handler.number)
            count_network(client_of(request), size=handler.size, route=route)
    except BaseException:
        handler.discard()
        raise
    arrivals.note(clip, handler.size)


def _answered(
    request: HttpRequest, endpoint: str, token: str, make: Callable[[Owner], HttpResponse]
) -> HttpResponse:
    """What `make` answers to whoever has the appeal's token, or the page with why not."""
    owner: Owner | None = None
    wait_s = None
    try:
        throttling.count(throttling.by_address("upload", client_of(request)), route=endpoint)
        owner = Owner.by_appeal(token)
        response = make(owner)
    except Exception as error:
        refused = api_error(error)
        wait_s = refused.retry_after_s
        if owner is None:
            context = {"refusal": str(refused)}
            response = render(request, "evidence.html", context, status=refused.status)
        else:
            response = _page(request, owner, token, refused)
    if wait_s is not None:
        response["Retry-After"] = str(wait_s)
    response["Cache-Control"] = NO_STORE
    return response


def _page(
    request: HttpRequest, owner: Owner, token: str, refused: errors.ApiError | None = None
) -> HttpResponse:
    path = reverse("evidence-clips", args=[token])
    context = {
        "token": token,
        "owner": owner,
        "path": path,
        # The page of the appeal is an app's above this one, and its address is this one's.
        "back": reverse("evidence", args=[token]).removesuffix("/evidence"),
        "field": FIELD,
        "end": END,
        "most": words.size(settings.EVIDENCE_CLIP_BYTES),
        "days": settings.EVIDENCE_DAYS,
        "hours": settings.EVIDENCE_UPLOAD_HOURS,
        "refusal": str(refused) if refused else "",
        **clips_object(owner, path=path),
    }
    return render(request, "evidence.html", context, status=refused.status if refused else 200)
