from __future__ import annotations

from django.urls import URLPattern, path

from empowerment.views import agreements, powers

urlpatterns: list[URLPattern] = [
    path("agreements/", agreements.AgreementList.as_view(), name="agreements"),
    path("agreements/prepare/", agreements.agreement_prepare, name="agreement-prepare"),
    path("agreements/send/", agreements.agreement_send, name="agreement-send"),
    path("agreements/<int:pk>/", agreements.agreement_page, name="agreement"),
    path("agreements/<int:pk>/sign/", agreements.agreement_sign, name="agreement-sign"),
    path("agreements/<int:pk>/refuse/", agreements.agreement_refuse, name="agreement-refuse"),
    path("agreements/<int:pk>/withdraw/", agreements.agreement_withdraw, name="agreement-withdraw"),
    path("powers/", powers.PowerList.as_view(), name="powers"),
    path("powers/review/", powers.powers_review, name="powers-review"),
    path("powers/confirm/", powers.powers_confirm, name="powers-confirm"),
    path("powers/<int:pk>/", powers.power, name="power"),
    path("powers/<int:pk>/review/", powers.power_review, name="power-review"),
    path("powers/<int:pk>/confirm/", powers.power_confirm, name="power-confirm"),
]
