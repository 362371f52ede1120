"""An end to what one request may bring in, before any of it is written to the disk."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

# Ten files of 20 MB and what is said about them; each form has a lower limit of its own for one file.
LARGEST_REQUEST = 210 * 1024 * 1024


class BoundedUploads(FileUploadHandler):
    """Stands before Django's handlers and takes no file itself."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        """Raise RequestDataTooBig (400) for a request that is too large as a whole."""
        if content_length > LARGEST_REQUEST:
            raise RequestDataTooBig(f"{content_length} bytes of files in one request")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
