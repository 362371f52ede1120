from __future__ import annotations

from django.urls import URLPattern, path

from empowerment.views import agreements, powers

urlpatterns: list[URLPattern] = [
    path("agreements/", agreements.AgreementList.as_view(), name="agreements"),
    path("agreements/prepare/", agreements.agreement_prepare, name="agreement-prepare"),
    path("agreements/send/", agreements.agreement_send, name="agreement-send"),
    path("agreements/<number:pk>/", agreements.agreement_page, name="agreement"),
    path("agreements/<number:pk>/sign/", agreements.agreement_sign, name="agreement-sign"),
    path("agreements/<number:pk>/refuse/", agreements.agreement_refuse, name="agreement-refuse"),
    path("agreements/<number:pk>/withdraw/", agreements.agreement_withdraw, name="agreement-withdraw"),
    path("powers/", powers.PowerList.as_view(), name="powers"),
    path("powers/review/", powers.powers_review, name="powers-review"),
    path("powers/confirm/", powers.powers_confirm, name="powers-confirm"),
    path("powers/<number:pk>/", powers.power, name="power"),
    path("powers/<number:pk>/review/", powers.power_review, name="power-review"),
    path("powers/<number:pk>/confirm/", powers.power_confirm, name="power-confirm"),
    path("powers/<number:pk>/end/", powers.power_end, name="power-end"),
    path("powers/<number:pk>/end/correct/", powers.power_correct_end, name="power-correct-end"),
]
