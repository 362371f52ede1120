import django.db.models.deletion
from django.conf import settings
from django.db import DatabaseError, migrations, models, transaction

import xianan.core.clock


def add_trigrams(apps, schema_editor):
    """Let PostgreSQL find a word inside names and bases by index.

    Where the extension may not be created the search reads the rows one by one: slower, not wrong.
    """
    if schema_editor.connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=schema_editor.connection.alias):
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            for name in ("name", "basis"):
                schema_editor.execute(
                    f"CREATE INDEX item_{name}_words ON empowerment_item USING gin ({name} gin_trgm_ops)"
                )
    except DatabaseError:
        pass


def drop_trigrams(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in ("name", "basis"):
            schema_editor.execute(f"DROP INDEX IF EXISTS item_{name}_words")


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("documents", "0001_initial"),
        ("organizations", "0001_initial"),
        ("policy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ItemType",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="item_types",
                        to="organizations.district",
                        verbose_name="行政区",
                    ),
                ),
                ("name", models.CharField(max_length=20, verbose_name="名称")),
                (
                    "synonyms",
                    models.JSONField(
                        blank=True, default=list, help_text="表格中视同本类型的写法", verbose_name="同义词"
                    ),
                ),
                ("named_by_policy", models.BooleanField(default=False, verbose_name="文件列明")),
                ("display_order", models.PositiveIntegerField(default=100, verbose_name="排序")),
                ("is_active", models.BooleanField(default=True, verbose_name="在用")),
            ],
            options={
                "verbose_name": "事项类型",
                "ordering": ("display_order", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("district", "name"),
                        name="item_type_once",
                        violation_error_message="已有同名的事项类型。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ListStamp",
            fields=[
                (
                    "district",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="organizations.district",
                    ),
                ),
                ("value", models.CharField(max_length=32)),
            ],
            options={
                "verbose_name": "清单变动标记",
            },
        ),
        migrations.CreateModel(
            name="Filing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.district",
                        verbose_name="行政区",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="filings",
                        to="organizations.organization",
                        verbose_name="赋权部门",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="标题")),
                ("feasibility", models.TextField(blank=True, max_length=2000, verbose_name="可行性说明")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "起草中"),
                            ("establishment", "区委编办审核"),
                            ("justice", "区司法局审核"),
                            ("deliberation", "待区政府审议"),
                            ("decided", "已办结"),
                        ],
                        default="draft",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="起草人",
                    ),
                ),
                ("created_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="起草时间")),
                (
                    "submitted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提交人",
                    ),
                ),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="提交时间")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="办结时间")),
            ],
            options={
                "verbose_name": "申报",
                "ordering": ("-id",),
                "indexes": [
                    models.Index(fields=["district", "state", "-id"], name="filing_by_state"),
                    models.Index(fields=["organization", "-id"], name="filing_by_department"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.district",
                        verbose_name="行政区",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="会议名称")),
                ("held_on", models.DateField(verbose_name="会议日期")),
                ("reference", models.CharField(blank=True, max_length=60, verbose_name="纪要文号")),
                ("note", models.TextField(blank=True, max_length=2000, verbose_name="议定事项")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="登记时间")),
            ],
            options={
                "verbose_name": "审议会议",
                "ordering": ("-held_on", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=300, verbose_name="事项名称")),
                (
                    "type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="empowerment.itemtype",
                        verbose_name="事项类型",
                    ),
                ),
                ("basis", models.TextField(blank=True, max_length=2000, verbose_name="设定依据")),
                ("duties", models.TextField(blank=True, max_length=1000, verbose_name="职责边界")),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        choices=[("guide", "省指导清单"), ("city", "市直下放"), ("district", "区直")],
                        max_length=10,
                        verbose_name="权力来源层级",
                    ),
                ),
                (
                    "municipal_department",
                    models.CharField(blank=True, max_length=60, verbose_name="市直部门"),
                ),
                ("office", models.CharField(blank=True, max_length=60, verbose_name="承办机构")),
                ("remarks", models.CharField(blank=True, max_length=500, verbose_name="备注")),
                ("name_key", models.CharField(db_index=True, editable=False, max_length=32)),
                ("content_key", models.CharField(editable=False, max_length=32)),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="organizations.district",
                        verbose_name="行政区",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="organizations.organization",
                        verbose_name="赋权部门",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="编号")),
                ("is_listed", models.BooleanField(default=True, verbose_name="在清单上")),
                (
                    "legality",
                    models.CharField(
                        choices=[
                            ("none", "不须复核"),
                            ("pending", "待合法性复核"),
                            ("revise", "合法性复核须修改"),
                            ("passed", "合法性复核通过"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="合法性复核",
                    ),
                ),
                ("legality_note", models.TextField(blank=True, max_length=500, verbose_name="复核说明")),
                (
                    "legality_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="复核人",
                    ),
                ),
                ("legality_at", models.DateTimeField(blank=True, null=True, verbose_name="复核时间")),
                ("created_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="列入时间")),
            ],
            options={
                "verbose_name": "赋权事项",
                "ordering": ("number",),
                "indexes": [
                    models.Index(fields=["district", "is_listed", "number"], name="item_list_page"),
                    models.Index(fields=["organization", "number"], name="item_by_department"),
                    models.Index(fields=["district", "name_key"], name="item_name_key"),
                    models.Index(
                        condition=models.Q(("is_listed", True)),
                        fields=["district", "source"],
                        name="item_source",
                    ),
                    models.Index(
                        condition=models.Q(("is_listed", True), ("legality__in", ("pending", "revise"))),
                        fields=["district"],
                        name="item_legality",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("district", "number"), name="item_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_listed", True)),
                        fields=("organization", "content_key"),
                        name="item_listed_once",
                        violation_error_message="清单上已有本部门名称、依据相同的事项。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), models.Q(("basis", ""), _negated=True)
                        ),
                        name="item_has_name_and_basis",
                        violation_error_message="事项名称和设定依据不能为空。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("legality__in", ("none", "pending")),
                                ("legality_note", ""),
                                ("legality_at", None),
                                ("legality_by", None),
                            ),
                            models.Q(
                                ("legality__in", ("revise", "passed")),
                                ("legality_by__isnull", False),
                                ("legality_at__isnull", False),
                                models.Q(("legality_note", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="item_legality_has_note",
                        violation_error_message="合法性复核结论须有说明、复核人和时间。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="item_lists",
                        to="organizations.district",
                        verbose_name="行政区",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="版次")),
                ("title", models.CharField(max_length=120, verbose_name="标题")),
                (
                    "meeting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="item_list",
                        to="empowerment.meeting",
                        verbose_name="审议会议",
                    ),
                ),
                ("published_on", models.DateField(verbose_name="公布日期")),
                ("added", models.PositiveIntegerField(default=0, verbose_name="新增")),
                ("changed", models.PositiveIntegerField(default=0, verbose_name="变更")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="事项数")),
                (
                    "document",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.document",
                        verbose_name="文件",
                    ),
                ),
                ("created_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="生成时间")),
            ],
            options={
                "verbose_name": "事项清单版本",
                "ordering": ("-number",),
                "constraints": [
                    models.UniqueConstraint(fields=("district", "number"), name="item_list_number_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ListEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.district",
                        verbose_name="行政区",
                    ),
                ),
                (
                    "item_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="empowerment.itemlist",
                        verbose_name="清单版本",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="empowerment.item",
                        verbose_name="事项",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="赋权部门",
                    ),
                ),
                (
                    "change",
                    models.CharField(
                        choices=[("added", "新增"), ("changed", "变更"), ("kept", "保留")],
                        max_length=10,
                        verbose_name="变动",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="编号")),
                ("name", models.CharField(max_length=300, verbose_name="事项名称")),
                ("type_name", models.CharField(max_length=20, verbose_name="事项类型")),
                ("basis", models.TextField(verbose_name="设定依据")),
                ("duties", models.TextField(blank=True, verbose_name="职责边界")),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        choices=[("guide", "省指导清单"), ("city", "市直下放"), ("district", "区直")],
                        max_length=10,
                        verbose_name="权力来源层级",
                    ),
                ),
                (
                    "municipal_department",
                    models.CharField(blank=True, max_length=60, verbose_name="市直部门"),
                ),
                ("department_name", models.CharField(max_length=60, verbose_name="赋权部门名称")),
            ],
            options={
                "verbose_name": "清单条目",
                "ordering": ("number",),
                "constraints": [
                    models.UniqueConstraint(fields=("item_list", "item"), name="list_entry_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.district",
                        verbose_name="行政区",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements_given",
                        to="organizations.organization",
                        verbose_name="甲方（赋权部门）",
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements_taken",
                        to="organizations.organization",
                        verbose_name="乙方（承接街道）",
                    ),
                ),
                ("number", models.CharField(max_length=60, verbose_name="文号")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sent", "待甲方签署"),
                            ("signed", "待乙方签署"),
                            ("effective", "已生效"),
                            ("refused", "已拒签"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="sent",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "item_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="empowerment.itemlist",
                        verbose_name="依据的清单版本",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="policy.policyversion",
                        verbose_name="依据的文件版本",
                    ),
                ),
                ("transition_months", models.PositiveSmallIntegerField(verbose_name="过渡期（月）")),
                ("copies", models.PositiveSmallIntegerField(verbose_name="份数")),
                ("line_count", models.PositiveIntegerField(verbose_name="事项数")),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.document",
                        verbose_name="文件",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发送人",
                    ),
                ),
                ("sent_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="发送时间")),
                ("sign_by", models.DateField(verbose_name="签署截止")),
                ("effective_on", models.DateField(blank=True, null=True, verbose_name="生效日期")),
                ("ended_reason", models.CharField(blank=True, max_length=500, verbose_name="拒签或撤回理由")),
            ],
            options={
                "verbose_name": "承接确认书",
                "ordering": ("-id",),
                "indexes": [
                    models.Index(fields=["organization", "state"], name="agreement_department"),
                    models.Index(fields=["street", "state"], name="agreement_street"),
                    models.Index(fields=["district", "-id"], name="agreement_district"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("district", "number"), name="agreement_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("organization", models.F("street")), _negated=True),
                        name="agreement_two_parties",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("effective_on__isnull", False), ("state", "effective")),
                            models.Q(
                                models.Q(("state", "effective"), _negated=True),
                                ("effective_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="agreement_effective_has_date",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FilingItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=300, verbose_name="事项名称")),
                (
                    "type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="empowerment.itemtype",
                        verbose_name="事项类型",
                    ),
                ),
                ("basis", models.TextField(blank=True, max_length=2000, verbose_name="设定依据")),
                ("duties", models.TextField(blank=True, max_length=1000, verbose_name="职责边界")),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        choices=[("guide", "省指导清单"), ("city", "市直下放"), ("district", "区直")],
                        max_length=10,
                        verbose_name="权力来源层级",
                    ),
                ),
                (
                    "municipal_department",
                    models.CharField(blank=True, max_length=60, verbose_name="市直部门"),
                ),
                ("office", models.CharField(blank=True, max_length=60, verbose_name="承办机构")),
                ("remarks", models.CharField(blank=True, max_length=500, verbose_name="备注")),
                ("name_key", models.CharField(db_index=True, editable=False, max_length=32)),
                ("content_key", models.CharField(editable=False, max_length=32)),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.district",
                        verbose_name="行政区",
                    ),
                ),
                (
                    "filing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="empowerment.filing",
                        verbose_name="申报",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="empowerment.item",
                        verbose_name="清单事项",
                    ),
                ),
                (
                    "previous",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resubmission",
                        to="empowerment.filingitem",
                        verbose_name="退回前",
                    ),
                ),
                ("position", models.PositiveIntegerField(verbose_name="序号")),
                (
                    "transition_months",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="过渡期（月）"),
                ),
                ("proposed_streets", models.JSONField(blank=True, default=list, verbose_name="拟承接街道")),
                ("decline_reason", models.CharField(blank=True, max_length=300, verbose_name="不认领原因")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "起草中"),
                            ("review", "审核中"),
                            ("returned", "已退回"),
                            ("deferred", "暂缓"),
                            ("passed", "已列入清单"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="填报人",
                    ),
                ),
            ],
            options={
                "verbose_name": "申报事项",
                "ordering": ("filing", "position", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("filing", "content_key"),
                        name="filing_item_once",
                        violation_error_message="本次申报已有名称、依据相同的事项。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="filing_item_has_name",
                        violation_error_message="事项名称不能为空。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"), models.Q(("basis", ""), _negated=True), _connector="OR"
                        ),
                        name="filing_item_basis_before_review",
                        violation_error_message="缺少设定依据的事项不能提交。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.district",
                        verbose_name="行政区",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="empowerment.item",
                        verbose_name="事项",
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="organizations.organization",
                        verbose_name="街道",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="empowerment.listentry",
                        verbose_name="清单条目",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待提交"), ("submitted", "已提交")],
                        default="open",
                        max_length=10,
                        verbose_name="办理状态",
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("pending", "未处理"),
                            ("claimed", "认领"),
                            ("declined", "不认领"),
                            ("deferred", "暂缓"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="认领意见",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                ("look_again_on", models.DateField(blank=True, null=True, verbose_name="再议日期")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="办理时间")),
                (
                    "submitted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="负责人",
                    ),
                ),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="提交时间")),
                ("opened_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="下达时间")),
            ],
            options={
                "verbose_name": "认领",
                "ordering": ("item__number", "street__display_order"),
                "indexes": [
                    models.Index(fields=["street", "state", "decision"], name="claim_desk"),
                    models.Index(fields=["district", "decision", "state"], name="claim_district"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("item", "street"), name="claim_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision", "declined"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="claim_declined_with_reason",
                        violation_error_message="不认领须填写理由。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision", "deferred"), _negated=True),
                            ("look_again_on__isnull", False),
                            _connector="OR",
                        ),
                        name="claim_deferred_with_date",
                        violation_error_message="暂缓须填写再议日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "submitted"), _negated=True),
                            models.Q(("decision", "pending"), _negated=True),
                            _connector="OR",
                        ),
                        name="claim_submitted_is_decided",
                        violation_error_message="未处理的事项不能提交。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Opinion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.district",
                        verbose_name="行政区",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="opinions",
                        to="empowerment.filingitem",
                        verbose_name="申报事项",
                    ),
                ),
                (
                    "desk",
                    models.CharField(
                        choices=[
                            ("establishment", "区委编办"),
                            ("justice", "区司法局"),
                            ("government", "区人民政府"),
                        ],
                        max_length=16,
                        verbose_name="审核单位",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[("pass", "通过"), ("return", "退回"), ("defer", "暂缓")],
                        max_length=8,
                        verbose_name="意见",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="empowerment.meeting",
                        verbose_name="会议",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审核人",
                    ),
                ),
                ("given_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="时间")),
            ],
            options={
                "verbose_name": "审核意见",
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(fields=("line", "desk"), name="opinion_once_a_desk"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verdict", "pass"), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="opinion_reason",
                        violation_error_message="退回或暂缓须填写理由。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgreementLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.district",
                        verbose_name="行政区",
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="empowerment.agreement",
                        verbose_name="承接确认书",
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="empowerment.claim",
                        verbose_name="认领",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreement_lines",
                        to="empowerment.item",
                        verbose_name="事项",
                    ),
                ),
                ("position", models.PositiveIntegerField(verbose_name="序号")),
                ("name", models.CharField(max_length=300, verbose_name="事项名称")),
                ("type_name", models.CharField(max_length=20, verbose_name="事项类型")),
                ("basis", models.TextField(verbose_name="设定依据")),
                ("duties", models.TextField(verbose_name="职责边界")),
                ("transition_months", models.PositiveSmallIntegerField(verbose_name="过渡期（月）")),
                (
                    "is_live",
                    models.BooleanField(
                        default=True, help_text="拒签或撤回后事项可另行发送", verbose_name="有效"
                    ),
                ),
            ],
            options={
                "verbose_name": "确认书事项",
                "ordering": ("position",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_live", True)),
                        fields=("claim",),
                        name="agreement_line_live_once",
                        violation_error_message="该事项已在另一份承接确认书中。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("type_name", ""), _negated=True),
                            models.Q(("basis", ""), _negated=True),
                            models.Q(("duties", ""), _negated=True),
                            ("transition_months__gte", 1),
                        ),
                        name="agreement_line_five_contents",
                        violation_error_message="承接确认书须载明名称、类型、设定依据、职责边界和过渡期。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Empowerment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.district",
                        verbose_name="行政区",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="empowerments",
                        to="empowerment.item",
                        verbose_name="事项",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="赋权部门",
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="empowerments",
                        to="organizations.organization",
                        verbose_name="街道",
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="empowerments",
                        to="empowerment.agreement",
                        verbose_name="承接确认书",
                    ),
                ),
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="empowerment",
                        to="empowerment.agreementline",
                        verbose_name="确认书事项",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("transition", "过渡期"), ("operating", "运行"), ("ended", "已终止")],
                        default="transition",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("effective_on", models.DateField(verbose_name="生效日期")),
                ("transition_until", models.DateField(verbose_name="过渡期至")),
                ("operating_on", models.DateField(blank=True, null=True, verbose_name="街道承担主体责任自")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
                    ),
                ),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="确认时间")),
            ],
            options={
                "verbose_name": "街道职权",
                "ordering": ("item__number", "street__display_order"),
                "indexes": [
                    models.Index(fields=["street", "state"], name="empowerment_street"),
                    models.Index(fields=["organization", "state"], name="empowerment_department"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "ended"), _negated=True),
                        fields=("item", "street"),
                        name="empowerment_in_force_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("transition_until__gt", models.F("effective_on"))),
                        name="empowerment_transition_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "operating"), _negated=True),
                            models.Q(
                                ("confirmed_at__isnull", False),
                                ("confirmed_by__isnull", False),
                                ("operating_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="empowerment_operating_confirmed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "transition"), _negated=True),
                            models.Q(("confirmed_at__isnull", True), ("operating_on__isnull", True)),
                            _connector="OR",
                        ),
                        name="empowerment_transition_unconfirmed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("operating_on__isnull", True),
                            ("operating_on__gt", models.F("transition_until")),
                            _connector="OR",
                        ),
                        name="empowerment_operating_after_transition",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TransitionReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.district",
                        verbose_name="行政区",
                    ),
                ),
                (
                    "empowerment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="empowerment.empowerment",
                        verbose_name="街道职权",
                    ),
                ),
                (
                    "party",
                    models.CharField(
                        choices=[("department", "赋权部门"), ("street", "承接街道")],
                        max_length=10,
                        verbose_name="评估方",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[("ready", "已具备"), ("not_ready", "未具备")],
                        max_length=10,
                        verbose_name="评估意见",
                    ),
                ),
                ("remarks", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="填报人",
                    ),
                ),
                ("given_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="填报时间")),
            ],
            options={
                "verbose_name": "过渡期满评估",
                "ordering": ("empowerment_id", "party"),
                "constraints": [
                    models.UniqueConstraint(fields=("empowerment", "party"), name="transition_review_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("verdict", "not_ready"), _negated=True),
                            models.Q(("remarks", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="transition_review_not_ready_says_why",
                        violation_error_message="未具备须写明原因。",
                    ),
                ],
            },
        ),
        migrations.RunPython(add_trigrams, drop_trigrams),
    ]
