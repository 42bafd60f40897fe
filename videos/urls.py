"""Routes of direct lookups and votes."""

from django.urls import re_path

from videos.views import VideoView, VotesView

urlpatterns = [
    re_path(r"^api/videos/?\Z", VideoView.as_view()),
    re_path(r"^api/votes/?\Z", VotesView.as_view()),
]
