from .agreement import Agreement, AgreementLine, Empowerment, TransitionReview
from .claim import Claim
from .filing import Filing, FilingItem, Meeting, Opinion
from .item import Item, ItemList, ItemType, ListEntry, ListStamp
from .period import PowerPeriod

__all__ = [
    "Agreement",
    "AgreementLine",
    "Claim",
    "Empowerment",
    "Filing",
    "FilingItem",
    "Item",
    "ItemList",
    "ItemType",
    "ListEntry",
    "ListStamp",
    "Meeting",
    "Opinion",
    "PowerPeriod",
    "TransitionReview",
]
