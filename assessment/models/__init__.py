from assessment.corrections.model import Correction, CorrectionEvent
from assessment.objections.model import Objection
from assessment.practices.model import Practice
from assessment.problems.model import Problem
from assessment.reports.model import SelfEntry, SelfReport

from .cycle import Assignment, Cycle, CyclePhase, CycleStreet, LeadingMember, TeamMember
from .paper import Paper
from .report import NoneDueRuling, Reading
from .result import ResultVersion, TieDecision
from .scheme import Group, Indicator, Scheme
from .score import Deduction, Score, Visit

__all__ = [
    "Assignment",
    "Correction",
    "CorrectionEvent",
    "Cycle",
    "CyclePhase",
    "CycleStreet",
    "Deduction",
    "Group",
    "Indicator",
    "LeadingMember",
    "NoneDueRuling",
    "Objection",
    "Paper",
    "Practice",
    "Problem",
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
