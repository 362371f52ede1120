"""What a department owes a street hangs on the powers it gave; when one ends, that is judged anew at once."""

from __future__ import annotations

from collections.abc import Sequence

from empowerment.models import Empowerment
from empowerment.powers.steps import ends_changed
from secondment.services import coverage
from secondment.services.duties import settle


@ends_changed.fill
def follow_ends(rows: Sequence[Empowerment]) -> None:
    """Bring gaps (P11) and quarters of training (P14) to what the departments of these powers owe now."""
    coverage.refresh(rows[0].district_id, {(row.organization_id, row.street_id) for row in rows})
    settle(rows[0].district, {row.organization_id for row in rows})
