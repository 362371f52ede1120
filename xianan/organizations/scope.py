"""What a person may see and do, read in one query a request.

Lists filter by ``organization_id IN (…)``, objects are fetched through ``fetch`` (404 outside, 403
without the right), buttons ask ``can``. No other code asks for permissions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.db import models
from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.parties import Owned

from .models import DistrictUserPermission, Organization, OrganizationUserPermission, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from .models import District

M = TypeVar("M", bound=models.Model)


class Scope:
    """The rights of one person as they are today; a role begins and ends on its day without any job."""

    def __init__(self, user: User | AnonymousUser) -> None:
        self.user = user

    @cached_property
    def _grants(self) -> tuple[dict[str, set[int]], set[str]]:
        by_organization: dict[str, set[int]] = defaultdict(set)
        district: set[str] = set()
        if not self.user.is_authenticated or not self.user.is_active:
            return by_organization, district
        today = clock.today()
        now = Q(ends_on__isnull=True) | Q(ends_on__gte=today), Q(starts_on__lte=today, user_id=self.user.pk)
        organizations = OrganizationUserPermission.objects.filter(
            *now, content_object__district_id=self.user.district_id
        ).values_list(F("permission__codename"), F("content_object_id"), models.Value(0))
        districts = DistrictUserPermission.objects.filter(
            *now, content_object_id=self.user.district_id
        ).values_list(F("permission__codename"), F("content_object_id"), models.Value(1))
        for codename, key, whole_district in organizations.union(districts, all=True):
            if whole_district:
                district.add(codename)
            else:
                by_organization[codename].add(key)
        return by_organization, district

    @property
    def district(self) -> District:
        """The district of the person. Raises NotAllowed for somebody not signed in."""
        if not self.user.is_authenticated:
            raise NotAllowed("请先登录。")
        return self.user.district

    @property
    def district_id(self) -> int:
        return self.user.district_id if self.user.is_authenticated else 0

    @property
    def organization(self) -> Organization:
        """The organization the person belongs to."""
        if not self.user.is_authenticated:
            raise NotAllowed("请先登录。")
        return self.user.organization

    @property
    def person_id(self) -> int:
        """The id by which rows that name a person let them act: 0 for somebody without a role today.

        A place in a team, an indicator to score, a visit one has recorded give nothing by themselves.
        """
        organizations, district = self._grants
        return self.user.pk or 0 if organizations or district else 0

    def holds(self, codename: str) -> bool:
        """Whether the person has the right anywhere: for menus and pages of lists, never for an act."""
        organizations, district = self._grants
        return codename in district or bool(organizations.get(codename))

    def whole_district(self, codename: str) -> bool:
        """Whether the person has the right for the whole district."""
        return codename in self._grants[1]

    def organization_ids(self, codename: str) -> set[int]:
        """Return the organizations for which the right was given by name (not the district-wide ones)."""
        return self._grants[0].get(codename, set())

    def can(self, codename: str, row: Owned, owner: str = "") -> bool:
        """Whether the person has the right over ``row``: a district, an organization or a row of business.

        ``owner`` names the field of ``row`` with the organization that may hold the right ("street");
        without it only the district-wide right counts. Neither reaches a row of another district.
        """
        if not isinstance(getattr(row, "district_id", None), int):
            raise TypeError(f"can() asks about a row that has a district, not about {row!r}")
        if row.district_id != self.district_id:
            return False
        organizations, district = self._grants
        if codename in district:
            return True
        if owner:
            key = getattr(row, f"{owner}_id")
        else:
            key = row.pk if isinstance(row, Organization) else None
        return key in organizations.get(codename, set())

    def require(self, codename: str, row: Owned, owner: str = "", *, label: str = "") -> None:
        """Raise NotAllowed unless ``can``."""
        if not self.can(codename, row, owner):
            raise NotAllowed(f"您没有“{label}”的权限。" if label else "您没有办理此事的权限。")

    @cached_property
    def accounts(self) -> dict[int, User]:
        """All accounts of the natural person, this one among them: one query, none without a key."""
        user = self.user
        if not user.is_authenticated:
            return {}
        same = self.same_accounts() if user.person_index else ()
        return {user.pk: user, **{row.pk: row for row in same}}

    def same_accounts(self) -> QuerySet[User]:
        """Return ``accounts`` to be asked for inside of another query."""
        user = self.user
        if not user.is_authenticated:
            return User.objects.none()
        same = Q(pk=user.pk)
        return User.objects.filter(same | Q(person_index=user.person_index) if user.person_index else same)

    def same_person(self, accounts: Iterable[User | int | None], done: str, now: str) -> str:
        """Say why ``now`` is refused when one of these accounts is the same person's, else "".

        ``accounts`` (or their keys) acted for the other party of a thing, ``done`` says what they did there. This
        is the one place where accounts are compared; those without a person key are compared by themselves.
        """
        own = (self._as_own(one) for one in accounts if one)
        account = next((one for one in own if one is not None), None)
        if account is None:
            return ""
        assert account.is_authenticated
        who = f"同一自然人（{account.name}，账号“{account.username}”）"
        return f"{who}已{done}，不能再办理“{now}”，由其他人员办理。"

    def _as_own(self, one: User | int) -> User | AnonymousUser | None:
        """Return an account if it is the natural person's; one known by its key alone may cost the one query."""
        key = one.pk if isinstance(one, User) else one
        if key == self.user.pk:
            return self.user
        if not isinstance(one, User):
            return self.accounts.get(key)
        index = self.user.person_index if self.user.is_authenticated else ""
        return one if index and one.person_index == index else None

    def refuse_same_person(self, accounts: Iterable[User | int | None], done: str, now: str) -> None:
        """Raise DomainError("same_person") where ``same_person`` has something to say."""
        message = self.same_person(accounts, done, now)
        if message:
            raise DomainError("same_person", message)

    def filter(self, rows: QuerySet[M], codename: str, *fields: str) -> QuerySet[M]:
        """Return the rows that the right reaches: any of ``fields`` names the owning organization.

        The district is always part of the condition, so nobody reads across districts.
        """
        rows = rows.filter(district_id=self.district_id)
        if self.whole_district(codename):
            return rows
        ids = self.organization_ids(codename)
        condition = Q(pk__in=())
        for field in fields or ("organization",):
            condition |= Q(**{f"{field}__in": ids})
        return rows.filter(condition)

    def filter_any(self, rows: QuerySet[M], rights: Iterable[tuple[str, str]]) -> QuerySet[M]:
        """Return the rows that any of the (codename, field) pairs reaches."""
        rows = rows.filter(district_id=self.district_id)
        condition = Q(pk__in=())
        for codename, field in rights:
            if self.whole_district(codename):
                return rows
            condition |= Q(**{f"{field}__in": self.organization_ids(codename)})
        return rows.filter(condition)

    def fetch(self, rows: QuerySet[M], pk: Any, view: str, *fields: str, right: str = "") -> M:
        """Return the row with ``pk`` if ``view`` reaches it, else raise Http404.

        With ``right`` the person must hold that right for the row's first field too, else NotAllowed.
        """
        try:
            row = get_object_or_404(self.filter(rows, view, *fields), pk=pk)
        except (ValueError, OverflowError):
            raise Http404 from None
        if right:
            self.require(right, cast("Owned", row), (fields or ("organization",))[0])
        return row


def scope_of(user: User | AnonymousUser) -> Scope:
    """Return the scope of ``user``, read once as long as this instance lives."""
    kept: Scope | None = getattr(user, "_scope", None)
    if kept is None:
        kept = Scope(user)
        if user.is_authenticated:
            user._scope = kept
    return kept
