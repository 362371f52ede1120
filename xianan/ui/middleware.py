"""What every answer carries, and how a refusal that nobody caught becomes a page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from xianan.core.errors import DomainError
from xianan.ui.views import method_refused, refusal

# Nothing is inline and nothing comes from outside. frame-src lets a page show the portal's own PDF;
# img-src data: is for the generated QR code; object-src stays shut, since the viewer is a frame.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class ContentSecurityPolicyMiddleware:
    """Set the policy and its neighbours unless a view has set its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        return response


class PrivatePagesMiddleware:
    """Let no page or file of a signed-in person be kept, by a browser or on the way to it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and "no-store" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = "private, no-store"
        return response


class DomainErrorMiddleware:
    """Turn a refusal that a view or its decorator gave without a page into one that says where to go on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Somebody reloads, or keeps as a bookmark, an address that only takes a form.
        if response.status_code == 405 and request.method == "GET":
            return method_refused(request, response["Allow"])
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError):
            return refusal(request, exception)
        return None
