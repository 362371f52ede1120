"""Root of the addresses; every app brings its own."""

from django.urls import URLPattern, URLResolver, include, path

from xianan.portal.views.accounts import LoginView, PasswordView, log_out, prolong
from xianan.portal.views.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", LoginView.as_view(), name="login"),
    path("logout/", log_out, name="logout"),
    path("session/", prolong, name="session"),
    path("password/", PasswordView.as_view(), name="password_change"),
    path("healthz", health, name="health"),
    path("", include("xianan.portal.urls")),
    path("", include("xianan.organizations.urls")),
    path("", include("xianan.policy.urls")),
    path("", include("xianan.deadlines.urls")),
    path("", include("xianan.documents.urls")),
    path("", include("xianan.imports.urls")),
    path("", include("empowerment.urls")),
    path("", include("secondment.urls")),
    path("", include("assessment.urls")),
]

handler400 = "xianan.ui.views.bad_request"
handler403 = "xianan.ui.views.permission_denied"
handler404 = "xianan.ui.views.page_not_found"
handler500 = "xianan.ui.views.server_error"
