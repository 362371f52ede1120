"""Tables out of workbooks: read the file, find the table in it, fold its text.

Knows no models and no meaning: a `Schema` says which columns to look for.
"""

from .body import find_table, texts_of, unread
from .cells import DATE, LOST, NO_RESULT, OTHER, PERCENT, Misread, Number, misread_text
from .errors import UnreadableWorkbook
from .reader import Sheet, Workbook, read_workbook
from .schema import Field, Members, Schema, words
from .table import Column, Ignored, Row, SetAside, Table
from .text import address, column_letter, fold, key

__all__ = [
    "DATE",
    "LOST",
    "NO_RESULT",
    "OTHER",
    "PERCENT",
    "Column",
    "Field",
    "Ignored",
    "Members",
    "Misread",
    "Number",
    "Row",
    "Schema",
    "SetAside",
    "Sheet",
    "Table",
    "UnreadableWorkbook",
    "Workbook",
    "address",
    "column_letter",
    "find_table",
    "fold",
    "key",
    "misread_text",
    "read_workbook",
    "texts_of",
    "unread",
    "words",
]
