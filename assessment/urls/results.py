from django.urls import path

from ..corrections import page as corrections
from ..objections import page as objections
from ..views import results, settling

urlpatterns = [
    path("assessment/results/", results.ResultList.as_view(), name="results"),
    path("assessment/<number:pk>/result/", results.result_page, name="result"),
    path("assessment/<number:pk>/result/ties/<number:points>/", settling.tie_settle, name="tie-settle"),
    path("assessment/<number:pk>/result/<number:street>/", results.street_page, name="result-street"),
    path(
        "assessment/<number:pk>/result/<number:street>/<number:indicator>/correct/",
        corrections.points_correct,
        name="points-correct",
    ),
    path(
        "assessment/<number:pk>/result/<number:street>/<number:indicator>/object/",
        objections.objection_raise,
        name="objection-raise",
    ),
    *objections.PAGES.urls("assessment/<number:above>/objections", own={"answer": objections.answer}),
    *corrections.PAGES.urls("assessment/<number:above>/corrections"),
]
