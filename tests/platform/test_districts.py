"""Names, documents and figures of a district are data: nothing of one of them stands in the product (P36)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import URLPattern, URLResolver, get_resolver

if TYPE_CHECKING:
    from tests.world import World

ROOT = Path(settings.BASE_DIR)
NAMES = re.compile("咸安|咸宁|鄂|温泉|浮山|永安|咸[政办赋督考]")
"""The district, its city and province, its streets, the first character of its numbers."""
FIGURES = re.compile(
    r"(每季度|每个街道)[^，。“”{]{0,8}不少于 ?\d|过渡期 ?(\d+|[一二三六]) ?个?月|规定为 ?\d|不超过 ?50 ?周岁|下沉不少于 ?\d"
)
"""A figure of the documents, said as a sentence instead of asked of the version in force."""
OURS = {"fixtures", "tests", "migrations", "bench", "prove", "docs", "node_modules"}
ALLOWED = {
    # An example beside a field of the model that no page shows; changing it would be a migration.
    "xianan/organizations/models/organization.py",
    # A word passed over in headings of workbooks, among many others.
    "empowerment/workbook/columns.py",
    # Two characters that a font must have, said to nobody.
    "bin/setup",
}


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """What a file says to people: strings of Python but for docstrings, everything else without comments."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        source = re.sub(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}|/\*.*?\*/", "", source, flags=re.S)
        yield from enumerate(source.splitlines(), 1)
        return
    tree = ast.parse(source)
    said = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.lineno, node.value


def product() -> Iterator[Path]:
    for folder in ("xianan", "empowerment", "secondment", "assessment", "templates", "static"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".html", ".css", ".js", ".txt") and not OURS & set(path.parts):
                yield path
    yield from (path for path in (ROOT / "bin").iterdir() if path.is_file())


def test_no_name_and_no_figure_of_one_district_stands_in_the_product():
    found, used = [], set()
    for path in product():
        name = str(path.relative_to(ROOT))
        lines = texts(path) if path.suffix else enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for line, text in lines:
            if NAMES.search(text) or FIGURES.search(text):
                used.add(name)
                if name not in ALLOWED:
                    found.append(f"{name}:{line} {text.strip()[:80]}")
    assert found == []
    assert used >= ALLOWED, "what is no longer needed is taken off the list"


# ---- The other district ----------------------------------------------------------------------------------


def foreign_words(text: str) -> set[str]:
    return set(NAMES.findall(text)) and {match.group() for match in NAMES.finditer(text)}


@pytest.mark.django_db
def test_no_paper_of_another_district_says_a_word_of_the_first(other_world):
    from tests.papers.sheets import every

    for name, sheet in every(other_world):
        said = render_to_string(sheet.template, sheet.context)
        assert foreign_words(said) == set(), name


@pytest.mark.django_db
def test_the_training_plan_names_the_document_and_the_figure_in_force(other_world):
    from secondment.views.training_papers import PLAN, plan_data
    from tests.secondment.training.support import plan_of
    from xianan.core import clock

    other_world.policy.parameters.filter(key="trainings_per_quarter").update(value=3)
    said = render_to_string(PLAN, plan_data(plan_of(other_world, clock.today().year)))
    assert "根据《示例区推进街道赋权工作实施方案》" in said and "每季度不少于3次" in said


def addresses(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Every address without parameters, as a path."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, path)
        elif isinstance(entry, URLPattern) and "<" not in path and "^" not in path:
            yield f"/{path}"


PEOPLE = (
    "establishment", "clerk", "street_clerk", "head", "street_head", "justice", "government_office",
    "inspection", "personnel",
)  # fmt: skip


def filled(world: World) -> None:
    """Something of each: papers make most of it, and a letter in force brings powers and trainings."""
    from tests.papers.sheets import every
    from tests.secondment.training.support import powers

    powers(world, "丙事项")
    for _ in every(world):
        pass


@pytest.mark.django_db
def test_no_page_of_another_district_says_a_word_of_the_first(other_world):
    filled(other_world)
    clients = {key: other_world.client(getattr(other_world, key)) for key in PEOPLE}
    objects = set()
    opened = 0
    for path in sorted(set(addresses())):
        opened += _look(path, clients, objects)
    for path in sorted(objects):
        opened += _look(path, clients, None)
    assert opened > 80


def _look(path: str, clients: dict, objects: set[str] | None) -> int:
    """Open a page as the first who may, and collect one address of each kind that it leads to."""
    for client in clients.values():
        answer = client.get(path)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            said = answer.content.decode()
            assert foreign_words(said) == set(), path
            if objects is not None:
                known = {re.sub(r"\d+", "0", each) for each in objects}
                for link in re.findall(r'href="(/[a-z0-9/-]*\d+/[a-z/-]*)"', said):
                    if re.sub(r"\d+", "0", link) not in known and "print" not in link:
                        objects.add(link)
                        known.add(re.sub(r"\d+", "0", link))
            return 1
        if answer.status_code not in (403, 404, 302):
            return 0
    return 0
