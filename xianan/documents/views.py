"""The public check, and the files of documents for those who may read them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from xianan.core import clock
from xianan.history.selectors import timeline
from xianan.organizations.models import District
from xianan.organizations.requests import Request
from xianan.ui import html

from . import limits, registry, store
from .choices import Verdict
from .forms import VerifyForm
from .models import Document, DocumentFile
from .rules import normalise_code, show_code
from .selectors import by_code, file_bytes, newest_file, sources_of
from .services.documents import note_opening
from .verification import Verification, verify

ICONS = {
    Verdict.VALID: "ok",
    Verdict.INCOMPLETE: "pen",
    Verdict.SUPERSEDED: "clock",
    Verdict.ALTERED: "alert",
    Verdict.INVALID: "no",
}
SUPERSEDED = "已被替代"
"""What a file of a superseded paper is called; one that was only signed further has 新版."""
COMPARE = (
    "平台登记有这份文书，尚未核对手中的文件。文号、单位、签署人和时间须与下列内容一致；"
    "要证明内容没有改动，须上传 PDF 原件。"
)


@require_http_methods(["GET", "HEAD", "POST"])
def verify_page(request: HttpRequest) -> HttpResponse:
    """Check by code or by upload. No sign-in; the upload is not kept."""
    if request.method != "POST":
        return _page(request, VerifyForm())
    if not limits.allowed(request):
        return _too_many(request)
    form = VerifyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form)
    upload = form.cleaned_data["file"]
    if upload is None:
        return redirect("documents:verify-code", code=form.cleaned_data["code"])
    return _page(request, VerifyForm(), result=verify(upload.read()))


@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """What the register says of a code, where the QR on the paper leads."""
    if not limits.allowed(request):
        return _too_many(request)
    known = normalise_code(code)
    form = VerifyForm(initial={"code": show_code(known) if known else code[:60]})
    document = by_code(code)
    if document is None:
        return _page(request, form, unknown=True, status=404)
    try:
        result = verify(file_bytes(newest_file(document)))
    except OSError:
        return _page(request, form, unreadable=True, status=503)
    return _page(request, form, result=result, by_code_alone=True)


@login_required
@require_safe
def document(request: Request, pk: int) -> HttpResponse:
    """A paper as the register has it: how it stands, what it was told from, its files, what it replaces.

    404 unless the document's kind lets this person read it.
    """
    row = get_object_or_404(
        Document.objects.select_related("organization", "created_by", "superseded_by"), pk=pk
    )
    if not registry.may_read(request.scope, row):
        raise Http404
    files = list(row.files.order_by("sequence"))
    replaced = list(row.replaced.order_by("pk"))
    label = registry.label_of(row.kind)
    state = registry.state_of(row)
    sources, more = sources_of(row)
    context = {
        "title": f"{label}{row.number}",
        "facts": [row.title],
        "badge": html.badge(state[0], tone=state[1]) if state else "",
        "document": row,
        "label": label,
        "files": files,
        "newest": files[-1],
        # Of papers about people each opening is written down: they are opened by a press.
        "shown": not files[-1].sealed,
        "replaced": [(other, registry.may_read(request.scope, other)) for other in replaced],
        "sources": sources,
        "more": more,
        "entries": timeline(row),
    }
    return render(request, "documents/page.html", context)


@login_required
@require_safe
def file(request: Request, pk: int, sequence: int) -> HttpResponse:
    """One version of a document's file, shown in the page or, with ?download, saved.

    404 unless the document's kind lets this person read it; a visitor is asked to sign in, whatever
    stands at the address.
    """
    row = get_object_or_404(DocumentFile.objects.select_related("document"), document=pk, sequence=sequence)
    if not registry.may_read(request.scope, row.document):
        raise Http404
    try:
        data = store.read(row.path)
    except OSError:
        raise Http404 from None
    if request.method == "GET" and row.sealed:
        note_opening(row, actor=request.user)
    response = HttpResponse(data, content_type="application/pdf")
    disposition = content_disposition_header("download" in request.GET, row.download_name)
    response.headers["Content-Disposition"] = disposition or "inline"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _page(
    request: HttpRequest,
    form: VerifyForm,
    *,
    result: Verification | None = None,
    status: int = 200,
    by_code_alone: bool = False,
    **flags: Any,
) -> HttpResponse:
    context: dict[str, Any] = {
        "title": "核验文书",
        "form": form,
        "checked_at": clock.now(),
        "brand": _brand(),
        **flags,
    }
    if result is not None:
        document = result.document
        context |= {
            "result": result,
            "icon": ICONS[result.verdict],
            "tone": result.verdict.tone,
            "verdict": SUPERSEDED if _is_superseded(result) else result.verdict.label,
            "words": _words(result),
            "kind": registry.label_of(document.kind) if document else "",
            "state": _state(document),
        }
        if by_code_alone and result.verdict is Verdict.VALID:
            # Nothing in anybody's hand was compared: the register has spoken, not a judge of a paper.
            context |= {"icon": "info", "tone": "blue", "verdict": "已登记", "words": COMPARE}
    response = render(request, "documents/verify.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _brand() -> str:
    """The portal's name with the district before it, for a visitor whose district only the data tells."""
    districts = list(District.objects.all()[:2])
    return f"{districts[0].short_name}{districts[0].portal_name}" if len(districts) == 1 else ""


def _state(document: Document | None) -> registry.State | None:
    return registry.state_of(document) if document is not None else None


def _is_superseded(result: Verification) -> bool:
    document = result.document
    return (
        result.verdict is Verdict.SUPERSEDED and document is not None and document.superseded_at is not None
    )


def _words(result: Verification) -> str:
    if result.verdict is Verdict.INVALID:
        return "不能证明这份文件由本平台出具，不得据此办理。"
    if result.verdict is Verdict.ALTERED:
        return "文件带有本平台的签名，但与签署时的内容不一致。以平台登记的原件为准。"
    if _is_superseded(result):
        return "由本平台出具，没有改动，但已被替代，不得再据此办理。"
    if result.verdict is Verdict.SUPERSEDED:
        return "由本平台出具，没有改动，但已有新版，不得再据此办理，以新版为准。"
    if result.verdict is Verdict.INCOMPLETE:
        names = "、".join(party.organization for party in result.missing)
        return f"由本平台出具，没有改动，{names}尚未签署，不得据此办理。"
    if not result.signatures:
        return "与平台登记的原件一致，没有改动。"
    return "各方签名完整，签署后没有改动。"


def _too_many(request: HttpRequest) -> HttpResponse:
    response = _page(request, VerifyForm(), busy=True, status=429)
    response.headers["Retry-After"] = "60"
    return response
