"""For each address of the portal an attempt that would succeed.

``REQUESTS[name, method, case]``; the case is the words behind the address in docs/permissions.md. A new
address needs an entry here and a row there.
"""

from tests.permissions import (
    requests_after,
    requests_appraisal,
    requests_assessment,
    requests_empowerment,
    requests_platform,
    requests_results,
    requests_staff,
    requests_supervision,
    requests_training,
)
from tests.permissions.attempts import REQUESTS, At, Attempt

__all__ = [
    "REQUESTS",
    "At",
    "Attempt",
    "requests_after",
    "requests_appraisal",
    "requests_assessment",
    "requests_empowerment",
    "requests_platform",
    "requests_results",
    "requests_staff",
    "requests_supervision",
    "requests_training",
]
