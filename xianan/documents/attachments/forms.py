"""Files in a form of an app, beside its own fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import models

from xianan.core.errors import DomainError
from xianan.ui.forms import DropFile, Form, prepare_widget

from . import Slot, owner_of
from .intake import judge, refuse_size


class SlotField(forms.FileField):
    """The files of a slot, judged by what they hold; the value is a list."""

    def __init__(self, slot: Slot) -> None:
        self.slot = slot
        super().__init__(
            label=slot.label,
            required=slot.required,
            help_text=slot.hint,
            widget=DropFile(slot.terms, accept=slot.endings, many=slot.most > 1),
        )

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files: list[UploadedFile] = list(data) if isinstance(data, list | tuple) else [data] if data else []
        slot = self.slot
        if not files and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(files) > slot.most:
            raise forms.ValidationError(
                f"选了 {len(files)} 个文件，{slot.label}最多 {slot.most} 个。重新选择。", code="full"
            )
        found = []
        for file in files:
            try:
                refuse_size(file.size or 0, file.name or "", largest=slot.largest)
                file.seek(0)
                judge(file.read(), file.name or "", accept=slot.accept, largest=slot.largest)
            except DomainError as error:
                found.append(forms.ValidationError(error.message, code=error.code))
        if found:
            raise forms.ValidationError(found)
        return files


class AttachmentFields(Form):
    """Mix in before another form: a field ``file_<slot>`` for each of ``slots`` (all by default) of ``attachments_of``."""

    attachments_of: ClassVar[type[models.Model]]
    slots: ClassVar[Sequence[str]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = owner_of(self.attachments_of)
        self._slots = [owner.slot(key) for key in self.slots] or list(owner.slots)
        for slot in self._slots:
            self.fields[slot.field] = SlotField(slot)
            prepare_widget(self.fields[slot.field])

    @property
    def files_by_slot(self) -> dict[str, list[UploadedFile]]:
        """What ``attach_all`` takes."""
        return {slot.key: self.cleaned_data[slot.field] for slot in self._slots}

    @property
    def plain_data(self) -> dict[str, Any]:
        """The cleaned data without the files."""
        fields = {slot.field for slot in self._slots}
        return {name: value for name, value in self.cleaned_data.items() if name not in fields}

    def full_clean(self) -> None:
        super().full_clean()
        self._ask_again()

    def refuse(self, error: DomainError) -> None:
        super().refuse(error)
        self._ask_again()

    def _ask_again(self) -> None:
        """Say at faultless files that they must be chosen again: no browser sends them a second time."""
        errors = self.errors
        if not errors:
            return
        for slot in self._slots:
            names = [str(file.name) for file in self.files.getlist(slot.field)] if self.files else []
            if names and slot.field not in errors:
                self.add_error(slot.field, f"本次没有保存，须重新选择“{'”“'.join(names)}”。")
