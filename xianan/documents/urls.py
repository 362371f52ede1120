from django.urls import path

from . import views
from .attachments import views as attachments

app_name = "documents"
urlpatterns = [
    path("verify/", views.verify_page, name="verify"),
    path("verify/<str:code>/", views.verify_code, name="verify-code"),
    path("documents/<number:pk>/", views.document, name="document"),
    path("documents/<number:pk>/files/<number:sequence>/", views.file, name="file"),
    path("attachments/<number:pk>/", attachments.show, name="attachment"),
    path("attachments/<number:pk>/remove/", attachments.remove, name="attachment-remove"),
    path("attachments/<str:kind>/<number:pk>/<str:slot>/", attachments.add, name="attachment-add"),
]
