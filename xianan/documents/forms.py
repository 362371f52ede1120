from __future__ import annotations

from typing import Any

from django import forms

from xianan.ui.forms import DropFile, Form

from .rules import normalise_code

LARGEST = 20 * 1024 * 1024


def _looks_like_pdf(file: Any) -> bool:
    """Whether the head of the file says PDF, where readers look for it: in the first 1,024 bytes."""
    head = file.read(1024)
    file.seek(0)
    return b"%PDF-" in head


class VerifyForm(Form):
    """A code or a file; the code as people type it."""

    code = forms.CharField(
        label="核验码",
        required=False,
        max_length=60,
        strip=True,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    file = forms.FileField(
        label="PDF 原件",
        required=False,
        allow_empty_file=True,
        widget=DropFile("不超过 20 MB", accept=".pdf"),
    )

    def clean_code(self) -> str:
        text = str(self.cleaned_data["code"])
        if not text:
            return ""
        code = normalise_code(text)
        if not code:
            raise forms.ValidationError(
                "核验码是文末的 12 位字母和数字，如 XA7K-42QD-9F3M，横线和大小写不影响。"
            )
        return code

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST:
            raise forms.ValidationError(
                "文件超过 20 MB。承接确认书的 PDF 原件不会有这么大，核对是否选错了文件。"
            )
        if file is not None and not file.size:
            raise forms.ValidationError("文件为空，没有可核验的内容。须选择 PDF 原件。")
        if file is not None and not _looks_like_pdf(file):
            raise forms.ValidationError(
                "所选文件不是 PDF。核验内容须上传平台出具的 PDF 原件；表格、照片和扫描件可凭核验码查询登记情况。"
            )
        return file

    def clean(self) -> dict[str, Any]:
        values = dict(super().clean() or {})
        if not self.errors and not values.get("code") and values.get("file") is None:
            raise forms.ValidationError("填写核验码，或选择 PDF 原件。")
        return values
