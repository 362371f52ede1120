from __future__ import annotations

from django.urls import URLPattern, path

from empowerment.views import claims

urlpatterns: list[URLPattern] = [
    path("claims/", claims.ClaimList.as_view(), name="claims"),
    path("claims/streets/<number:street>/", claims.ClaimDesk.as_view(), name="claim-desk"),
    path("claims/streets/<number:street>/decide/", claims.claim_decide, name="claim-decide"),
    path("claims/streets/<number:street>/submit/", claims.claim_submit, name="claim-submit"),
    path("claims/streets/<number:street>/<number:pk>/reopen/", claims.claim_reopen, name="claim-reopen"),
]
