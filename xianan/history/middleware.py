from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import HttpResponse

from xianan.ui.protocols import PortalRequest

from .context import request_id


class RequestIdMiddleware:
    """Give every request a number that its log entries carry and its answer shows."""

    def __init__(self, get_response: Callable[[PortalRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: PortalRequest) -> HttpResponse:
        number = uuid.uuid4().hex[:16]
        request.request_id = number
        token = request_id.set(number)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-Id"] = number
        return response
