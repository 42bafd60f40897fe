"""What Django itself refuses, in words that help: to programs as JSON, to people as a page."""

from __future__ import annotations

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_BAD_ORIGIN

from common import errors
from common.http import error_response, is_api
from pages.views.base import error_page, refused

_ORIGIN_REFUSED = REASON_BAD_ORIGIN.partition("%s")[0]


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Any unknown path: to people who are not at the API as a page (docs/contract.md#r08)."""
    error = errors.NotFound("There is nothing at this address.")
    if is_api(request) or not _is_person(request):
        return error_response(error)
    return refused(request, error)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A malformed request, or one for a host name under which this site is not served."""
    if not isinstance(exception, DisallowedHost):
        return error_response(errors.InvalidBody("The request is malformed."))
    error = errors.UnknownHost()
    if not _is_person(request):
        return error_response(error)
    # Without the request: what is asked of it may be what was refused.
    return error_page(
        None, error.status, str(error), title="This site is not served under this name"
    )


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
    return error_page(None, 403, said, title="The form was not accepted")


def server_error(request: HttpRequest) -> HttpResponse:
    """What nobody caught; Django has logged it."""
    if is_api(request) or not _is_person(request):
        return error_response(errors.ApiError())
    return error_page(None, errors.ApiError.status, str(errors.ApiError()))


def _is_person(request: HttpRequest) -> bool:
    return "text/html" in request.headers.get("Accept", "")
