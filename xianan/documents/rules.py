"""Numbers, codes and names of documents: pure rules."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata

from cryptography.hazmat.primitives import hashes

# Crockford's alphabet: no I, L, O, U, so that a code survives being read out and typed in again.
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12
SEALED = ".sealed"
"""How the name of an encrypted file ends."""
PREFIX_RULE = "只写汉字或字母，不超过 12 字，年份、括号、顺序号由平台加上，如 某督办。"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_NOT_IN_FILE_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


def new_code() -> str:
    """Return a fresh verification code of 12 characters (60 random bits)."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def show_code(code: str) -> str:
    """Return the code in groups of four, as it is printed: XA7K-42QD-9F3M."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def normalise_code(text: str) -> str:
    """Return what a person typed as a code, or "" when it can't be one.

    Case, full-width forms, spaces and dashes don't matter; O reads as 0, I and L as 1.
    """
    folded = unicodedata.normalize("NFKC", text).upper().translate(_READ_AS)
    kept = "".join(sign for sign in folded if sign.isalnum())
    if len(kept) != CODE_LENGTH or any(sign not in CODE_ALPHABET for sign in kept):
        return ""
    return kept


def number_text(prefix: str, year: int, number: int, *, width: int = 3) -> str:
    """Return the number of a document: number_text("咸赋权确", 2026, 1) is 咸赋权确〔2026〕第001号."""
    return f"{prefix}〔{year}〕第{number:0{width}d}号"


def clean_prefix(text: str) -> str:
    """Return the characters before the year of a number (文号代字). Raises ValueError with a Chinese sentence."""
    if not re.fullmatch(r"[\u3400-\u9fffA-Za-z]{1,12}", text):
        raise ValueError(f"文号代字“{text}”有误。{PREFIX_RULE}")
    return text


def safe_name(text: str, *, fallback: str = "文件") -> str:
    """Return ``text`` as one component of a path that every file system takes, at most 80 characters."""
    name = _NOT_IN_FILE_NAMES.sub("_", unicodedata.normalize("NFC", text)).strip(" .")
    return name[:80] or fallback


def sha256(data: bytes) -> str:
    """Return the SHA-256 digest in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def sm3(data: bytes) -> str:
    """Return the SM3 digest (GB/T 32905) in lower-case hexadecimal."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize().hex()
