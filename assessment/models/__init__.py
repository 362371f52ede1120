from .cycle import Assignment, Cycle, CyclePhase, CycleStreet, LeadingMember, TeamMember
from .report import Reading, SelfEntry, SelfReport
from .scheme import Group, Indicator, Scheme
from .score import Deduction, Score, Visit

__all__ = [
    "Assignment",
    "Cycle",
    "CyclePhase",
    "CycleStreet",
    "Deduction",
    "Group",
    "Indicator",
    "LeadingMember",
    "Reading",
    "Scheme",
    "Score",
    "SelfEntry",
    "SelfReport",
    "TeamMember",
    "Visit",
]
