from django.urls import path

from . import views

app_name = "documents"
urlpatterns = [
    path("verify/", views.verify_page, name="verify"),
    path("verify/<str:code>/", views.verify_code, name="verify-code"),
    path("documents/<int:pk>/files/<int:sequence>/", views.file, name="file"),
]
