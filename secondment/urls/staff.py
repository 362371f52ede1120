from __future__ import annotations

from django.urls import URLPattern, path

from secondment.exemptions.page import PAGES as EXEMPTIONS
from secondment.exemptions.page import ExemptionList, register
from secondment.replacements import page as replacements
from secondment.terms import page as terms
from secondment.views import coverage, identity, staff

urlpatterns: list[URLPattern] = [
    path("staff/export/", staff.secondment_export, name="secondments-export"),
    *terms.PAGES.urls(
        "staff",
        staff.SecondmentList,
        own={"": terms.secondment},
        create=("register", staff.secondment_create),
        membership=("<number:pk>/membership", terms.membership),
        person=("<number:pk>/person", terms.person),
    ),
    path("staff/<number:pk>/replace/", replacements.create, name="replacement-create"),
    path("people/<number:pk>/identity/", identity.identity, name="identity"),
    path("coverage/", coverage.coverage_matrix, name="coverage"),
    path("coverage/<number:organization>/<number:street>/", coverage.post_page, name="post"),
    *EXEMPTIONS.urls("exemptions", ExemptionList, create=("register", register)),
    *replacements.PAGES.urls("replacements", replacements.ReplacementList, own={"edit": replacements.edit}),
]
