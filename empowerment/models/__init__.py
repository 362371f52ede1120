from empowerment.agreements.model import Agreement, AgreementLine
from empowerment.claims.model import Claim
from empowerment.filings.model import Filing, FilingItem, Meeting, Opinion
from empowerment.powers.model import Empowerment, TransitionReview

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
