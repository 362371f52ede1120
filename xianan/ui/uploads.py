"""What one request brings in: bounded before any of it is written, and never left behind on the disk."""

from __future__ import annotations

import tempfile
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler

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


class NamelessUploads(TemporaryFileUploadHandler):
    """Large files wait in a file without a name: a process that is killed leaves nothing readable."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        FileUploadHandler.new_file(self, *args, **kwargs)
        # The form that takes it closes it.
        waiting = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115
        self.file: UploadedFile[bytes] = UploadedFile(  # type: ignore[assignment]  # Django's has a name
            waiting, self.file_name, self.content_type, 0, self.charset, self.content_type_extra
        )

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()
