from .cycle import Assignment, Cycle, CyclePhase, CycleStreet, LeadingMember, TeamMember
from .report import Reading, SelfEntry, SelfReport
from .result import Correction, Objection, ResultVersion, TieDecision
from .scheme import Group, Indicator, Scheme
from .score import Deduction, Score, Visit

__all__ = [
    "Assignment",
    "Correction",
    "Cycle",
    "CyclePhase",
    "CycleStreet",
    "Deduction",
    "Group",
    "Indicator",
    "LeadingMember",
    "Objection",
    "Reading",
    "ResultVersion",
    "Scheme",
    "Score",
    "SelfEntry",
    "SelfReport",
    "TeamMember",
    "TieDecision",
    "Visit",
]
