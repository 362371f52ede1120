"""The numbers in an address: ``<number:pk>`` takes what a key can be; anything else is a page that isn't there."""

from typing import Any

from django.urls import register_converter
from django.urls.converters import IntConverter

from xianan.core.outside import whole


class NumberConverter(IntConverter):
    """Django's ``int`` with an end: 2**63 and more never reach a query."""

    def to_python(self, value: Any) -> int:
        number = whole(value)
        if number is None:
            raise ValueError("beyond 64 bits")
        return number


register_converter(NumberConverter, "number")
