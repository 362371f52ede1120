from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from xianan.organizations.services.grants import sync_grants


class Command(BaseCommand):
    help = "Make guardian's grants equal to the role assignments in force today."

    def handle(self, *args: Any, **options: Any) -> None:
        changed = sync_grants()
        self.stdout.write(f"已更正 {changed} 条授权。" if changed else "授权与角色分配一致。")
