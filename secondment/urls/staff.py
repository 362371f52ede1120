from __future__ import annotations

from django.urls import URLPattern, path

from secondment.views import coverage, exemptions, identity, replacements, secondment_steps, staff

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
    path("staff/<number:pk>/replace/", replacements.replacement_create, name="replacement-create"),
    path("people/<number:pk>/identity/", identity.identity, name="identity"),
    path("coverage/", coverage.coverage_matrix, name="coverage"),
    path("coverage/<number:organization>/<number:street>/", coverage.post_page, name="post"),
    path("exemptions/", exemptions.ExemptionList.as_view(), name="exemptions"),
    path("exemptions/register/", exemptions.exemption_create, name="exemption-create"),
    path("exemptions/<number:pk>/", exemptions.exemption, name="exemption"),
    *(
        path(
            f"exemptions/<number:pk>/{step}/",
            exemptions.exemption_step,
            {"step": step},
            name=f"exemption-{step}",
        )
        for step in exemptions.STEPS
    ),
    path("replacements/", replacements.ReplacementList.as_view(), name="replacements"),
    path("replacements/<number:pk>/", replacements.replacement, name="replacement"),
    path("replacements/<number:pk>/edit/", replacements.replacement_edit, name="replacement-edit"),
    *(
        path(
            f"replacements/<number:pk>/{step}/",
            replacements.replacement_step,
            {"step": step},
            name=f"replacement-{step}",
        )
        for step in replacements.STEPS
    ),
]
