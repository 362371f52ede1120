from __future__ import annotations

from django.urls import URLPattern, path

from empowerment.views import claims

urlpatterns: list[URLPattern] = [
    path("claims/", claims.ClaimList.as_view(), name="claims"),
    path("claims/streets/<int:street>/", claims.ClaimDesk.as_view(), name="claim-desk"),
    path("claims/streets/<int:street>/decide/", claims.claim_decide, name="claim-decide"),
    path("claims/streets/<int:street>/submit/", claims.claim_submit, name="claim-submit"),
    path("claims/streets/<int:street>/<int:pk>/reopen/", claims.claim_reopen, name="claim-reopen"),
]
