from django.urls import path

from .views import organizations as orgs
from .views import people

app_name = "organizations"
urlpatterns = [
    path("organizations/", orgs.OrganizationList.as_view(), name="organizations"),
    path("organizations/create/", orgs.OrganizationCreate.as_view(), name="organization-create"),
    path("organizations/<number:pk>/", orgs.OrganizationDetail.as_view(), name="organization"),
    path("organizations/<number:pk>/edit/", orgs.OrganizationEdit.as_view(), name="organization-edit"),
    path("organizations/<number:pk>/close/", orgs.OrganizationClose.as_view(), name="organization-close"),
    path("organizations/<number:pk>/reopen/", orgs.OrganizationReopen.as_view(), name="organization-reopen"),
    path("people/", people.PersonList.as_view(), name="people"),
    path("people/create/", people.PersonCreate.as_view(), name="person-create"),
    path("people/<number:pk>/", people.PersonDetail.as_view(), name="person"),
    path("people/<number:pk>/edit/", people.PersonEdit.as_view(), name="person-edit"),
    path("people/<number:pk>/password/", people.PersonPassword.as_view(), name="person-password"),
    path("people/<number:pk>/active/", people.PersonActive.as_view(), name="person-active"),
    path("people/<number:pk>/roles/<number:assignment>/end/", people.RoleEnd.as_view(), name="role-end"),
]
