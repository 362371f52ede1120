from django.urls import path

from ..views import results, settling

urlpatterns = [
    path("assessment/results/", results.ResultList.as_view(), name="results"),
    path("assessment/<int:pk>/result/", results.result_page, name="result"),
    path("assessment/<int:pk>/result/ties/<int:points>/", settling.tie_settle, name="tie-settle"),
    path("assessment/<int:pk>/result/<int:street>/", results.street_page, name="result-street"),
    path(
        "assessment/<int:pk>/result/<int:street>/<int:indicator>/correct/",
        settling.points_correct,
        name="points-correct",
    ),
    path(
        "assessment/<int:pk>/result/<int:street>/<int:indicator>/object/",
        settling.objection_raise,
        name="objection-raise",
    ),
    path("assessment/<int:pk>/objections/<int:objection>/", settling.objection_page, name="objection"),
    path(
        "assessment/<int:pk>/objections/<int:objection>/answer/",
        settling.objection_answer,
        name="objection-answer",
    ),
]
