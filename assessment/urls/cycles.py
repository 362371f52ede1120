from django.urls import path

from ..cycles import page as cycles
from ..views import arrange

urlpatterns = [
    path("assessment/", cycles.CycleList.as_view(), name="cycles"),
    path("assessment/new/", cycles.cycle_create, name="cycle-create"),
    path("assessment/<number:pk>/", cycles.cycle_page, name="cycle"),
    path("assessment/<number:pk>/change/", cycles.cycle_change, name="cycle-change"),
    path("assessment/<number:pk>/delete/", cycles.cycle_delete, name="cycle-delete"),
    path("assessment/<number:pk>/step/", cycles.cycle_step, name="cycle-step"),
    path("assessment/<number:pk>/read/", cycles.cycle_read, name="cycle-read"),
    path("assessment/<number:pk>/none-due/<number:indicator>/", cycles.cycle_none_due, name="cycle-none-due"),
    path("assessment/<number:pk>/chase/", cycles.cycle_chase, name="cycle-chase"),
    path("assessment/<number:pk>/arrange/", arrange.arrange_page, name="cycle-arrange"),
    path("assessment/<number:pk>/streets/", arrange.cycle_streets, name="cycle-streets"),
    path("assessment/<number:pk>/phases/", arrange.cycle_phases, name="cycle-phases"),
    path("assessment/<number:pk>/leading/new/", arrange.leader_create, name="leader-create"),
    path(
        "assessment/<number:pk>/leading/<number:leader>/delete/", arrange.leader_delete, name="leader-delete"
    ),
    path("assessment/<number:pk>/team/new/", arrange.members_add, name="members-add"),
    path("assessment/<number:pk>/team/<number:member>/", arrange.member_assign, name="member-assign"),
    path("assessment/<number:pk>/team/<number:member>/delete/", arrange.member_delete, name="member-delete"),
    path("assessment/<number:pk>/groups/<number:group>/", arrange.group_assign, name="group-assign"),
]
