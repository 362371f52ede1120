"""A worker that never reads an address knows every noun: the steps of all of them are loaded at the start."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps

from xianan.core import modules


@pytest.mark.parametrize("app", ["empowerment", "secondment", "assessment", "xianan.deadlines"])
def test_the_steps_of_every_noun_of_an_app_are_loaded(app: str, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: set[str] = set()
    load = modules.import_module

    def noting(name: str) -> object:
        loaded.add(name)
        return load(name)

    monkeypatch.setattr(modules, "import_module", noting)
    (config,) = [each for each in apps.get_app_configs() if each.name == app]
    config.ready()
    there = {f"{app}.{each.parent.name}.steps" for each in Path(config.path).glob("*/steps.py")}
    assert there and there <= loaded
