from django.urls import path

from . import views

app_name = "policy"
urlpatterns = [
    path("policy/", views.VersionList.as_view(), name="versions"),
    path("policy/<number:pk>/", views.VersionDetail.as_view(), name="version"),
    path("policy/<number:pk>/edit/", views.VersionEdit.as_view(), name="version-edit"),
    path("policy/<number:pk>/next/", views.VersionAdd.as_view(), name="version-add"),
    path("policy/parameters/<number:pk>/", views.ParameterEdit.as_view(), name="parameter"),
]
