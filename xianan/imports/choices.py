"""Enumerations of the import room."""

from xianan.core.choices import ToneChoices


class UploadState(ToneChoices):
    """What became of an uploaded workbook."""

    CHECKED = "checked", "已核对", "blue"
    IMPORTING = "importing", "导入中", "amber"
    IMPORTED = "imported", "已导入", "green"
    REPLACED = "replaced", "已被新文件替换", "grey"
