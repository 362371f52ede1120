"""The kinds of workbooks; each app registers its own from its ``imports.py``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import models
from django.urls import reverse

from xianan.core.spreadsheet import Table
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import Scope

from .report import Report

if TYPE_CHECKING:
    from .models import Upload

O = TypeVar("O", bound=models.Model)  # noqa: E741


@dataclass(frozen=True, slots=True)
class Result:
    """A line of the card that tells what an import did."""

    text: str
    count: int
    detail: str = ""


class ImportKind(Generic[O]):
    """One sort of workbook that belongs to one sort of row, its owner.

    A subclass says what the table looks like, what it is checked against and how its rows are written;
    uploading, keeping, showing and confirming are the room's. Its one instance keeps no state.
    """

    key: str
    """In the address and in the log: KEY.uploaded, KEY.imported."""
    owner_model: type[O]
    label: str
    """What the workbook is called; its template's file name too."""
    target: str
    """Where its rows go: 导入 12 行到下沉人员名册."""
    template_name: str = ""
    """What the template is called on buttons; the label and 模板 if empty."""
    noun: str = "数据"
    unit: str = "行"
    at_once: int = 2000
    """More rows than this are imported by the worker, with a progress bar."""
    view: str = ""
    right: str = ""
    """Codenames: 404 without the first, 403 without the second."""
    right_label: str = ""
    """The right in words, for the refusal."""
    compared: tuple[str, ...] = ()
    """What a check is held against, in words; the target if empty."""
    next_step: str = ""
    """A fourth step over the page, what follows the import."""
    after: str = ""
    """The button after an import; 回到 and the target if empty."""
    shown: tuple[str, ...] = ()
    """Fields that name a line on the page of results, at most three."""
    always: tuple[str, ...] = ()
    """Fields that the excerpt of the sheet always has; ``shown`` if empty."""
    widths: Mapping[str, str] = {}
    """Columns of the excerpt that are narrow or middle."""
    private: frozenset[str] = frozenset()
    """Fields with personal data: never stored or logged unmasked."""
    people: bool = False
    """Whether the workbook is about people even without such fields: deleted as soon as it isn't needed."""

    # ---- Who -------------------------------------------------------------------------------------------

    def organization_of(self, owner: O) -> Organization:
        """Return the organization whose right counts and for which the log is written."""
        if isinstance(owner, Organization):
            return owner
        organization = getattr(owner, "organization", None)
        assert isinstance(organization, Organization)
        return organization

    def fetch(self, scope: Scope, pk: int, *, change: bool = False) -> O:
        """Return an owner the person may see. Http404 outside; NotAllowed with ``change`` without the right."""
        field = "pk" if issubclass(self.owner_model, Organization) else "organization"
        owner = scope.fetch(self.owner_model._default_manager.all(), pk, self.view, field)
        if change:
            self.require(owner, scope)
        return owner

    def require(self, owner: O, scope: Scope) -> None:
        """Raise NotAllowed unless the person has the right to import for this owner."""
        label = self.right_label or f"导入{self.label}"
        scope.require(self.right, self.organization_of(owner), label=label)

    def refuse(self, owner: O, scope: Scope) -> None:
        """Raise DomainError unless the person may import into the owner as it is now."""
        self.require(owner, scope)

    # ---- What ------------------------------------------------------------------------------------------

    def read(self, data: bytes, filename: str, owner: O) -> Table:
        """Return the table in a workbook. Raises UnreadableWorkbook."""
        raise NotImplementedError

    def check(self, table: Table, owner: O) -> Report:
        """Check every row; writes nothing."""
        raise NotImplementedError

    def base(self, owner: O) -> str:
        """Return a digest, up to 64 characters, of everything a check compares with."""
        raise NotImplementedError

    def apply(self, owner: O, report: Report, *, actor: User) -> dict[str, Any]:
        """Write the lines of a report without errors, inside the caller's transaction, with the owner locked.

        Returns what became of them as plain JSON: new, changed, unchanged, and what ``results`` tells.
        """
        raise NotImplementedError

    def template(self, owner: O) -> bytes:
        """Return the workbook to fill in."""
        raise NotImplementedError

    # ---- Where and in which words ----------------------------------------------------------------------

    def page(self, owner: O) -> str:
        """Return the address of the owner's own page."""
        raise NotImplementedError

    def crumbs(self, owner: O) -> Sequence[tuple[str, str]]:
        """Return the way to the pages of the import."""
        return ((self.target, self.page(owner)),)

    def address(self, name: str, owner: O, upload: Upload | None = None) -> str:
        """Return the address of upload, template, check, confirm or again."""
        keys = [self.key, owner.pk] if upload is None else [self.key, owner.pk, upload.pk]
        return reverse(f"imports:{name}", args=keys)

    def labels(self, owner: O) -> Mapping[str, str]:
        """Return the labels of the fields."""
        raise NotImplementedError

    def private_fields(self, owner: O) -> frozenset[str]:
        """Return the fields with personal data."""
        return self.private

    def holds_people(self, owner: O) -> bool:
        """Whether a workbook of this kind is deleted once imported or replaced."""
        return self.people or bool(self.private_fields(owner))

    def show_values(self, owner: O) -> Callable[[str, Any], str]:
        """Return what writes the value of a field as the page of results does."""
        return lambda name, value: "" if value is None else str(value)

    def unchanged_note(self, owner: O) -> str:
        """Return what stands below the number of unchanged rows."""
        return f"与{self.words('或')}中的一致"

    def line_note(self, line: Mapping[str, Any]) -> str:
        """Return what is said of a line without differences."""
        return ""

    def results(self, owner: O, done: Mapping[str, Any]) -> Sequence[Result]:
        """Return what the card after an import tells."""
        return (
            Result(f"新写入{self.target}", done["new"]),
            Result(f"修改{self.target}中已有的{self.noun}", done["changed"]),
            Result(f"{self.target}中已有且无变化", done["unchanged"]),
        )

    @property
    def template_label(self) -> str:
        """What the template is called on buttons."""
        return self.template_name or f"{self.label}模板"

    def words(self, joint: str) -> str:
        """Return what a check is held against: 申报和清单."""
        return joint.join(self.compared or (self.target,))


K = TypeVar("K", bound="ImportKind[Any]")

_kinds: dict[str, ImportKind[Any]] = {}


def register(kind: type[K]) -> type[K]:
    """Add a kind; used as a decorator. Raises ValueError when the key is taken by another."""
    known = _kinds.get(kind.key)
    if known is not None and type(known).__qualname__ != kind.__qualname__:
        raise ValueError(f"import kind {kind.key} is registered twice")
    _kinds[kind.key] = kind()
    return kind


def kind_of(key: str) -> ImportKind[Any]:
    """Return a registered kind. Raises KeyError."""
    return _kinds[key]
