"""Routes of voters."""

from django.urls import re_path

from votes.observations.views import ObservationsView
from votes.views import AcknowledgeView, ChallengeView, MeView, MyDataView, UserView

urlpatterns = [
    re_path(r"^api/observations/?\Z", ObservationsView.as_view()),
    re_path(r"^api/challenge/?\Z", ChallengeView.as_view()),
    re_path(r"^api/users/me/?\Z", MeView.as_view()),
    re_path(r"^api/users/me/data/?\Z", MyDataView.as_view()),
    re_path(
        r"^api/users/me/warnings/(?P<warning_id>[^/]*)/acknowledge/?\Z", AcknowledgeView.as_view()
    ),
    re_path(r"^api/users/(?P<user_id>[^/]*)/?\Z", UserView.as_view()),
]
