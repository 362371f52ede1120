from ..orders.model import Accountability, Delivery, Order, OrderLine
from ..plans.model import PlanNode, PlanTask, WorkPlan
from .calendar import CalendarDay, CalendarYear
from .deadline import Deadline
from .notice import Mail, Notice, NoticePreference, Reminder

__all__ = [
    "Accountability",
    "CalendarDay",
    "CalendarYear",
    "Deadline",
    "Delivery",
    "Mail",
    "Notice",
    "NoticePreference",
    "Order",
    "OrderLine",
    "PlanNode",
    "PlanTask",
    "Reminder",
    "WorkPlan",
]
