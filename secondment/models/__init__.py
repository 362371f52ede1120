from .exemption import Exemption
from .people import Person, Secondment
from .replacement import Replacement

__all__ = ["Exemption", "Person", "Replacement", "Secondment"]
