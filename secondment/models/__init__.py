from secondment.confirmations.model import StreetConfirmation
from secondment.exchanges.model import Exchange
from secondment.exemptions.model import Exemption
from secondment.proposals.model import Proposal, ProposalAnswer
from secondment.replacements.model import Replacement
from secondment.sessions.model import Session
from secondment.training_plans.model import TrainingPlan

from .appraisal import Appraisal, AppraisalPrint, AppraisalRound, AppraisalScore, AppraisalSide
from .people import Person, Secondment
from .personal_file import FilePrint, StreetOpinion
from .post import Post
from .scheme import AppraisalScheme, SchemeComment, SchemeItem
from .training import Attendance, QuarterDuty

__all__ = [
    "Appraisal",
    "AppraisalPrint",
    "AppraisalRound",
    "AppraisalScheme",
    "AppraisalScore",
    "AppraisalSide",
    "Attendance",
    "Exchange",
    "Exemption",
    "FilePrint",
    "Person",
    "Post",
    "Proposal",
    "ProposalAnswer",
    "QuarterDuty",
    "Replacement",
    "SchemeComment",
    "SchemeItem",
    "Secondment",
    "Session",
    "StreetConfirmation",
    "StreetOpinion",
    "TrainingPlan",
]
