"""Last year's assessment from the leading group to publication: one objection upheld, one corrected (P40)."""

from __future__ import annotations

from assessment.choices import Phase
from assessment.models import Cycle, Indicator, Objection
from assessment.selectors import cycles
from assessment.services import cycles as cycle_services
from assessment.services.objections import answer_objection, raise_objection
from xianan.core.dates import add_months
from xianan.portal.seeding.story import Story


def publish(story: Story) -> None:
    """浮山 objects to 3.5 and gets half of it back, 永安 objects to 1.4 in vain; then all is published."""
    cycle = Cycle.objects.filter(district=story.district, phase=Phase.LEADING).latest("year")
    office = story.person("bianban")
    story.at(-27, "09:30", months=8)
    cycle = cycle_services.move(cycle, "to_publicity", actor=office)
    story.at(-28, "10:10", months=8)
    _object(story, cycle, "fushan", "3.5", "浮罚11号案卷经批准延长办案期限，批准文书附后，不属于超期结案。")
    story.later(40)
    _object(story, cycle, "yongan", "1.4", "半年报告在 7 月 3 日以纸质方式报送，因平台尚未启用没有登记。")
    story.at(-30, "15:20", months=8)
    first, second = Objection.objects.filter(cycle=cycle).order_by("pk")
    answer_objection(
        first, after=7_00, answer="延期批准文书属实，退还该卷扣分；07号案卷扣分维持。", actor=office
    )
    story.later(15)
    answer_objection(
        second, after=None, answer="报送截止 6 月 30 日，纸质报送亦属迟报，维持原分。", actor=office
    )
    end = cycles.days_of(cycle)[Phase.PUBLICITY].ends_on
    story.at((add_months(story.today, -8) - end).days - 1, "09:30", months=8)
    cycle_services.move(cycle, "publish", actor=office)


def _object(story: Story, cycle: Cycle, prefix: str, code: str, text: str) -> None:
    indicator = Indicator.objects.get(scheme=cycle.scheme_id, code=code)
    raise_objection(
        cycle, street=story.organization(prefix), indicator=indicator, text=text, actor=story.head(prefix)
    )


def published(story: Story) -> Cycle:
    """Return the cycle whose result was published last."""
    return Cycle.objects.filter(district=story.district, phase=Phase.PUBLISHED).latest("year")
