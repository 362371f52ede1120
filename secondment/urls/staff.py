from __future__ import annotations

from django.urls import URLPattern, path

from secondment.views import coverage, exemptions, replacements, service_steps, staff

urlpatterns: list[URLPattern] = [
    path("staff/", staff.ServiceList.as_view(), name="services"),
    path("staff/register/", staff.service_create, name="service-create"),
    path("staff/export/", staff.service_export, name="services-export"),
    path("staff/<int:pk>/", staff.service, name="service"),
    *(
        path(f"staff/<int:pk>/{step}/", service_steps.service_step, {"step": step}, name=f"service-{step}")
        for step in service_steps.STEPS
    ),
    path("staff/<int:pk>/replace/", replacements.replacement_create, name="replacement-create"),
    path("coverage/", coverage.coverage_matrix, name="coverage"),
    path("coverage/<int:organization>/<int:street>/", coverage.post_page, name="post"),
    path("exemptions/", exemptions.ExemptionList.as_view(), name="exemptions"),
    path("exemptions/register/", exemptions.exemption_create, name="exemption-create"),
    path("exemptions/<int:pk>/", exemptions.exemption, name="exemption"),
    *(
        path(
            f"exemptions/<int:pk>/{step}/",
            exemptions.exemption_step,
            {"step": step},
            name=f"exemption-{step}",
        )
        for step in exemptions.STEPS
    ),
    path("replacements/", replacements.ReplacementList.as_view(), name="replacements"),
    path("replacements/<int:pk>/", replacements.replacement, name="replacement"),
    path("replacements/<int:pk>/edit/", replacements.replacement_edit, name="replacement-edit"),
    *(
        path(
            f"replacements/<int:pk>/{step}/",
            replacements.replacement_step,
            {"step": step},
            name=f"replacement-{step}",
        )
        for step in replacements.STEPS
    ),
]
