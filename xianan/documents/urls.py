from django.urls import path

from . import views
from .attachments import views as attachments

app_name = "documents"
urlpatterns = [
    path("verify/", views.verify_page, name="verify"),
    path("verify/<str:code>/", views.verify_code, name="verify-code"),
    path("documents/<int:pk>/files/<int:sequence>/", views.file, name="file"),
    path("attachments/<int:pk>/", attachments.show, name="attachment"),
    path("attachments/<int:pk>/remove/", attachments.remove, name="attachment-remove"),
    path("attachments/<str:kind>/<int:pk>/<str:slot>/", attachments.add, name="attachment-add"),
]
