from __future__ import annotations

from django.urls import URLPattern, path

from secondment.exemptions.page import PAGES as EXEMPTIONS
from secondment.exemptions.page import ExemptionList, register
from secondment.replacements import page as replacements
from secondment.views import coverage, identity, secondment_steps, staff

urlpatterns: list[URLPattern] = [
    path("staff/", staff.SecondmentList.as_view(), name="secondments"),
    path("staff/register/", staff.secondment_create, name="secondment-create"),
    path("staff/export/", staff.secondment_export, name="secondments-export"),
    path("staff/<number:pk>/", staff.secondment, name="secondment"),
    *(
        path(
            f"staff/<number:pk>/{step}/",
            secondment_steps.secondment_step,
            {"step": step},
            name=f"secondment-{step}",
        )
        for step in secondment_steps.STEPS
    ),
    path("staff/<number:pk>/replace/", replacements.create, name="replacement-create"),
    path("people/<number:pk>/identity/", identity.identity, name="identity"),
    path("coverage/", coverage.coverage_matrix, name="coverage"),
    path("coverage/<number:organization>/<number:street>/", coverage.post_page, name="post"),
    *EXEMPTIONS.urls("exemptions", ExemptionList, create=("register", register)),
    *replacements.PAGES.urls("replacements", replacements.ReplacementList, own={"edit": replacements.edit}),
]
