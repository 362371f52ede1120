from __future__ import annotations

from django.urls import URLPattern, path

from secondment.views import appraisal_close, appraisals, personal_files, proposals, schemes
from secondment.views import appraisal_forms as forms

urlpatterns: list[URLPattern] = [
    path("appraisals/", appraisals.RoundList.as_view(), name="appraisal-rounds"),
    path("appraisals/start/", appraisals.round_start, name="appraisal-start"),
    path("appraisals/<int:pk>/", appraisals.RoundPage.as_view(), name="appraisal-round"),
    path("appraisals/<int:pk>/add/", appraisals.round_add, name="appraisal-add"),
    path("appraisals/<int:pk>/progress/", appraisals.round_progress, name="appraisal-progress"),
    path("appraisals/<int:pk>/chase/", appraisals.round_chase, name="appraisal-chase"),
    path("appraisals/<int:pk>/sign/", appraisals.round_sign, name="appraisal-sign"),
    path("appraisals/<int:pk>/close/", appraisal_close.round_close, name="appraisal-close"),
    path("appraisals/<int:pk>/print/", appraisals.round_print, name="appraisal-print-all"),
    path("appraisals/<int:pk>/results/", appraisals.round_results, name="appraisal-results"),
    path("appraisal-forms/<int:pk>/", forms.appraisal, name="appraisal"),
    path("appraisal-forms/<int:pk>/sides/<int:side>/score/", forms.side_score, name="appraisal-score"),
    path(
        "appraisal-forms/<int:pk>/sides/<int:side>/withdraw/", forms.side_withdraw, name="appraisal-withdraw"
    ),
    path("appraisal-forms/<int:pk>/sides/<int:side>/sign/", forms.side_sign, name="appraisal-sign-one"),
    path("appraisal-forms/<int:pk>/sides/<int:side>/return/", forms.side_return, name="appraisal-return"),
    path("appraisal-forms/<int:pk>/lower/", forms.appraisal_lower, name="appraisal-lower"),
    path("appraisal-forms/<int:pk>/correct/", forms.appraisal_correct, name="appraisal-correct"),
    path("appraisal-forms/<int:pk>/finish/", forms.appraisal_finish, name="appraisal-finish"),
    path("appraisal-forms/<int:pk>/print/", forms.appraisal_print, name="appraisal-print"),
    path("appraisal-schemes/", schemes.SchemeList.as_view(), name="schemes"),
    path("appraisal-schemes/new/", schemes.scheme_create, name="scheme-create"),
    path("appraisal-schemes/<int:pk>/", schemes.scheme, name="scheme"),
    path("appraisal-schemes/<int:pk>/heading/", schemes.scheme_change, name="scheme-change"),
    path("appraisal-schemes/<int:pk>/delete/", schemes.scheme_delete, name="scheme-delete"),
    path("appraisal-schemes/<int:pk>/consult/", schemes.scheme_consult, name="scheme-consult"),
    path("appraisal-schemes/<int:pk>/recall/", schemes.scheme_recall, name="scheme-recall"),
    path("appraisal-schemes/<int:pk>/enforce/", schemes.scheme_enforce, name="scheme-enforce"),
    path("appraisal-schemes/<int:pk>/comment/", schemes.scheme_comment, name="scheme-comment"),
    path("appraisal-schemes/<int:pk>/comments/<int:comment>/", schemes.comment_answer, name="scheme-answer"),
    path("appraisal-schemes/<int:pk>/items/new/", schemes.item_create, name="scheme-item-create"),
    path("appraisal-schemes/<int:pk>/items/<int:item>/", schemes.item_change, name="scheme-item"),
    path(
        "appraisal-schemes/<int:pk>/items/<int:item>/delete/", schemes.item_delete, name="scheme-item-delete"
    ),
    path("proposals/", proposals.ProposalList.as_view(), name="proposals"),
    path("proposals/new/", proposals.proposal_create, name="proposal-create"),
    path("proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path("proposals/<int:pk>/change/", proposals.proposal_change, name="proposal-change"),
    path("proposals/<int:pk>/delete/", proposals.proposal_delete, name="proposal-delete"),
    path("proposals/<int:pk>/send/", proposals.proposal_send, name="proposal-send"),
    path("proposals/<int:pk>/withdraw/", proposals.proposal_withdraw, name="proposal-withdraw"),
    path("proposals/<int:pk>/answers/<int:answer>/", proposals.proposal_answer, name="proposal-answer"),
    path("proposals/<int:pk>/print/", proposals.proposal_print, name="proposal-print"),
    path("personal-files/", personal_files.FileList.as_view(), name="personal-files"),
    path("personal-files/<int:pk>/", personal_files.personal_file, name="personal-file"),
    path("personal-files/<int:pk>/print/", personal_files.file_print, name="personal-file-print"),
    path("personal-files/<int:pk>/opinions/ask/", personal_files.opinion_ask, name="opinion-ask"),
    path("personal-files/<int:pk>/opinions/new/", personal_files.opinion_create, name="opinion-create"),
    path("street-opinions/<int:pk>/", personal_files.opinion_give, name="opinion-give"),
]
