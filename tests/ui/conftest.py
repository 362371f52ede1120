from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import Client

if TYPE_CHECKING:
    from xianan.organizations.models import User

HERE = Path(__file__).resolve().parent


@pytest.fixture
def pages(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Serve the sample pages instead of the portal's, in a frame without the apps' numbers."""
    from xianan.ui.menu import registry

    monkeypatch.setattr(registry, "badges", [])
    settings.ROOT_URLCONF = "tests.ui.pages"
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"].append(HERE / "templates")
    settings.TEMPLATES = templates


@pytest.fixture
def person(db: None) -> User:
    """Somebody with an account and no role."""
    from xianan.organizations.models import District, Organization, User

    district = District.objects.create(code="421202", name="咸宁市咸安区", short_name="咸安区")
    office = Organization.objects.create(district=district, name="区委编办", kind="office")
    return User.objects.create(district=district, organization=office, username="wang", name="王×")


@pytest.fixture
def signed_in(pages: None, person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client
