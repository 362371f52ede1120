from .appraisal import Appraisal, AppraisalPrint, AppraisalRound, AppraisalScore, AppraisalSide
from .exemption import Exemption
from .people import Person, Secondment
from .post import Post
from .proposal import FilePrint, Proposal, ProposalAnswer, StreetOpinion
from .replacement import Replacement
from .scheme import AppraisalScheme, SchemeComment, SchemeItem

__all__ = [
    "Appraisal",
    "AppraisalPrint",
    "AppraisalRound",
    "AppraisalScheme",
    "AppraisalScore",
    "AppraisalSide",
    "Exemption",
    "FilePrint",
    "Person",
    "Post",
    "Proposal",
    "ProposalAnswer",
    "Replacement",
    "SchemeComment",
    "SchemeItem",
    "Secondment",
    "StreetOpinion",
]
