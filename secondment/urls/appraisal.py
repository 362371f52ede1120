from __future__ import annotations

from django.urls import URLPattern, path

from secondment.schemes import page as schemes
from secondment.sides import page as sides
from secondment.views import appraisal_close, appraisals, personal_files
from secondment.views import appraisal_forms as forms

SIDES = "appraisal-forms/<number:above>/sides"

urlpatterns: list[URLPattern] = [
    path("appraisals/", appraisals.RoundList.as_view(), name="appraisal-rounds"),
    path("appraisals/start/", appraisals.round_start, name="appraisal-start"),
    path("appraisals/<number:pk>/", appraisals.RoundPage.as_view(), name="appraisal-round"),
    path("appraisals/<number:pk>/add/", appraisals.round_add, name="appraisal-add"),
    path("appraisals/<number:pk>/progress/", appraisals.round_progress, name="appraisal-progress"),
    path("appraisals/<number:pk>/chase/", appraisals.round_chase, name="appraisal-chase"),
    path("appraisals/<number:pk>/sign/", appraisals.round_sign, name="appraisal-sign"),
    path("appraisals/<number:pk>/close/", appraisal_close.round_close, name="appraisal-close"),
    path("appraisals/<number:pk>/print/", appraisals.round_print, name="appraisal-print-all"),
    path("appraisals/<number:pk>/results/", appraisals.round_results, name="appraisal-results"),
    path("appraisal-forms/<number:pk>/", forms.appraisal, name="appraisal"),
    path(f"{SIDES}/<number:pk>/score/", forms.side_score, name="appraisal-score"),
    path(f"{SIDES}/<number:pk>/sign/", forms.side_sign, name="appraisal-sign-one"),
    *sides.PAGES.step_urls(SIDES, own={"submit": None, "sign-one": None}),
    path("appraisal-forms/<number:pk>/lower/", forms.appraisal_lower, name="appraisal-lower"),
    path("appraisal-forms/<number:pk>/correct/", forms.appraisal_correct, name="appraisal-correct"),
    path("appraisal-forms/<number:pk>/finish/", forms.appraisal_finish, name="appraisal-finish"),
    path("appraisal-forms/<number:pk>/print/", forms.appraisal_print, name="appraisal-print"),
    *schemes.urlpatterns,
    path("personal-files/", personal_files.FileList.as_view(), name="personal-files"),
    path("personal-files/<number:pk>/", personal_files.personal_file, name="personal-file"),
    path("personal-files/<number:pk>/print/", personal_files.file_print, name="personal-file-print"),
    path("personal-files/<number:pk>/opinions/ask/", personal_files.opinion_ask, name="opinion-ask"),
    path("personal-files/<number:pk>/opinions/new/", personal_files.opinion_create, name="opinion-create"),
    path("street-opinions/<number:pk>/", personal_files.opinion_give, name="opinion-give"),
]
