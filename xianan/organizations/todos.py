"""What of accounts waits for an administrator."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from xianan.ui.todos import Todo, register_todos

from .models import User
from .scope import Scope


@register_todos
def account_todos(scope: Scope) -> Iterator[Todo]:
    """Accounts that can't sign because they don't say who stands behind them."""
    if scope.holds("assign_roles"):
        left = User.objects.filter(district_id=scope.district_id, is_active=True, person_index="").count()
        if left:
            yield Todo(
                f"{left} 个账号没有填写人员标识，不能签署",
                f"{reverse('organizations:people')}?tab=keyless",
                "逐个填写身份证号码或工号",
                count=left,
            )
