from __future__ import annotations

from typing import Any

from django import forms

from empowerment.models import ItemType
from empowerment.services.types import LONGEST_NAME
from xianan.core.spreadsheet import words
from xianan.ui.forms import Form


class ItemTypeForm(Form):
    """Name, synonyms and order of a type of power."""

    name = forms.CharField(label="名称", max_length=LONGEST_NAME)
    synonyms = forms.CharField(
        label="同义词",
        max_length=1000,
        required=False,
        widget=forms.Textarea,
        help_text="部门表格中视同本类型的写法，用空格、顿号或换行分开；空格和全半角不计",
    )
    display_order = forms.IntegerField(
        label="排序", min_value=0, max_value=999_999, initial=100, help_text="小的在前"
    )

    def __init__(self, *args: Any, row: ItemType | None = None, **kwargs: Any) -> None:
        if row is not None:
            kwargs.setdefault(
                "initial",
                {"name": row.name, "synonyms": "、".join(row.synonyms), "display_order": row.display_order},
            )
        super().__init__(*args, **kwargs)
        if row is not None and row.named_by_policy:
            self.fields["name"].widget.attrs["readonly"] = True
            self.fields["name"].help_text = "文件列明的类型不能改名"

    def clean_synonyms(self) -> list[str]:
        typed = str(self.cleaned_data["synonyms"])
        for mark in "、，,；;":
            typed = typed.replace(mark, " ")
        return list(dict.fromkeys(words(typed)))
