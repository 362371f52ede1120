"""The district with its people, and an owner with slots of every sort."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.world import World
    from xianan.deadlines.models import WorkPlan


@pytest.fixture
def world(db: None) -> World:
    from tests.world import begun

    return begun()


@pytest.fixture
def plan(world: World, monkeypatch: pytest.MonkeyPatch) -> WorkPlan:
    """A work plan, registered with private, single, many and zip slots; frozen once issued."""
    from tests.documents.attachments.owner import register_plans
    from xianan.deadlines.plans.steps import create_plan

    register_plans(monkeypatch)
    return create_plan(organization=world.office, title="2026年工作计划", actor=world.government_office)


@pytest.fixture
def letter_pdf() -> bytes:
    """A PDF as the portal itself makes them."""
    from xianan.documents.pdf import render

    blocks = [{"kind": "paragraph", "text": "各街道办事处："}]
    return render("documents/paper.html", {"title": "通知", "blocks": blocks}).pdf
