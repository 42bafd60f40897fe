"""Routes of voters."""

from django.urls import path, re_path

from votes.juries.pages import JuryPage
from votes.juries.views import AnswersView, JurorsView, MyJurorView, QuestionsView
from votes.observations.views import ObservationsView
from votes.views import AcknowledgeView, ChallengeView, MeView, MyDataView, UserView

urlpatterns = [
    re_path(r"^api/observations/?\Z", ObservationsView.as_view()),
    re_path(r"^api/jurors/?\Z", JurorsView.as_view()),
    re_path(r"^api/jurors/me/?\Z", MyJurorView.as_view()),
    re_path(r"^api/jurors/me/questions/?\Z", QuestionsView.as_view()),
    re_path(r"^api/jurors/me/answers/?\Z", AnswersView.as_view()),
    path("jury", JuryPage.as_view(), name="jury"),
    re_path(r"^api/challenge/?\Z", ChallengeView.as_view()),
    re_path(r"^api/users/me/?\Z", MeView.as_view()),
    re_path(r"^api/users/me/data/?\Z", MyDataView.as_view()),
    re_path(
        r"^api/users/me/warnings/(?P<warning_id>[^/]*)/acknowledge/?\Z", AcknowledgeView.as_view()
    ),
    re_path(r"^api/users/(?P<user_id>[^/]*)/?\Z", UserView.as_view()),
]
