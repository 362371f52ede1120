from .exchange import Exchange
from .exemption import Exemption
from .people import Person, Secondment
from .post import Post
from .replacement import Replacement
from .training import Attendance, QuarterDuty, Session, TrainingPlan

__all__ = [
    "Attendance",
    "Exchange",
    "Exemption",
    "Person",
    "Post",
    "QuarterDuty",
    "Replacement",
    "Secondment",
    "Session",
    "TrainingPlan",
]
