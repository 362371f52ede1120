from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import F, Q

from xianan.core import clock
from xianan.core.fields import EncryptedTextField
from xianan.organizations.choices import KeyKind
from xianan.organizations.person_keys import mask_key
from xianan.organizations.roles import ROLES

from .organization import District, Organization, active


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. Rights come from role assignments alone, never from is_superuser.

    ``person_index`` is what the accounts of one natural person share (see ``PersonKey``); "" until somebody
    has entered the key, and so long nothing is signed with the account.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="users", verbose_name="行政区")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="users", verbose_name="所在机构"
    )
    username = models.CharField(
        "账号",
        max_length=60,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "该账号已存在。"},
    )
    name = models.CharField("姓名", max_length=60)
    title = models.CharField("职务", max_length=60, blank=True)
    is_active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField("建立时间", default=clock.now, editable=False)
    person_index = models.CharField("人员标识索引", max_length=64, blank=True, editable=False)
    # Known to whoever opened the account or reset it: nothing is signed until the person has chosen another.
    password_is_initial = models.BooleanField("密码由他人设定", default=False, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    # Kept here by scope_of.
    _scope: object = None

    class Meta:
        verbose_name = "人员"
        ordering = ("organization__display_order", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("organization", "person_index"),
                condition=Q(is_active=True) & ~Q(person_index=""),
                name="user_person_once_in_organization",
                violation_error_message="该人员在本机构已有启用的账号。",
            ),
        ]
        indexes = [
            models.Index(fields=("person_index",), condition=~Q(person_index=""), name="user_person"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class PersonKey(models.Model):
    """The number by which a person is known, whichever account is used: encrypted, and never shown whole.

    Apart from ``User``, so that reading people decrypts nothing.
    """

    user = models.OneToOneField(
        User, models.CASCADE, primary_key=True, related_name="person_key", verbose_name="人员"
    )
    kind = models.CharField("人员标识种类", max_length=8, choices=KeyKind.choices)
    number = EncryptedTextField("人员标识")

    class Meta:
        verbose_name = "人员标识"

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.masked}"

    @property
    def masked(self) -> str:
        """The number as it may be shown."""
        return mask_key(self.kind, self.number)


class RoleAssignments(models.QuerySet["RoleAssignment"]):
    def living(self, on: dt.date | None = None) -> RoleAssignments:
        """Return those that give rights on a day (today): in their term, by an active account, of an
        organization that exists."""
        day = on or clock.today()
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day),
            active(day, "organization"),
            starts_on__lte=day,
            user__is_active=True,
        )


class RoleAssignment(models.Model):
    """Who holds which role in which organization, from when until when (both days inclusive).

    It gives rights on those of its days on which the organization exists.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    user = models.ForeignKey(User, models.CASCADE, related_name="assignments", verbose_name="人员")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="assignments", verbose_name="机构"
    )
    role = models.CharField(
        "角色", max_length=32, choices=[(role.key, role.label) for role in ROLES.values()]
    )
    starts_on = models.DateField("起始日期", default=clock.today)
    ends_on = models.DateField("截止日期", null=True, blank=True)

    objects = RoleAssignments.as_manager()

    class Meta:
        verbose_name = "角色分配"
        ordering = ("organization__display_order", "user_id", "role")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="role_assignment_period",
                violation_error_message="截止日期不能早于起始日期。",
            ),
            models.UniqueConstraint(
                fields=("user", "organization", "role", "starts_on"),
                name="role_assignment_once",
                violation_error_message="该人员已有同日起的同一角色。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"
