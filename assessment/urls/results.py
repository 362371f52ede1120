from django.urls import path

from ..objections import page as objections
from ..views import corrections, results, settling

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
    path(
        "assessment/<number:pk>/corrections/<number:correction>/",
        corrections.correction_page,
        name="correction",
    ),
    path(
        "assessment/<number:pk>/corrections/<number:correction>/confirm/",
        corrections.correction_confirm,
        name="correction-confirm",
    ),
    path(
        "assessment/<number:pk>/corrections/<number:correction>/refuse/",
        corrections.correction_refuse,
        name="correction-refuse",
    ),
    path(
        "assessment/<number:pk>/corrections/<number:correction>/take-back/",
        corrections.correction_take_back,
        name="correction-take-back",
    ),
]
