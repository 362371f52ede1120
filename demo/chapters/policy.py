"""The plan is revised in the middle of a year, and a revision for the next one waits for its day (P44)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from demo.story import Story
from xianan.policy.choices import DocumentKey
from xianan.policy.models import PolicyVersion
from xianan.policy.selectors import version_in_force
from xianan.policy.services.versions import add_version, change_parameter

NOTE = "为演示文件修订而拟，不是正式文件。"


def mid_year(story: Story) -> None:
    """区委编办 enters a revision in force since then: shorter dates for what begins under it."""
    today = story.at(135, "10:20")
    _revise(
        story, "咸安区推进街道赋权工作实施方案（年中修订）", today + dt.timedelta(days=3), today,
        {"gap_days": "20", "leaving_days": "45", "answer_days": "7"}, "区政府常务会议议定缩短补派、答复期限。",
    )  # fmt: skip


def next_year(story: Story) -> None:
    """A revision for the coming year asks for two sessions a quarter; its page says what that changes."""
    today = story.at(1, "16:40")
    _revise(
        story, "咸安区推进街道赋权工作实施方案（次年修订）", dt.date(story.today.year + 1, 1, 1), today,
        {"trainings_per_quarter": "2", "service_months": "18"}, "区委改革委会议议定加密培训、延长下沉。",
    )  # fmt: skip


def _revise(
    story: Story, title: str, start: dt.date, issued: dt.date, figures: Mapping[str, str], reason: str
) -> PolicyVersion:
    actor = story.person("bianban")
    source = version_in_force(story.district, DocumentKey.PLAN)
    assert source is not None
    version = add_version(
        source, actor=actor, title=title, reference="", issued_on=issued, valid_from=start,
        valid_until=source.valid_until, note=NOTE,
    )  # fmt: skip
    for key, raw in figures.items():
        story.later(3)
        change_parameter(version.parameters.get(key=key), raw=raw, reason=reason, actor=actor)
    return version
