"""Tables out of workbooks: read the file, find the table in it, fold its text.

Knows no models and no meaning: a `Schema` says which columns to look for.
"""

from .errors import UnreadableWorkbook
from .reader import Sheet, Workbook, read_workbook
from .schema import Field, Members, Schema, words
from .table import Column, Ignored, Row, SetAside, Table, find_table, unread
from .text import address, column_letter, fold, key

__all__ = [
    "Column",
    "Field",
    "Ignored",
    "Members",
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
    "read_workbook",
    "unread",
    "words",
]
