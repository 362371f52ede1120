from django.urls import path

from . import views

app_name = "imports"
_OWNER = "imports/<str:key>/<number:owner>"
urlpatterns = [
    path(f"{_OWNER}/", views.upload, name="upload"),
    path(f"{_OWNER}/template/", views.template, name="template"),
    path(f"{_OWNER}/<number:upload>/", views.check, name="check"),
    path(f"{_OWNER}/<number:upload>/import/", views.confirm, name="confirm"),
    path(f"{_OWNER}/<number:upload>/check/", views.again, name="again"),
]
