"""What people type in about papers: their words, and the password under which they are signed off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from xianan.ui.forms import Form

from ..models import Paper
from ..rules.paper_words import EDITABLE
from ..services.papers import LONGEST
from .fields import ticked


class WordsForm(Form):
    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in EDITABLE.get(kind, ()):
            self.fields[key] = forms.CharField(
                label=label,
                max_length=LONGEST,
                widget=forms.Textarea(attrs={"rows": 8, "class": "control"}),
                help_text="每段一行",
            )


class SignForm(Form):
    """``picked`` are the drafts ticked; all of them at first."""

    password = forms.CharField(
        label="登录密码", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, *args: Any, drafts: Sequence[Paper], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ticked = {int(pk) for pk in ticked(self, {str(row.pk) for row in drafts})}
        self.picked = [row for row in drafts if row.pk in self.ticked]
