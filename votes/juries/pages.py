"""The page for jurors without the extension: a shell, which one script of our own fills.

The script is the extension's jury (`npm run page` in extension). It asks the API as any client
does, so that nothing about a juror is in the page.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from common.http import NO_STORE
from votes import brakes


class JuryPage(View):
    """To become a juror, to practise, to judge, to see how it went, to leave.

    It is there while votes decide, too: jurors have to be found before juries can.
    """

    endpoint = "/jury"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The shell; a mirror, which has no jurors, says where they are asked."""
        if settings.MIRROR_OF:
            shown = {"source": settings.MIRROR_OF}
        else:
            shown = {"confirms": "juries" if brakes.juries_confirm() else "votes"}
        response = render(request, "jury.html", shown)
        response["Cache-Control"] = NO_STORE
        return response
