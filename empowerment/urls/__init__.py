"""Addresses of the app, one file a noun; all under the namespace ``empowerment``."""

from empowerment.claims import page as claims

from . import agreements, filings, items

app_name = "empowerment"
urlpatterns = [
    *filings.urlpatterns,
    *items.urlpatterns,
    *claims.urlpatterns,
    *agreements.urlpatterns,
]
