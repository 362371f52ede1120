from __future__ import annotations

from django.db import models
from django.db.models import Q

from empowerment.choices import Change, Legality, Source
from xianan.core import clock
from xianan.documents.models import Document
from xianan.organizations.models import District, Organization, User


class ItemType(models.Model):
    """A type of power: the seven of the document, 其他行政权力, and what 区委编办 adds (P08)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="item_types", verbose_name="行政区")
    name = models.CharField("名称", max_length=20)
    synonyms = models.JSONField("同义词", default=list, blank=True, help_text="表格中视同本类型的写法")
    named_by_policy = models.BooleanField("文件列明", default=False)
    display_order = models.PositiveIntegerField("排序", default=100)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "事项类型"
        ordering = ("display_order", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("district", "name"),
                name="item_type_once",
                violation_error_message="已有同名的事项类型。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Content(models.Model):
    """What is said about a power, shared by the item and each proposal to list or change it."""

    name = models.CharField("事项名称", max_length=300)
    type = models.ForeignKey(ItemType, models.PROTECT, related_name="+", verbose_name="事项类型")
    basis = models.TextField("设定依据", max_length=2000, blank=True)
    duties = models.TextField("职责边界", max_length=1000, blank=True)
    source = models.CharField("权力来源层级", max_length=10, choices=Source.choices, blank=True)
    municipal_department = models.CharField("市直部门", max_length=60, blank=True)
    office = models.CharField("承办机构", max_length=60, blank=True)
    remarks = models.CharField("备注", max_length=500, blank=True)
    # Digests of the folded texts: what makes two rows the same item (name and basis, or name alone).
    name_key = models.CharField(max_length=32, editable=False, db_index=True)
    content_key = models.CharField(max_length=32, editable=False)

    class Meta:
        abstract = True


OPEN_MARKS = (Legality.PENDING.value, Legality.REVISE.value)
CONTENT_FIELDS = ("name", "type", "basis", "duties", "source", "municipal_department", "office", "remarks")


class Item(Content):
    """A power on the list, with the content last passed by the district government."""

    district = models.ForeignKey(District, models.PROTECT, related_name="items", verbose_name="行政区")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="items", verbose_name="赋权部门"
    )
    number = models.PositiveIntegerField("编号")
    is_listed = models.BooleanField("在清单上", default=True)
    legality = models.CharField("合法性复核", max_length=10, choices=Legality.choices, default=Legality.NONE)
    legality_note = models.TextField("复核说明", max_length=500, blank=True)
    legality_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="复核人"
    )
    legality_at = models.DateTimeField("复核时间", null=True, blank=True)
    created_at = models.DateTimeField("列入时间", default=clock.now)

    class Meta:
        verbose_name = "赋权事项"
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=("district", "number"), name="item_number_once"),
            models.UniqueConstraint(
                fields=("organization", "content_key"),
                condition=Q(is_listed=True),
                name="item_listed_once",
                violation_error_message="清单上已有本部门名称、依据相同的事项。",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(basis=""),
                name="item_has_name_and_basis",
                violation_error_message="事项名称和设定依据不能为空。",
            ),
            models.CheckConstraint(
                condition=Q(legality__in=(Legality.NONE, Legality.PENDING), legality_note="")
                & Q(legality_by=None, legality_at=None)
                | Q(legality__in=(Legality.REVISE, Legality.PASSED), legality_by__isnull=False)
                & Q(legality_at__isnull=False)
                & ~Q(legality_note=""),
                name="item_legality_has_note",
                violation_error_message="合法性复核结论须有说明、复核人和时间。",
            ),
        ]
        indexes = [
            models.Index(fields=("district", "is_listed", "number"), name="item_list_page"),
            models.Index(fields=("organization", "number"), name="item_by_department"),
            models.Index(fields=("district", "name_key"), name="item_name_key"),
            # The saved views above the list are counted over these alone.
            models.Index(fields=("district", "source"), condition=Q(is_listed=True), name="item_source"),
            models.Index(
                fields=("district",),
                condition=Q(is_listed=True, legality__in=("pending", "revise")),
                name="item_legality",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_marked(self) -> bool:
        """Whether the standing mark is on: to be looked at, or found in need of a change."""
        return self.legality in OPEN_MARKS

    @property
    def code(self) -> str:
        """The number as people read it: 0017."""
        return f"{self.number:04d}"


class ItemList(models.Model):
    """One frozen, numbered version of the list of powers (P02)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="item_lists", verbose_name="行政区")
    number = models.PositiveIntegerField("版次")
    title = models.CharField("标题", max_length=120)
    meeting = models.OneToOneField(
        "empowerment.Meeting", models.PROTECT, related_name="item_list", verbose_name="审议会议"
    )
    published_on = models.DateField("公布日期")
    added = models.PositiveIntegerField("新增", default=0)
    changed = models.PositiveIntegerField("变更", default=0)
    total = models.PositiveIntegerField("事项数", default=0)
    document = models.OneToOneField(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件"
    )
    created_at = models.DateTimeField("生成时间", default=clock.now)

    class Meta:
        verbose_name = "事项清单版本"
        ordering = ("-number",)
        constraints = [
            models.UniqueConstraint(fields=("district", "number"), name="item_list_number_once"),
        ]

    def __str__(self) -> str:
        return f"第{self.number}版事项清单"


class ListStamp(models.Model):
    """A word that changes whenever the list or a submitted claim of the district does.

    Figures counted over the whole list are kept under it and counted again when it is another.
    """

    district = models.OneToOneField(District, models.CASCADE, primary_key=True, related_name="+")
    value = models.CharField(max_length=32)

    class Meta:
        verbose_name = "清单变动标记"

    def __str__(self) -> str:
        return self.value


class ListEntry(models.Model):
    """One item as it stood in one version; never changes."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    item_list = models.ForeignKey(ItemList, models.PROTECT, related_name="entries", verbose_name="清单版本")
    item = models.ForeignKey(Item, models.PROTECT, related_name="entries", verbose_name="事项")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="赋权部门")
    change = models.CharField("变动", max_length=10, choices=Change.choices)
    number = models.PositiveIntegerField("编号")
    name = models.CharField("事项名称", max_length=300)
    type_name = models.CharField("事项类型", max_length=20)
    basis = models.TextField("设定依据")
    duties = models.TextField("职责边界", blank=True)
    source = models.CharField("权力来源层级", max_length=10, choices=Source.choices, blank=True)
    municipal_department = models.CharField("市直部门", max_length=60, blank=True)
    department_name = models.CharField("赋权部门名称", max_length=60)

    class Meta:
        verbose_name = "清单条目"
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=("item_list", "item"), name="list_entry_once")]

    def __str__(self) -> str:
        return self.name
