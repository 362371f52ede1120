"""Addresses of the app, one file a noun; all under the namespace ``empowerment``."""

from empowerment.agreements import page as agreements
from empowerment.claims import page as claims
from empowerment.powers import page as powers

from . import filings, items

app_name = "empowerment"
urlpatterns = [
    *filings.urlpatterns,
    *items.urlpatterns,
    *claims.urlpatterns,
    *agreements.urlpatterns,
    *powers.urlpatterns,
]
