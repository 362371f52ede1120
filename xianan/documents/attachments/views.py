"""Opening, adding and removing the files of a row, whatever app the row is of."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from xianan.core.errors import DomainError, NotAllowed
from xianan.documents.models import Attachment
from xianan.documents.services import attachments as services
from xianan.organizations.requests import Request
from xianan.ui.views import back_url

from . import Owner, Slot, owner_of
from .panel import add_message, sent_files
from .selectors import attachment_bytes, row_at, row_of

# A file is a world of its own: no scripts, no forms, no address of the portal's; only its own picture is drawn.
POLICY = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@login_required
@require_safe
def show(request: Request, pk: int) -> HttpResponse:
    """One file: PDFs and pictures in the browser, everything else (or with ?download) to be saved."""
    file, row = _get(request, pk)
    try:
        data = attachment_bytes(file)
    except OSError:
        raise DomainError(
            "file_damaged",
            f"“{file.filename}”在服务器上读不出来，或与登记的摘要不一致。请联系系统管理员从备份恢复。",
        ) from None
    if file.private and request.method == "GET":
        services.note_opening(file, row, actor=request.user)
    response = HttpResponse(data, content_type=file.media_type)
    to_save = "download" in request.GET or not file.inline
    response.headers["Content-Disposition"] = content_disposition_header(to_save, file.filename) or "inline"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def add(request: Request, kind: str, pk: int, slot: str) -> HttpResponse:
    """Put the files that were sent into their slots, all or none; the page of the row says what became of it.

    The button is that of one slot; what was chosen at another comes along.
    """
    row = row_at(kind, pk)
    owner, place = _readable(request, row, slot)
    sent = sent_files(request, row)
    files = [file for each in sent.values() for file in each]
    try:
        if not files:
            raise DomainError("no_file", "没有选择文件。先选择文件，再上传。")
        services.attach_all(row, sent, actor=request.user)
    except NotAllowed:
        raise
    except DomainError as error:
        add_message(request, row, place, "red", f"{error.message}{none_saved(len(files))}")
    else:
        said = f"“{files[0].name}”" if len(files) == 1 else f" {len(files)} 个文件"
        add_message(request, row, place, "green", f"已上传{said}。")
    return _back(request, owner, row, place)


def none_saved(sent: int) -> str:
    return f"一起选择的 {sent} 个文件都没有保存。" if sent > 1 else ""


@login_required
@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    """Take a file out of its slot."""
    file, row = _get(request, pk, removed=True)
    owner, place = owner_of(row), owner_of(row).slot(file.slot)
    try:
        services.remove(file, actor=request.user)
    except NotAllowed:
        raise
    except DomainError as error:
        add_message(request, row, place, "red", error.message)
    else:
        add_message(request, row, place, "green", f"已移除“{file.filename}”。")
    return _back(request, owner, row, place)


def _get(request: Request, pk: int, *, removed: bool = False) -> tuple[Attachment, Any]:
    """Return a file and its row. 404 for whoever may not read it, and for removed ones unless ``removed``."""
    rows = Attachment.objects.select_related("content_type")
    file = get_object_or_404(rows if removed else rows.filter(removed_at__isnull=True), pk=pk)
    row = row_of(file)
    _readable(request, row, file.slot)
    return file, row


def _readable(request: Request, row: Any, slot: str) -> tuple[Owner, Slot]:
    """Return what is registered for the row and its slot. 404 for whoever may not read it."""
    if row is None:
        raise Http404
    owner = owner_of(row)
    try:
        place = owner.slot(slot)
    except KeyError:
        raise Http404 from None
    if not owner.readable(request.scope, row, place):
        raise Http404
    return owner, place


def _back(request: Request, owner: Owner, row: Any, slot: Slot) -> HttpResponse:
    return redirect(f"{back_url(request, owner.url(row)).partition('#')[0]}#attachments-{slot.key}-told")
