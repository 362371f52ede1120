from django.urls import path

from ..views import scoring, visits

urlpatterns = [
    path("assessment/<int:pk>/scoring/", scoring.scoring_page, name="scoring"),
    path("assessment/<int:pk>/scoring/<int:street>/<int:indicator>/", scoring.score_save, name="score-save"),
    path(
        "assessment/<int:pk>/scoring/<int:street>/groups/<int:group>/",
        scoring.column_finish,
        name="column-finish",
    ),
    path("assessment/<int:pk>/scores/", scoring.scores_page, name="scores"),
    path("assessment/<int:pk>/scores/<int:street>/<int:indicator>/", scoring.cell_page, name="cell"),
    path("assessment/<int:pk>/visits/", visits.visit_list, name="visits"),
    path("assessment/<int:pk>/visits/new/", visits.visit_create, name="visit-create"),
    path("assessment/<int:pk>/visits/<int:visit>/", visits.visit_page, name="visit"),
    path("assessment/<int:pk>/visits/<int:visit>/change/", visits.visit_change, name="visit-change"),
    path("assessment/<int:pk>/visits/<int:visit>/delete/", visits.visit_delete, name="visit-delete"),
]
