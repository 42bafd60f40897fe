"""Routes of evidence."""

from django.urls import path, re_path

from evidence.files import ArchiveView, FileView
from evidence.pages import EvidencePage, RemovalPage
from evidence.reports import ShotsView
from evidence.uploads.views import AppealClipsView, AppealClipView, VoteClipsView, VoteClipView

_APPEAL = r"^api/evidence/appeals/(?P<token>[0-9a-f]{32})/clips"
_OF_VOTE = r"^api/evidence/votes/(?P<video_id>[^/]{1,32})"
_VOTE = rf"{_OF_VOTE}/clips"
_CLIP = r"/(?P<clip>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?\Z"

urlpatterns = [
    re_path(rf"{_APPEAL}/?\Z", AppealClipsView.as_view(), name="evidence-clips"),
    re_path(_APPEAL + _CLIP, AppealClipView.as_view()),
    re_path(rf"{_OF_VOTE}/shots/?\Z", ShotsView.as_view(), name="evidence-shots"),
    re_path(rf"{_VOTE}/?\Z", VoteClipsView.as_view()),
    re_path(_VOTE + _CLIP, VoteClipView.as_view()),
    path("appeal/<slug:token>/evidence", EvidencePage.as_view(), name="evidence"),
    path(
        "appeal/<slug:token>/evidence/<uuid:clip>/remove",
        RemovalPage.as_view(),
        name="evidence-remove",
    ),
    path("evidence/files/<str:link>", FileView.as_view(), name="evidence-file"),
    path("evidence/archives/<str:link>", ArchiveView.as_view(), name="evidence-archive"),
]
