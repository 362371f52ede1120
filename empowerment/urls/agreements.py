from __future__ import annotations

from django.urls import URLPattern, path

from empowerment.agreements import page as agreements
from empowerment.views import powers

urlpatterns: list[URLPattern] = [
    *agreements.urlpatterns,
    path("powers/", powers.PowerList.as_view(), name="powers"),
    path("powers/review/", powers.powers_review, name="powers-review"),
    path("powers/confirm/", powers.powers_confirm, name="powers-confirm"),
    path("powers/<number:pk>/", powers.power, name="power"),
    path("powers/<number:pk>/review/", powers.power_review, name="power-review"),
    path("powers/<number:pk>/confirm/", powers.power_confirm, name="power-confirm"),
    path("powers/<number:pk>/end/", powers.power_end, name="power-end"),
    path("powers/<number:pk>/end/correct/", powers.power_correct_end, name="power-correct-end"),
]
