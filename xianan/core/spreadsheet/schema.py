"""What a table is expected to have: fields with their labels and synonyms, and members of a group.

A schema is plain data. Nothing here knows what the fields mean.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕")
_TRIM = re.compile(r"[\s*※★●•:：。;；,，.·_\-—]+")
_ANY_BRACKET = re.compile(r"[()\[\]【】〔〕]")

#: How sure a header is of its field: its own label, a synonym, a word that also means other things, a pattern.
LABEL, SYNONYM, WEAK, PATTERN = 100, 90, 40, 30


def words(text: str) -> tuple[str, ...]:
    """The words of a text: a long list of synonyms in few lines."""
    return tuple(text.split())


def plain_header(text: str) -> str:
    """Header text without blanks, line breaks, marks and what stands in brackets (（打√）, （必填）)."""
    text = unicodedata.normalize("NFKC", text)
    bare = _TRIM.sub("", _BRACKETS.sub("", text))
    return bare or _TRIM.sub("", _ANY_BRACKET.sub("", text))


def open_header(text: str) -> str:
    """Header text without blanks, line breaks and marks, but with the words in brackets."""
    return _TRIM.sub("", _ANY_BRACKET.sub("", unicodedata.normalize("NFKC", text)))


@dataclass(frozen=True)
class Field:
    """A column that may be there.

    `weak` words mean this field only if nothing better does and the column's values fit; `patterns` are
    regular expressions over the plain header; `fits` says whether a value looks like one of this field
    and decides between columns that compete. `parts` are the columns among which a field may be divided: what
    each part is called in the field's text, and a regular expression over the plain header.
    """

    key: str
    label: str
    synonyms: Sequence[str] = ()
    weak: Sequence[str] = ()
    patterns: Sequence[str] = ()
    required: bool = False
    separate: bool = False
    serial: bool = False
    fits: Callable[[str], bool] | None = None
    parts: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Members:
    """Columns that stand side by side, one for each member (a street), perhaps under a common header.

    `names` gives the words for each member; `groups` the words of the common header; `noise` the words
    that may stand beside a member's name in its header.
    """

    label: str
    names: Mapping[str, Sequence[str]]
    groups: Sequence[str] = ()
    noise: Sequence[str] = ()
    all_words: Sequence[str] = ()


@dataclass(frozen=True)
class Schema:
    """Fields and members of one kind of table, with the lookups that finding a header needs."""

    fields: Sequence[Field]
    members: Members | None = None
    #: Names of sheets that explain the table and are read only when there is nothing else.
    side_sheets: Sequence[str] = ("说明", "示例", "样例", "样表", "范例", "封面", "字典", "选项")
    #: Words of group headers that only hold fields together.
    group_words: Sequence[str] = (
        "基本信息",
        "事项信息",
        "基本情况",
        "事项基本信息",
        "承接情况",
        "赋权情况",
        "承接意向",
    )
    _words: dict[str, list[tuple[str, int]]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    _group_keys: set[str] = field(default_factory=set, init=False, compare=False, repr=False)
    _member_words: dict[str, str] = field(default_factory=dict, init=False, compare=False, repr=False)
    _seen: dict[str, list[tuple[str, int]]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def __post_init__(self) -> None:
        for item in self.fields:
            self._add(item.label, item.key, LABEL)
            for word in item.synonyms:
                self._add(word, item.key, SYNONYM)
            for word in item.weak:
                self._add(word, item.key, WEAK)
        if self.members:
            self._group_keys.update(plain_header(word) for word in self.members.groups)
            for name, words in self.members.names.items():
                for word in (name, *words):
                    self._member_words[open_header(word)] = name

    def _add(self, word: str, key: str, strength: int) -> None:
        self._words.setdefault(plain_header(word), []).append((key, strength))

    def field(self, key: str) -> Field:
        return next(item for item in self.fields if item.key == key)

    def candidates(self, header: str) -> list[tuple[str, int]]:
        """Fields that a header may mean, each with how sure it is."""
        plain = plain_header(header)
        if plain in self._seen:
            return self._seen[plain]
        found = dict[str, int]()
        if plain and len(plain) <= 40:
            for part in (plain, *re.split(r"[/、|]|或者|或", plain)):
                for key, strength in self._words.get(part, ()):
                    found[key] = max(found.get(key, 0), strength if part == plain else strength - 10)
            if not found and len(plain) <= 24:
                for item in self.fields:
                    if any(re.search(pattern, plain) for pattern in item.patterns):
                        found[item.key] = PATTERN
        self._seen[plain] = list(found.items())
        return self._seen[plain]

    def part(self, path: Sequence[str]) -> tuple[str, str] | None:
        """The field and the part of it that header lines name: 街道职责, or 街道 below 职责分工."""
        plain = plain_header(path[-1])
        for item in self.fields:
            if not item.parts or not plain or len(plain) > 24:
                continue
            texts = [plain]
            if len(path) > 1 and any(key == item.key for key, _ in self.candidates(path[0])):
                texts.append(plain + plain_header(item.label))
            for name, pattern in item.parts:
                if any(re.fullmatch(pattern, text) for text in texts):
                    return item.key, name
        return None

    def knows(self, text: str) -> bool:
        """Whether a text is, word for word, a header of this kind of table."""
        return len(text) <= 24 and plain_header(text) in self._words

    def member(self, header: str) -> str | None:
        """The member a header names, if it says nothing else."""
        if not self.members:
            return None
        text = open_header(header)
        if not text or len(text) > 40:
            return None
        if text in self._member_words:
            return self._member_words[text]
        held = [word for word in self._member_words if word in text]
        if not held:
            return None
        word = max(held, key=len)
        if len({self._member_words[other] for other in held if other not in word}) > 0:
            return None
        rest = text.replace(word, "", 1)
        for noise in sorted(self.members.noise, key=len, reverse=True):
            rest = rest.replace(noise, "")
        return self._member_words[word] if not rest else None

    def is_group(self, header: str) -> bool:
        """True of the common header over the members, which alone may also head a column that lists them."""
        return plain_header(header) in self._group_keys
