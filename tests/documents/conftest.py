"""Fixtures of the documents' tests. Models are imported late: this file is read before Django is set up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pymupdf
import pytest

if TYPE_CHECKING:
    from tests.documents.world import World

Line = tuple[str, tuple[float, float, float, float]]


@pytest.fixture
def world(db: None) -> World:
    from tests.documents.world import begun

    return begun()


@pytest.fixture(autouse=True)
def _files_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture
def lines() -> Callable[[bytes], list[list[Line]]]:
    """Read the lines of each page back out of a PDF: (text, (left, top, right, bottom) in points)."""

    def read(pdf: bytes) -> list[list[Line]]:
        pages = []
        for page in pymupdf.open(stream=pdf):
            found = [
                ("".join(span["text"] for span in line["spans"]), line["bbox"])
                for block in page.get_text("dict")["blocks"]
                for line in block.get("lines", ())
            ]
            pages.append([(text, box) for text, box in found if text.strip()])
        return pages

    return read


@pytest.fixture
def text_of() -> Callable[[bytes], str]:
    """Read all text of a PDF without blanks."""
    return lambda pdf: "".join("".join(page.get_text().split()) for page in pymupdf.open(stream=pdf))
