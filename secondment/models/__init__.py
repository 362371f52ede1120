from .exemption import Exemption
from .people import Person, Secondment
from .post import Post
from .replacement import Replacement

__all__ = ["Exemption", "Person", "Post", "Replacement", "Secondment"]
