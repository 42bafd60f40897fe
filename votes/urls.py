"""Routes of voters."""

from django.urls import path, re_path

from votes.juries.pages import JuryPage
from votes.juries.views import AnswersView, JurorsView, MyJurorView, QuestionsView
from votes.notes.views import JurorNotesView, JurorNoteView, NoteRatingsView
from votes.observations.views import ObservationsView
from votes.views import AcknowledgeView, ChallengeView, MeView, MyDataView, UserView

_NOTE = "(?P<note_id>n[0-9a-f]{16})"

urlpatterns = [
    re_path(r"^api/observations/?\Z", ObservationsView.as_view()),
    re_path(r"^api/jurors/?\Z", JurorsView.as_view()),
    re_path(r"^api/jurors/me/?\Z", MyJurorView.as_view()),
    re_path(r"^api/jurors/me/questions/?\Z", QuestionsView.as_view()),
    re_path(r"^api/jurors/me/answers/?\Z", AnswersView.as_view()),
    re_path(r"^api/jurors/me/notes/?\Z", JurorNotesView.as_view()),
    re_path(rf"^api/jurors/me/notes/{_NOTE}/?\Z", JurorNoteView.as_view()),
    re_path(rf"^api/jurors/me/notes/{_NOTE}/ratings/?\Z", NoteRatingsView.as_view()),
    path("jury", JuryPage.as_view(), name="jury"),
    re_path(r"^api/challenge/?\Z", ChallengeView.as_view()),
    re_path(r"^api/users/me/?\Z", MeView.as_view()),
    re_path(r"^api/users/me/data/?\Z", MyDataView.as_view()),
    re_path(
        r"^api/users/me/warnings/(?P<warning_id>[^/]*)/acknowledge/?\Z", AcknowledgeView.as_view()
    ),
    re_path(r"^api/users/(?P<user_id>[^/]*)/?\Z", UserView.as_view()),
]
