"""The template of a filing. The pages of its workbooks are those of the import room."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from xianan.core.errors import NotAllowed
from xianan.imports import samples
from xianan.organizations.models import Organization
from xianan.organizations.requests import Request
from xianan.ui import workbook

from ..imports import template_of


@login_required
@require_safe
def template(request: Request) -> HttpResponse:
    """The workbook to fill in, for somebody whose filing is not opened yet."""
    scope = request.scope
    ids = scope.organization_ids("view_filing") | scope.organization_ids("draft_filing")
    own = Organization.objects.filter(pk__in=ids, empowering=True).first()
    if own is None:
        raise NotAllowed("申报模板供赋权部门使用。")
    sample = samples.asked_for("filing", own, request.GET)
    return sample or workbook.as_file(template_of(own), f"赋权事项申报表（{own.name}）.xlsx")
