from django.urls import path

from ..views import arrange, cycles

urlpatterns = [
    path("assessment/", cycles.CycleList.as_view(), name="cycles"),
    path("assessment/new/", cycles.cycle_create, name="cycle-create"),
    path("assessment/<int:pk>/", cycles.cycle_page, name="cycle"),
    path("assessment/<int:pk>/change/", cycles.cycle_change, name="cycle-change"),
    path("assessment/<int:pk>/delete/", cycles.cycle_delete, name="cycle-delete"),
    path("assessment/<int:pk>/step/", cycles.cycle_step, name="cycle-step"),
    path("assessment/<int:pk>/read/", cycles.cycle_read, name="cycle-read"),
    path("assessment/<int:pk>/chase/", cycles.cycle_chase, name="cycle-chase"),
    path("assessment/<int:pk>/arrange/", arrange.arrange_page, name="cycle-arrange"),
    path("assessment/<int:pk>/streets/", arrange.cycle_streets, name="cycle-streets"),
    path("assessment/<int:pk>/phases/", arrange.cycle_phases, name="cycle-phases"),
    path("assessment/<int:pk>/leading/new/", arrange.leader_create, name="leader-create"),
    path("assessment/<int:pk>/leading/<int:leader>/delete/", arrange.leader_delete, name="leader-delete"),
    path("assessment/<int:pk>/team/new/", arrange.members_add, name="members-add"),
    path("assessment/<int:pk>/team/<int:member>/", arrange.member_assign, name="member-assign"),
    path("assessment/<int:pk>/team/<int:member>/delete/", arrange.member_delete, name="member-delete"),
    path("assessment/<int:pk>/groups/<int:group>/", arrange.group_assign, name="group-assign"),
]
