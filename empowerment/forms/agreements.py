"""What a signatory and 区委编办 type in."""

from __future__ import annotations

from django import forms

from xianan.ui.forms import Form


class SignForm(Form):
    read = forms.BooleanField(
        label="我已阅读全文，确认以上内容",
        error_messages={"required": "未勾选“我已阅读全文，确认以上内容”"},
    )
    # Spaces are part of a password.
    password = forms.CharField(
        label="再次输入登录密码",
        strip=False,
        error_messages={"required": "未填写登录密码"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "control"}),
    )
