"""Routes of following."""

from django.urls import path, re_path

from following.views import BrowserView, FollowerPage, FollowPage, WorkerView

urlpatterns = [
    path("follow", FollowPage.as_view(), name="follow"),
    path("follow/browser", BrowserView.as_view(), name="follow-browser"),
    path("follow/worker.js", WorkerView.as_view(), name="follow-worker"),
    re_path(r"^follow/(?P<token>[0-9a-f]{32})\Z", FollowerPage.as_view(), name="follower"),
]
