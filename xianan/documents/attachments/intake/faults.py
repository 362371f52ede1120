"""What is wrong with a file, before anybody knows what the file is called."""

from __future__ import annotations

from xianan.core.spreadsheet import UnreadableWorkbook


class Fault(Exception):
    """A reason to refuse a file. ``words`` go on where the name of the file ends: “甲.pdf”设有密码……"""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(code)
        self.code = code
        self.words = words


def broken() -> Fault:
    return Fault("broken", "不完整或已损坏，无法打开。重新导出或重新扫描后上传。")


def encrypted() -> Fault:
    return Fault("encrypted", "设有打开密码。取消密码后另存，再重新上传。")


def macros() -> Fault:
    return Fault("macros", "带有宏或控件，不予接收。另存为不带宏的文档（.docx、.xlsx、.pptx）或 PDF 后上传。")


def programs() -> Fault:
    return Fault("embedded", "里面嵌有程序或其他文件，不予接收。删去嵌入的对象，需要时把它单独上传。")


def active() -> Fault:
    return Fault("active", "带有脚本或会启动程序的动作，不予接收。打印成 PDF 或重新扫描后上传。")


def remote() -> Fault:
    return Fault("active", "会从别处调取模板或对象，不予接收。另存为 PDF 后上传。")


def heavy() -> Fault:
    return Fault(
        "heavy", "结构过于复杂，在限定的时间和内存内检查不完，不予接收。打印成 PDF 或重新扫描后上传。"
    )


def virus() -> Fault:
    return Fault("virus", "含有病毒特征，没有接收。用杀毒软件检查这台电脑后，重新制作文件。")


def bomb() -> Fault:
    return Fault("bomb", "解压后过大或大小不实，不予接收。重新导出文件后上传。")


def of_container(error: UnreadableWorkbook) -> Fault:
    """Say what the reader of a container found in the words for any file."""
    told = {"bomb": bomb, "encrypted": encrypted, "macros": macros}
    return told.get(error.code, broken)()


EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The string by which every virus scanner can be tried, in two parts so that none of them takes this file."""

PROGRAMS = (
    *("exe", "com", "scr", "pif", "msi", "dll", "sys", "cpl", "bat", "cmd", "ps1", "vbs", "vbe", "js", "jse"),
    *("wsf", "wsh", "hta", "lnk", "jar", "reg", "sh", "apk", "docm", "xlsm", "pptm", "xlsb", "dotm", "xltm"),
)
"""Endings that a click would run."""


def is_program(head: bytes, name: str = "") -> bool:
    """Whether content or name is that of a program or a script."""
    ending = name.rpartition(".")[2].casefold() if "." in name else ""
    return head.startswith((b"MZ", b"\x7fELF", b"#!")) or ending in PROGRAMS
