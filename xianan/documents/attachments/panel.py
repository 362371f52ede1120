"""The card in which a page shows the files of a row, and what became of the last upload."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from xianan.acts import pages
from xianan.core.errors import NotAllowed
from xianan.documents.models import Attachment
from xianan.organizations.requests import Request
from xianan.ui.forms import DropFile

from . import Owner, Slot, owner_of
from .selectors import attachments_of

ATTACHED = pages.Panel("documents/attachments/_panel.html", lambda row: {})
"""All slots of a row, on the page of its noun."""
_SESSION = "attachments_told"
Told = tuple[str, str]
"""Tone and sentence."""


@dataclass(slots=True)
class SlotView:
    """One slot as the page shows it."""

    slot: Slot
    files: list[Attachment] = field(default_factory=list)
    may_change: bool = False
    told: Told | None = None

    @property
    def anchor(self) -> str:
        return f"attachments-{self.slot.key}"

    @property
    def may_add(self) -> bool:
        return self.may_change and len(self.files) < self.slot.most

    @property
    def worth_showing(self) -> bool:
        """Whether it says anything: an empty slot that nobody can or must fill is left out."""
        return bool(self.files or self.may_change or self.slot.required or self.told)

    @property
    def missing(self) -> bool:
        return self.slot.required and not self.files

    def drop(self, form: str) -> SafeString:
        """The zone to drop files on, of the form of that id."""
        widget = DropFile(accept=self.slot.endings, many=self.slot.most > 1)
        name = self.slot.field
        described = {"id": f"id_{name}", "aria-describedby": f"{name}_terms", "required": False, "form": form}
        return widget.render(name, None, described)


@dataclass(slots=True)
class Panel:
    """The card. ``reasons``: why nothing can be changed now, each said once."""

    row: Any
    kind: str
    title: str
    back: str
    slots: list[SlotView]
    reasons: list[str]
    given_form: str = ""

    @property
    def form(self) -> str:
        """The form that chosen files belong to: the page's own where it names one, else one of the card."""
        return self.given_form or self.dialog.replace("remove-file", "add-file")

    @property
    def may_add(self) -> bool:
        return any(view.may_add for view in self.slots)

    @property
    def drops(self) -> list[tuple[SlotView, SafeString]]:
        """Each slot with the zone to drop files on."""
        return [(view, view.drop(self.form)) for view in self.slots]

    @property
    def alone(self) -> bool:
        """Whether the one slot is the card."""
        return len(self.slots) == 1

    @property
    def heading(self) -> str:
        return self.slots[0].slot.label if self.alone else self.title

    @property
    def dialog(self) -> str:
        return f"remove-file-{self.kind.replace('.', '-')}-{self.row.pk}-{self.slots[0].slot.key}"


def sent_files(request: Request, row: Any) -> dict[str, list[Any]]:
    """Return what a form of the row's page brought along, as ``attach_all`` takes it."""
    found = {slot.key: request.FILES.getlist(slot.field) for slot in owner_of(row).slots}
    return {key: files for key, files in found.items() if files}


def panel(request: Request, row: Any, keys: Sequence[str], title: str, form: str = "") -> Panel:
    """Return the card of a row's files for the person who asks: one query, whatever the slots hold.

    ``form`` is the id of a form of the page that takes the chosen files along when it is sent.
    """
    owner = owner_of(row)
    scope = request.scope
    wanted = [owner.slot(key) for key in keys] or list(owner.slots)
    views = {slot.key: SlotView(slot) for slot in wanted if owner.readable(scope, row, slot)}
    reasons: list[str] = []
    for view in views.values():
        view.may_change = not _refusal(owner, scope, row, view.slot, reasons)
        view.told = _take(request, owner, row, view.slot)
    for file in attachments_of(row) if views else ():
        if file.slot in views:
            views[file.slot].files.append(file)
    # What answers a form can't be gone back to.
    back = request.get_full_path() if request.method == "GET" else ""
    shown = [view for view in views.values() if view.worth_showing]
    return Panel(row, row._meta.label_lower, title, back, shown, reasons, form)


def _refusal(owner: Owner, scope: Any, row: Any, slot: Slot, reasons: list[str]) -> bool:
    try:
        reason = owner.refusal(scope, row, slot)
    except NotAllowed:
        return True
    if reason and reason not in reasons:
        reasons.append(reason)
    return bool(reason)


def add_message(request: Request, row: Any, slot: Slot, tone: str, words: str) -> None:
    """Have the page that is shown next say what became of it, at the slot."""
    told = request.session.get(_SESSION, {})
    request.session[_SESSION] = {**told, _place(row, slot): (tone, words)}


def _take(request: Request, owner: Owner, row: Any, slot: Slot) -> Told | None:
    told = request.session.get(_SESSION)
    if not told or _place(row, slot) not in told:
        return None
    tone, words = told.pop(_place(row, slot))
    if told:
        request.session[_SESSION] = told
    else:
        del request.session[_SESSION]
    return tone, words


def _place(row: Any, slot: Slot) -> str:
    return f"{row._meta.label_lower}:{row.pk}:{slot.key}"
