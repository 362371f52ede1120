from ..orders.model import Accountability, Delivery, Order, OrderLine
from .calendar import CalendarDay, CalendarYear
from .deadline import Deadline
from .notice import Mail, Notice, NoticePreference, Reminder
from .plan import PlanNode, PlanTask, WorkPlan

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
