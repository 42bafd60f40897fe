"""What Django itself refuses, in words that help: to programs as JSON, to people as a page."""

from __future__ import annotations

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_BAD_ORIGIN
from django.template.loader import render_to_string

from common import errors
from common.http import error_response

_ORIGIN_REFUSED = REASON_BAD_ORIGIN.partition("%s")[0]


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Any unknown path."""
    return error_response(errors.NotFound("There is nothing at this address."))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A malformed request, or one for a host name under which this site is not served."""
    if not isinstance(exception, DisallowedHost):
        return error_response(errors.InvalidBody("The request is malformed."))
    error = errors.UnknownHost()
    if "text/html" not in request.headers.get("Accept", ""):
        return error_response(error)
    return _page("This site is not served under this name", str(error), status=error.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose origin or cookie is not ours."""
    if reason.startswith(_ORIGIN_REFUSED):
        said = (
            "Your browser says that this form came from "
            f"{request.headers.get('Origin', 'elsewhere')}, which this site does not trust. If you "
            "run it and that is its address, add it to REALTUBE_CSRF_TRUSTED_ORIGINS and restart."
        )
    else:
        said = (
            "This form has lost its cookie, or is from before you signed in. Go back, reload the "
            "page and send it again; cookies of this site must be allowed."
        )
    return _page("The form was not accepted", said, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """What nobody caught; Django has logged it."""
    return error_response(errors.ApiError())


def _page(title: str, text: str, *, status: int) -> HttpResponse:
    # Without the request: what is asked of it may be what was refused.
    body = render_to_string("refused.html", {"title": title, "text": text})
    response = HttpResponse(body, status=status)
    response["Cache-Control"] = "no-store"
    return response
