from django.urls import path

from . import views

app_name = "policy"
urlpatterns = [
    path("policy/", views.VersionList.as_view(), name="versions"),
    path("policy/<number:pk>/", views.VersionDetail.as_view(), name="version"),
    path("policy/<number:pk>/edit/", views.VersionEdit.as_view(), name="version-edit"),
    path("policy/<number:pk>/next/", views.VersionAdd.as_view(), name="version-add"),
    path("policy/<number:pk>/effects/", views.VersionEffects.as_view(), name="version-effects"),
    path("policy/<number:pk>/compare/", views.VersionCompare.as_view(), name="version-compare"),
    path("policy/<number:pk>/figures/<str:key>/", views.FigureAdd.as_view(), name="figure-add"),
    path("policy/parameters/<number:pk>/", views.ParameterEdit.as_view(), name="parameter"),
]
