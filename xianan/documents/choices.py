"""Enumerations of documents."""

from __future__ import annotations

from xianan.core.choices import ToneChoices


class Verdict(ToneChoices):
    """What can be said about a file (P09)."""

    VALID = "valid", "有效", "green"
    INCOMPLETE = "incomplete", "未签齐", "amber"
    SUPERSEDED = "superseded", "已有新版", "amber"
    ALTERED = "altered", "签署后被改动", "amber"
    INVALID = "invalid", "无效", "red"
