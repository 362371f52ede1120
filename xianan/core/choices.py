"""Enumerations whose members carry a value, a Chinese label and a tone.

    class FilingState(ToneChoices):
        DRAFT = "draft", "草稿", "grey"
        RETURNED = "returned", "已退回", "red"

The tone is the colour family of badge and state dot. It is part of the enumeration, never of a
template, so one value looks the same wherever it is shown.
"""

import enum
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.enums import ChoicesType

TONES = ("blue", "green", "amber", "red", "grey")
DEFAULT_TONE = "grey"

# A model field keeps only the pairs of its enumeration; this finds the way back to the tones.
_by_choices: dict[tuple[tuple[str, str], ...], Any] = {}


class ToneChoicesType(ChoicesType):
    """Takes the tone off each member's tuple and leaves the pair that Django's choices know."""

    def __new__(metacls, name: str, bases: tuple[type, ...], classdict: Any, **kwargs: Any) -> Any:
        tones: list[str] = []
        for key in classdict._member_names:
            member = classdict[key]
            tone = DEFAULT_TONE
            if isinstance(member, tuple) and len(member) == 3:
                *pair, tone = member
                # The enum's own dictionary refuses a second assignment of a member.
                dict.__setitem__(classdict, key, tuple(pair))
            if tone not in TONES:
                raise ValueError(f"{name}.{key}: tone {tone!r} is none of {', '.join(TONES)}")
            tones.append(tone)
        cls = super().__new__(metacls, name, bases, classdict, **kwargs)
        members: list[Any] = list(cls.__members__.values())
        for item, tone in zip(members, tones, strict=True):
            item._tone_ = tone
        if members:
            _by_choices.setdefault(tuple((value, str(label)) for value, label in cls.choices), cls)
        return cls


class _Tone:
    """The one property that tone choices have beside Django's."""

    @enum.property
    def tone(self) -> str:
        return str(getattr(self, "_tone_", DEFAULT_TONE))


if TYPE_CHECKING:
    # The stubs give TextChoices a private metaclass that no class outside them can inherit from.
    class ToneChoices(_Tone, models.TextChoices):
        """Text choices with `.value`, `.label` and `.tone` (blue, green, amber, red or grey)."""
else:

    class ToneChoices(_Tone, models.TextChoices, metaclass=ToneChoicesType):
        """Text choices with `.value`, `.label` and `.tone` (blue, green, amber, red or grey)."""


def member_of(instance: models.Model, field_name: str) -> "ToneChoices | None":
    """Return the member that the field of `instance` holds, or None for an empty or foreign value.

    Rows read from the database carry the plain value, and the field only its pairs of value and
    label, so the enumeration is found by these pairs.
    """
    field = instance._meta.get_field(field_name)
    enumeration = _by_choices.get(tuple(getattr(field, "choices", None) or ()))
    value = getattr(instance, field_name)
    if enumeration is None or value not in enumeration.values:
        return None
    member: ToneChoices = enumeration(value)
    return member
