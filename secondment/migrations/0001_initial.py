import datetime

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import xianan.core.clock
import xianan.core.fields
from xianan.core.exclusion import forbid_overlaps


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("documents", "0001_initial"),
        ("empowerment", "0001_initial"),
        ("organizations", "0001_initial"),
        ("policy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Person",
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
                        related_name="seconded_people",
                        to="organizations.organization",
                        verbose_name="派出部门",
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="姓名")),
                ("id_number", xianan.core.fields.EncryptedTextField(verbose_name="身份证号码")),
                ("id_index", models.CharField(editable=False, max_length=64, verbose_name="身份证号码索引")),
                ("born_on", models.DateField(verbose_name="出生日期")),
                (
                    "track",
                    models.CharField(
                        choices=[("civil", "公务员"), ("institution", "事业人员")],
                        max_length=12,
                        verbose_name="编制",
                    ),
                ),
                ("post", models.CharField(blank=True, max_length=60, verbose_name="职务")),
                ("specialty", models.CharField(blank=True, max_length=60, verbose_name="专业领域")),
                ("certificate_number", models.CharField(blank=True, max_length=40, verbose_name="执法证号")),
                ("certificate_until", models.DateField(blank=True, null=True, verbose_name="执法证有效期至")),
                (
                    "membership",
                    models.CharField(
                        choices=[
                            ("party", "党组织关系"),
                            ("league", "团组织关系"),
                            ("none", "无党（团）组织关系"),
                        ],
                        default="none",
                        max_length=8,
                        verbose_name="组织关系",
                    ),
                ),
            ],
            options={
                "verbose_name": "下沉人员",
                "ordering": ("organization__display_order", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("district", "id_index"),
                        name="person_once",
                        violation_error_message="该身份证号码已登记过。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("certificate_number", ""), ("certificate_until__isnull", True)),
                            models.Q(
                                models.Q(("certificate_number", ""), _negated=True),
                                ("certificate_until__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="person_certificate_has_end",
                        violation_error_message="执法证号和有效期须一并填写。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AppraisalScheme",
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
                ("version", models.PositiveSmallIntegerField(verbose_name="版次")),
                ("title", models.CharField(max_length=80, verbose_name="标题")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "起草中"),
                            ("consulting", "征求意见"),
                            ("in_force", "现行"),
                            ("superseded", "已被替代"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="制定单位",
                    ),
                ),
                ("comments_by", models.DateField(blank=True, null=True, verbose_name="意见反馈截止")),
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
                ("consulted_at", models.DateTimeField(blank=True, null=True, verbose_name="征求意见时间")),
                ("in_force_on", models.DateField(blank=True, null=True, verbose_name="施行日期")),
                ("superseded_on", models.DateField(blank=True, null=True, verbose_name="被替代日期")),
            ],
            options={
                "verbose_name": "考核细则",
                "ordering": ("-version",),
                "constraints": [
                    models.UniqueConstraint(fields=("district", "version"), name="scheme_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "in_force")),
                        fields=("district",),
                        name="scheme_in_force_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("in_force_on__isnull", True), ("state__in", ("draft", "consulting"))),
                            models.Q(
                                ("in_force_on__isnull", False), ("state__in", ("in_force", "superseded"))
                            ),
                            _connector="OR",
                        ),
                        name="scheme_in_force_has_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Exchange",
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
                    "kind",
                    models.CharField(
                        choices=[("upward", "上派学习"), ("guidance", "下挂指导")],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "已登记"), ("reported", "已报总结"), ("cancelled", "已取消")],
                        default="planned",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exchanges_of_department",
                        to="organizations.organization",
                        verbose_name="部门",
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exchanges_of_street",
                        to="organizations.organization",
                        verbose_name="街道",
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="姓名")),
                ("post", models.CharField(blank=True, max_length=60, verbose_name="职务")),
                (
                    "mentor",
                    models.CharField(
                        help_text="上派学习填部门带教人，下挂指导填街道对接人",
                        max_length=60,
                        verbose_name="带教人或对接人",
                    ),
                ),
                ("plan", models.TextField(max_length=2000, verbose_name="学习或指导计划")),
                ("starts_on", models.DateField(verbose_name="起始日期")),
                ("ends_on", models.DateField(verbose_name="结束日期")),
                ("by_liaison", models.BooleanField(default=False, verbose_name="通过街道大工委联系制度安排")),
                (
                    "liaison_contact",
                    models.CharField(
                        blank=True,
                        help_text="通过街道大工委联系制度安排的填写",
                        max_length=60,
                        verbose_name="大工委联系人",
                    ),
                ),
                ("report_by", models.DateField(verbose_name="总结截止")),
                ("confirmed_on", models.DateField(blank=True, null=True, verbose_name="到岗日期")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="到岗确认人",
                    ),
                ),
                ("report", models.TextField(blank=True, max_length=4000, verbose_name="总结")),
                ("reported_on", models.DateField(blank=True, null=True, verbose_name="总结日期")),
                (
                    "reported_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="总结填报人",
                    ),
                ),
                ("evaluation", models.CharField(blank=True, max_length=500, verbose_name="接收单位评价")),
                ("evaluated_on", models.DateField(blank=True, null=True, verbose_name="评价日期")),
                (
                    "evaluated_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="评价人",
                    ),
                ),
                ("cancelled_reason", models.CharField(blank=True, max_length=300, verbose_name="取消原因")),
                (
                    "registered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "registered_at",
                    models.DateTimeField(default=xianan.core.clock.now, verbose_name="登记时间"),
                ),
            ],
            options={
                "verbose_name": "上派下挂",
                "ordering": ("-starts_on", "-id"),
                "indexes": [
                    models.Index(fields=["department", "state"], name="exchange_department"),
                    models.Index(fields=["street", "state"], name="exchange_street"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="exchange_period",
                        violation_error_message="结束日期不能早于起始日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("reported_on__isnull", False),
                                ("state", "reported"),
                                models.Q(("report", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "reported"), _negated=True),
                                ("report", ""),
                                ("reported_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="exchange_reported_has_report",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "cancelled"), _negated=True),
                            models.Q(("cancelled_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="exchange_cancelled_says_why",
                        violation_error_message="取消须写明原因。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by_liaison", True), models.Q(("liaison_contact", ""), _negated=True)),
                            models.Q(("by_liaison", False), ("liaison_contact", "")),
                            _connector="OR",
                        ),
                        name="exchange_liaison_has_contact",
                        violation_error_message="通过大工委联系制度安排的须写明联系人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_by__isnull", True), ("confirmed_on__isnull", True)),
                            models.Q(("confirmed_by__isnull", False), ("confirmed_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="exchange_confirmed_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("evaluated_on__isnull", True), ("evaluation", "")),
                            models.Q(
                                ("evaluated_on__isnull", False), models.Q(("evaluation", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="exchange_evaluation_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Exemption",
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
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="赋权部门",
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="街道",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("stationed", "派驻机构豁免"), ("principle", "“原则上”之外的例外")],
                        max_length=12,
                        verbose_name="种类",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "待编办确认"),
                            ("confirmed", "已确认"),
                            ("refused", "未予确认"),
                            ("withdrawn", "已撤回"),
                            ("ended", "已终止"),
                        ],
                        default="submitted",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                (
                    "agency",
                    models.CharField(
                        blank=True,
                        help_text="派驻机构豁免须填，如“某某市场监管所”",
                        max_length=60,
                        verbose_name="派驻机构",
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        blank=True,
                        help_text="派驻机构豁免须填，写明文件名称和文号",
                        max_length=120,
                        verbose_name="设立文件",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        help_text="“原则上”之外的例外须填，报区委编办同意",
                        max_length=500,
                        verbose_name="理由",
                    ),
                ),
                (
                    "starts_on",
                    models.DateField(help_text="早于今日的，是否追溯由区委编办决定", verbose_name="起始日期"),
                ),
                (
                    "ends_on",
                    models.DateField(
                        blank=True, help_text="长期有效的不填", null=True, verbose_name="截止日期"
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "submitted_at",
                    models.DateTimeField(default=xianan.core.clock.now, verbose_name="登记时间"),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="编办经办人",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="编办决定时间")),
                ("decision_note", models.CharField(blank=True, max_length=300, verbose_name="编办意见")),
            ],
            options={
                "verbose_name": "下沉豁免",
                "ordering": ("organization__display_order", "street__display_order", "-starts_on", "id"),
                "indexes": [models.Index(fields=["district", "state"], name="exemption_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "stationed"),
                                models.Q(("agency", ""), _negated=True),
                                models.Q(("reference", ""), _negated=True),
                            ),
                            models.Q(
                                ("kind", "principle"), models.Q(("reason", ""), _negated=True), ("agency", "")
                            ),
                            _connector="OR",
                        ),
                        name="exemption_has_ground",
                        violation_error_message="派驻机构须写明机构和设立文件，例外须写明理由。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="exemption_period",
                        violation_error_message="截止日期不能早于起始日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("submitted", "withdrawn")),
                            ("decided_at__isnull", False),
                            _connector="OR",
                        ),
                        name="exemption_decided_by_office",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "submitted")),
                        fields=("organization", "street"),
                        name="exemption_asked_once",
                        violation_error_message="对该街道已有一项豁免待区委编办确认。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Post",
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
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="赋权部门",
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="街道",
                    ),
                ),
                ("gap_since", models.DateField(blank=True, null=True, verbose_name="缺员起始日期")),
                ("missing", models.PositiveSmallIntegerField(default=0, verbose_name="缺员人数")),
            ],
            options={
                "verbose_name": "下沉岗位",
                "ordering": ("organization__display_order", "street__display_order", "id"),
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "street"), name="post_once"),
                    models.CheckConstraint(
                        condition=models.Q(("organization", models.F("street")), _negated=True),
                        name="post_two_sides",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("gap_since__isnull", True), ("missing", 0)),
                            models.Q(("gap_since__isnull", False), ("missing__gte", 1)),
                            _connector="OR",
                        ),
                        name="post_gap_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrainingPlan",
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
                        related_name="training_plans",
                        to="organizations.organization",
                        verbose_name="赋权部门",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "制定中"), ("submitted", "已提交")],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                (
                    "due_on",
                    models.DateField(
                        blank=True,
                        help_text="本年度没有培训任务的部门留空",
                        null=True,
                        verbose_name="提交截止",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="制定人",
                    ),
                ),
                ("created_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="设立时间")),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提交人",
                    ),
                ),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="提交时间")),
                ("submitted_on", models.DateField(blank=True, null=True, verbose_name="提交日期")),
            ],
            options={
                "verbose_name": "培训计划",
                "ordering": ("-year", "organization__display_order", "id"),
                "indexes": [models.Index(fields=["district", "year", "state"], name="training_plan_year")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "year"),
                        name="training_plan_once",
                        violation_error_message="该年度的培训计划已有。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "draft"),
                                ("submitted_by__isnull", True),
                                ("submitted_on__isnull", True),
                            ),
                            models.Q(
                                ("state", "submitted"),
                                ("submitted_by__isnull", False),
                                ("submitted_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="training_plan_submitted_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuarterDuty",
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
                        related_name="quarter_duties",
                        to="organizations.organization",
                        verbose_name="赋权部门",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("quarter", models.PositiveSmallIntegerField(verbose_name="季度")),
                ("opened_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="设立时间")),
            ],
            options={
                "verbose_name": "季度培训任务",
                "ordering": ("year", "quarter", "organization__display_order"),
                "indexes": [models.Index(fields=["district", "year", "quarter"], name="quarter_duty_year")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "year", "quarter"), name="quarter_duty_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quarter__gte", 1), ("quarter__lte", 4)),
                        name="quarter_duty_of_four",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Secondment",
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="secondments",
                        to="secondment.person",
                        verbose_name="下沉人员",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="secondments_given",
                        to="organizations.organization",
                        verbose_name="派出部门",
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="secondments_taken",
                        to="organizations.organization",
                        verbose_name="下沉街道",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("approval", "待编办同意"),
                            ("refused", "编办未同意"),
                            ("registered", "待确认到岗"),
                            ("serving", "在岗"),
                            ("ended", "已结束"),
                            ("cancelled", "已撤销"),
                        ],
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="下沉之日")),
                ("planned_until", models.DateField(verbose_name="期满之日")),
                (
                    "funding",
                    models.CharField(
                        choices=[
                            ("department", "派出部门预算"),
                            ("street", "街道承担"),
                            ("other", "其他来源"),
                        ],
                        default="department",
                        max_length=12,
                        verbose_name="经费来源",
                    ),
                ),
                ("post", models.CharField(blank=True, max_length=60, verbose_name="下沉岗位")),
                ("arrived_on", models.DateField(blank=True, null=True, verbose_name="到岗日期")),
                (
                    "arrival_confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="到岗确认人",
                    ),
                ),
                (
                    "arrival_confirmed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="到岗确认时间"),
                ),
                ("membership_on", models.DateField(blank=True, null=True, verbose_name="组织关系转入日期")),
                (
                    "over_age_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="超过年龄仍下沉的理由"),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="编办经办人",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="编办决定时间")),
                ("decision_note", models.CharField(blank=True, max_length=300, verbose_name="编办意见")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="最后一日")),
                (
                    "end_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("expired", "期满返回"),
                            ("early", "提前结束"),
                            ("transfer", "调整到其他街道"),
                            ("replaced", "应街道要求替换"),
                        ],
                        max_length=12,
                        verbose_name="结束方式",
                    ),
                ),
                ("end_reason", models.CharField(blank=True, max_length=300, verbose_name="结束理由")),
                (
                    "continues",
                    models.OneToOneField(
                        blank=True,
                        help_text="从另一街道调整而来，任期连续计算",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="continued_by",
                        to="secondment.secondment",
                        verbose_name="接续的下沉",
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "registered_at",
                    models.DateTimeField(default=xianan.core.clock.now, verbose_name="登记时间"),
                ),
            ],
            options={
                "verbose_name": "下沉",
                "ordering": ("organization__display_order", "street__display_order", "-starts_on", "id"),
                "indexes": [
                    models.Index(fields=["organization", "state"], name="secondment_department"),
                    models.Index(fields=["street", "state"], name="secondment_street"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("planned_until__gt", models.F("starts_on"))),
                        name="secondment_period",
                        violation_error_message="期满之日须晚于下沉之日。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("funding", "department")),
                        name="secondment_paid_by_department",
                        violation_error_message="下沉人员经费由派出部门预算足额保障，不得增加街道负担。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("serving", "ended")),
                            models.Q(("arrival_confirmed_at__isnull", True), ("arrived_on__isnull", True)),
                            _connector="OR",
                        ),
                        name="secondment_arrival_makes_serving",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "serving"), _negated=True),
                            models.Q(("arrival_confirmed_by__isnull", False), ("arrived_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="secondment_serving_has_arrived",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "ended"),
                                ("ended_on__isnull", False),
                                models.Q(("end_kind", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "ended"), _negated=True),
                                ("end_kind", ""),
                                ("ended_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="secondment_end_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_kind__in", ("", "expired")),
                            models.Q(("end_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="secondment_early_end_says_why",
                        violation_error_message="提前结束须写明理由。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on__isnull", True),
                            ("ended_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="secondment_ends_after_start",
                        violation_error_message="最后一日不能早于下沉之日。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SchemeItem",
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
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="secondment.appraisalscheme",
                        verbose_name="考核细则",
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("street", "街道"), ("department", "派出部门")],
                        max_length=12,
                        verbose_name="评分方",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("name", models.CharField(max_length=60, verbose_name="评分项目")),
                ("standard", models.CharField(max_length=400, verbose_name="评分标准")),
                ("points", models.PositiveIntegerField(verbose_name="分值（百分之一分）")),
            ],
            options={
                "verbose_name": "评分项目",
                "ordering": ("scheme_id", "-side", "position", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scheme", "side", "name"),
                        name="scheme_item_once",
                        violation_error_message="该评分方已有同名的评分项目。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("points__gte", 1), ("points__lte", 10000)),
                        name="scheme_item_points",
                        violation_error_message="分值须大于 0，不超过 100 分。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SchemeComment",
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
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="secondment.appraisalscheme",
                        verbose_name="考核细则",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="单位",
                    ),
                ),
                ("text", models.CharField(max_length=600, verbose_name="意见")),
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
                (
                    "state",
                    models.CharField(
                        choices=[("open", "未答复"), ("adopted", "采纳"), ("declined", "未采纳")],
                        default="open",
                        max_length=12,
                        verbose_name="答复",
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=300, verbose_name="答复说明")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答复人",
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
            ],
            options={
                "verbose_name": "对细则的意见",
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "declined"), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="scheme_comment_declined_says_why",
                        violation_error_message="未采纳须说明理由。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("state", "open")),
                            models.Q(
                                models.Q(("state", "open"), _negated=True), ("answered_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="scheme_comment_answered_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AppraisalRound",
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
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="secondment.appraisalscheme",
                        verbose_name="考核细则",
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
                ("street_share", models.PositiveSmallIntegerField(verbose_name="街道占比（%）")),
                ("department_share", models.PositiveSmallIntegerField(verbose_name="派出部门占比（%）")),
                ("excellent_from", models.PositiveIntegerField(verbose_name="优秀不低于（百分之一分）")),
                (
                    "competent_from",
                    models.PositiveIntegerField(verbose_name="称职（合格）不低于（百分之一分）"),
                ),
                (
                    "basic_from",
                    models.PositiveIntegerField(verbose_name="基本称职（基本合格）不低于（百分之一分）"),
                ),
                ("excellent_share", models.PositiveSmallIntegerField(verbose_name="优秀等次比例不超过（%）")),
                ("due_on", models.DateField(verbose_name="评分截止")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "进行中"), ("closed", "已办结")],
                        default="open",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="启动人",
                    ),
                ),
                ("started_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="启动时间")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办结人",
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
            ],
            options={
                "verbose_name": "年度考核",
                "ordering": ("-year",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("district", "year"),
                        name="appraisal_round_once",
                        violation_error_message="该年度的考核已经启动。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "street_share",
                                django.db.models.expressions.CombinedExpression(
                                    models.Value(100), "-", models.F("department_share")
                                ),
                            )
                        ),
                        name="appraisal_round_shares_total",
                        violation_error_message="街道和派出部门的占比之和须为 100%。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("basic_from__lt", models.F("competent_from")),
                            ("competent_from__lt", models.F("excellent_from")),
                        ),
                        name="appraisal_round_thresholds_rise",
                        violation_error_message="各等次的分数线须由低到高。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("state", "open")),
                            models.Q(("closed_at__isnull", False), ("state", "closed")),
                            _connector="OR",
                        ),
                        name="appraisal_round_closed_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StreetOpinion",
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="street_opinions",
                        to="secondment.person",
                        verbose_name="下沉人员",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="派出部门",
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="街道",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "待街道出具"), ("given", "已出具")],
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="征求意见人",
                    ),
                ),
                (
                    "asking",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="征求意见单位",
                    ),
                ),
                ("purpose", models.CharField(blank=True, max_length=200, verbose_name="征求意见事由")),
                ("asked_at", models.DateTimeField(blank=True, null=True, verbose_name="征求意见时间")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="出具截止")),
                ("text", models.TextField(blank=True, max_length=2000, verbose_name="意见")),
                (
                    "given_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="出具人",
                    ),
                ),
                ("given_at", models.DateTimeField(blank=True, null=True, verbose_name="出具时间")),
            ],
            options={
                "verbose_name": "街道意见",
                "ordering": ("-id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("asked_at__isnull", False),
                                ("due_on__isnull", False),
                                ("given_at__isnull", True),
                                ("state", "asked"),
                            ),
                            models.Q(
                                ("given_at__isnull", False),
                                ("given_by__isnull", False),
                                ("state", "given"),
                                models.Q(("text", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="street_opinion_is_whole",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "asked")),
                        fields=("person", "street"),
                        name="street_opinion_asked_once",
                        violation_error_message="已向该街道征求意见，尚未出具。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FilePrint",
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="file_prints",
                        to="secondment.person",
                        verbose_name="下沉人员",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="印制单位",
                    ),
                ),
                (
                    "printed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="印制人",
                    ),
                ),
                ("printed_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="印制时间")),
                ("purpose", models.CharField(max_length=200, verbose_name="用途")),
                ("with_identity", models.BooleanField(default=False, verbose_name="含完整个人身份信息")),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.document",
                        verbose_name="文件",
                    ),
                ),
            ],
            options={
                "verbose_name": "档案印制",
                "ordering": ("-id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("purpose", ""), _negated=True),
                        name="file_print_has_purpose",
                        violation_error_message="印制个人档案须写明用途。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
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
                        related_name="training_sessions",
                        to="organizations.organization",
                        verbose_name="举办单位",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="secondment.trainingplan",
                        verbose_name="培训计划",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("department", "部门业务培训"),
                            ("joint", "全区执法培训"),
                            ("other", "其他培训"),
                        ],
                        default="department",
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "已排期"), ("held", "已举办"), ("cancelled", "已取消")],
                        default="planned",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="培训内容")),
                ("planned_on", models.DateField(verbose_name="计划日期")),
                ("starts_at", models.TimeField(default=datetime.time(9, 0), verbose_name="开始时间")),
                ("ends_at", models.TimeField(default=datetime.time(11, 30), verbose_name="结束时间")),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="时长（分钟）")),
                ("place", models.CharField(max_length=100, verbose_name="地点")),
                (
                    "trainer",
                    models.CharField(help_text="姓名和单位", max_length=100, verbose_name="授课人"),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                ("code", models.CharField(editable=False, max_length=6, unique=True, verbose_name="签到码")),
                ("held_on", models.DateField(blank=True, null=True, verbose_name="举办日期")),
                (
                    "nobody_reason",
                    models.CharField(
                        blank=True,
                        help_text="有到场人员的不填",
                        max_length=300,
                        verbose_name="没有参训名单的原因",
                    ),
                ),
                (
                    "makes_up",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="made_up_by",
                        to="secondment.quarterduty",
                        verbose_name="补训季度",
                    ),
                ),
                ("cancelled_reason", models.CharField(blank=True, max_length=300, verbose_name="取消原因")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                ("created_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="登记时间")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办结登记人",
                    ),
                ),
                ("recorded_at", models.DateTimeField(blank=True, null=True, verbose_name="办结登记时间")),
                (
                    "items",
                    models.ManyToManyField(
                        blank=True,
                        related_name="training_sessions",
                        to="empowerment.item",
                        verbose_name="涉及赋权事项",
                    ),
                ),
                (
                    "streets",
                    models.ManyToManyField(
                        blank=True,
                        related_name="training_invitations",
                        to="organizations.organization",
                        verbose_name="邀请街道",
                    ),
                ),
            ],
            options={
                "verbose_name": "培训场次",
                "ordering": ("-planned_on", "-id"),
                "indexes": [
                    models.Index(fields=["district", "state", "held_on"], name="session_held"),
                    models.Index(fields=["district", "state", "planned_on"], name="session_planned"),
                    models.Index(fields=["organization", "planned_on"], name="session_department"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("held_on__isnull", False), ("recorded_at__isnull", False), ("state", "held")
                            ),
                            models.Q(models.Q(("state", "held"), _negated=True), ("held_on__isnull", True)),
                            _connector="OR",
                        ),
                        name="session_held_has_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="session_ends_after_start",
                        violation_error_message="结束时间须晚于开始时间。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gte", 1), ("minutes__lte", 1440)),
                        name="session_minutes",
                        violation_error_message="时长须在 1 至 1440 分钟之间。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "cancelled"), _negated=True),
                            models.Q(("cancelled_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="session_cancelled_says_why",
                        violation_error_message="取消场次须写明原因。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("makes_up__isnull", True), ("state", "held"), _connector="OR"),
                        name="session_makes_up_when_held",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Replacement",
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
                    "secondment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replacements",
                        to="secondment.secondment",
                        verbose_name="被要求替换的下沉",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="派出部门",
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="街道",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("disobedience", "不服从街道管理"), ("other", "其他事由")],
                        help_text="因不服从街道管理被替换的，当年考核不得评为称职（合格）及以上；其他事由不影响等次",
                        max_length=16,
                        verbose_name="事由",
                    ),
                ),
                (
                    "facts",
                    models.TextField(
                        help_text="写明时间、事情和街道已做的工作", max_length=2000, verbose_name="事实"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "起草中"),
                            ("requested", "待部门答复"),
                            ("accepted", "待接任人员到岗"),
                            ("completed", "已替换"),
                            ("declined", "部门说明不予替换"),
                            ("withdrawn", "街道已撤回"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="起草人",
                    ),
                ),
                ("drafted_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="起草时间")),
                ("requested_on", models.DateField(blank=True, null=True, verbose_name="提出日期")),
                ("answer_by", models.DateField(blank=True, null=True, verbose_name="答复截止")),
                ("released_on", models.DateField(blank=True, null=True, verbose_name="重新计入之日")),
                ("insisted_on", models.DateField(blank=True, null=True, verbose_name="坚持替换日期")),
                (
                    "insist_reason",
                    models.CharField(blank=True, max_length=500, verbose_name="坚持替换的理由"),
                ),
                ("leaves_on", models.DateField(blank=True, null=True, verbose_name="被替换人员最后一日")),
                ("successor_by", models.DateField(blank=True, null=True, verbose_name="接任人员到岗期限")),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="部门答复")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答复人",
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="succeeds",
                        to="secondment.secondment",
                        verbose_name="接任人员的下沉",
                    ),
                ),
                ("completed_on", models.DateField(blank=True, null=True, verbose_name="接任到岗日期")),
            ],
            options={
                "verbose_name": "替换要求",
                "ordering": ("-id",),
                "indexes": [
                    models.Index(fields=["organization", "state"], name="replacement_department"),
                    models.Index(fields=["street", "state"], name="replacement_street"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("draft", "withdrawn")),
                            ("requested_on__isnull", False),
                            _connector="OR",
                        ),
                        name="replacement_requested_has_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "completed"), _negated=True),
                            models.Q(("completed_on__isnull", False), ("successor__isnull", False)),
                            _connector="OR",
                        ),
                        name="replacement_completed_has_successor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("successor__isnull", True),
                            models.Q(("successor", models.F("secondment")), _negated=True),
                            _connector="OR",
                        ),
                        name="replacement_by_somebody_else",
                        violation_error_message="接任人员不能是被替换的人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("accepted", "completed")), _negated=True),
                            models.Q(("leaves_on__isnull", False), ("successor_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="replacement_accepted_says_when",
                        violation_error_message="同意替换须写明最后一日和接任人员到岗期限。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("declined", "withdrawn")), _negated=True),
                            ("released_on__isnull", False),
                            ("requested_on__isnull", True),
                            _connector="OR",
                        ),
                        name="replacement_released_has_day",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("accepted", "completed"))),
                        fields=("successor",),
                        name="replacement_successor_once",
                        violation_error_message="该人员已接任另一项替换。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("draft", "requested", "accepted", "declined"))),
                        fields=("secondment",),
                        name="replacement_open_once",
                        violation_error_message="对该人员已有一项替换要求在办理。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
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
                    "street",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="街道",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="派出部门",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="secondment.person",
                        verbose_name="下沉人员",
                    ),
                ),
                (
                    "secondment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="secondment.secondment",
                        verbose_name="下沉",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("promote", "提拔使用"),
                            ("commend", "表彰奖励"),
                            ("move", "调整岗位"),
                            ("admonish", "诫勉谈话"),
                            ("other", "其他"),
                        ],
                        max_length=12,
                        verbose_name="建议事项",
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        help_text="写明具体表现、依据和建议", max_length=2000, verbose_name="建议内容"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "起草中"),
                            ("sent", "待答复"),
                            ("answered", "已答复"),
                            ("withdrawn", "街道已撤回"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="起草人",
                    ),
                ),
                ("drafted_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="起草时间")),
                (
                    "sent_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="提出时间")),
                ("answer_by", models.DateField(blank=True, null=True, verbose_name="答复截止")),
                ("withdrawn_reason", models.CharField(blank=True, max_length=300, verbose_name="撤回理由")),
            ],
            options={
                "verbose_name": "人事建议",
                "ordering": ("-id",),
                "indexes": [
                    models.Index(fields=["street", "state"], name="proposal_street"),
                    models.Index(fields=["organization", "state"], name="proposal_department"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", True), ("state", "draft")),
                            models.Q(
                                ("answer_by__isnull", False),
                                ("sent_at__isnull", False),
                                ("state__in", ("sent", "answered", "withdrawn")),
                            ),
                            _connector="OR",
                        ),
                        name="proposal_sent_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "withdrawn"), _negated=True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="proposal_withdrawn_says_why",
                        violation_error_message="撤回须填写理由。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
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
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="secondment.session",
                        verbose_name="培训场次",
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="training_attendances",
                        to="organizations.organization",
                        verbose_name="街道",
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="姓名")),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trainings",
                        to="secondment.person",
                        verbose_name="下沉人员",
                    ),
                ),
                ("present", models.BooleanField(default=True, verbose_name="到场")),
                (
                    "score",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="测试成绩（百分之一分）"
                    ),
                ),
                (
                    "satisfaction",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="满意度"),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("list", "名单登记"), ("workbook", "表格导入"), ("code", "扫码签到")],
                        max_length=10,
                        verbose_name="登记方式",
                    ),
                ),
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
                "verbose_name": "参训记录",
                "ordering": ("street__display_order", "id"),
                "indexes": [models.Index(fields=["street", "present"], name="attendance_street")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("session", "street", "name"),
                        name="attendance_name_once",
                        violation_error_message="名单中已有该街道同名人员，同名的另一人在姓名后注明所在岗位。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("user__isnull", False)),
                        fields=("session", "user"),
                        name="attendance_user_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score__isnull", True), ("score__lte", 10000), _connector="OR"),
                        name="attendance_score_range",
                        violation_error_message="测试成绩须在 0 至 100 之间。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("satisfaction__isnull", True),
                            models.Q(("satisfaction__gte", 1), ("satisfaction__lte", 5)),
                            _connector="OR",
                        ),
                        name="attendance_satisfaction_range",
                        violation_error_message="满意度须在 1 至 5 之间。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Appraisal",
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
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appraisals",
                        to="secondment.appraisalround",
                        verbose_name="年度考核",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appraisals",
                        to="secondment.person",
                        verbose_name="下沉人员",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="派出部门",
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="下沉街道",
                    ),
                ),
                (
                    "secondment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="secondment.secondment",
                        verbose_name="下沉",
                    ),
                ),
                (
                    "track",
                    models.CharField(
                        choices=[("civil", "公务员"), ("institution", "事业人员")],
                        max_length=12,
                        verbose_name="编制",
                    ),
                ),
                ("post", models.CharField(blank=True, max_length=60, verbose_name="职务")),
                ("serves_from", models.DateField(verbose_name="当年下沉起")),
                ("serves_until", models.DateField(verbose_name="当年下沉止")),
                ("other_streets", models.CharField(blank=True, max_length=300, verbose_name="当年还曾下沉")),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="版次")),
                ("is_current", models.BooleanField(default=True, verbose_name="现行")),
                (
                    "corrects",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="secondment.appraisal",
                        verbose_name="更正的原表",
                    ),
                ),
                ("cause", models.CharField(blank=True, max_length=300, verbose_name="更正原因")),
                (
                    "total",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="综合得分（百分之一分）"),
                ),
                (
                    "computed_grade",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("excellent", "优秀"),
                            ("competent", "称职（合格）"),
                            ("basic", "基本称职（基本合格）"),
                            ("failed", "不称职（不合格）"),
                        ],
                        max_length=12,
                        verbose_name="按分数的等次",
                    ),
                ),
                (
                    "grade",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("excellent", "优秀"),
                            ("competent", "称职（合格）"),
                            ("basic", "基本称职（基本合格）"),
                            ("failed", "不称职（不合格）"),
                        ],
                        max_length=12,
                        verbose_name="考核等次",
                    ),
                ),
                (
                    "cap",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="secondment.replacement",
                        verbose_name="限制等次的替换要求",
                    ),
                ),
                (
                    "lowered_to",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("excellent", "优秀"),
                            ("competent", "称职（合格）"),
                            ("basic", "基本称职（基本合格）"),
                            ("failed", "不称职（不合格）"),
                        ],
                        max_length=12,
                        verbose_name="组织部门下调至",
                    ),
                ),
                ("lowered_reason", models.CharField(blank=True, max_length=300, verbose_name="下调理由")),
                (
                    "lowered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="下调人",
                    ),
                ),
                ("locked_at", models.DateTimeField(blank=True, null=True, verbose_name="锁定时间")),
            ],
            options={
                "verbose_name": "考核登记表",
                "ordering": ("-round__year", "organization__display_order", "person_id", "-version"),
                "indexes": [
                    models.Index(fields=["organization", "round"], name="appraisal_department"),
                    models.Index(fields=["street", "round"], name="appraisal_street"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_current", True)),
                        fields=("round", "person"),
                        name="appraisal_current_once",
                        violation_error_message="该人员当年已有考核登记表。",
                    ),
                    models.UniqueConstraint(
                        fields=("round", "person", "version"), name="appraisal_version_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cause", ""), ("corrects__isnull", True), ("version", 1)),
                            models.Q(
                                ("corrects__isnull", False),
                                ("version__gt", 1),
                                models.Q(("cause", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="appraisal_correction_has_cause",
                        violation_error_message="更正须写明原因。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("computed_grade", ""), ("grade", ""), ("total__isnull", True)),
                            models.Q(
                                ("total__isnull", False),
                                ("total__lte", 10000),
                                models.Q(("grade", ""), _negated=True),
                                models.Q(("computed_grade", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="appraisal_grade_needs_total",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cap__isnull", True), ("grade__in", ("", "basic", "failed")), _connector="OR"
                        ),
                        name="appraisal_cap_holds",
                        violation_error_message="因不服从街道管理被替换的，当年考核不得评为称职（合格）及以上等次。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("lowered_by__isnull", True), ("lowered_reason", ""), ("lowered_to", "")
                            ),
                            models.Q(
                                models.Q(("lowered_to", ""), _negated=True),
                                models.Q(("lowered_reason", ""), _negated=True),
                                ("lowered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="appraisal_lowered_says_why",
                        violation_error_message="下调等次须写明理由。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("locked_at__isnull", True), ("total__isnull", False), _connector="OR"
                        ),
                        name="appraisal_locked_is_complete",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProposalAnswer",
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
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="secondment.proposal",
                        verbose_name="人事建议",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="答复单位",
                    ),
                ),
                (
                    "is_office",
                    models.BooleanField(
                        help_text="区委组织部的答复，另一份是派出部门的", verbose_name="组织部门"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待答复"), ("answered", "已答复"), ("void", "已撤回")],
                        default="open",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("adopted", "采纳"), ("partly", "部分采纳"), ("declined", "未采纳")],
                        max_length=12,
                        verbose_name="答复意见",
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=600, verbose_name="答复内容")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答复人",
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
            ],
            options={
                "verbose_name": "对人事建议的答复",
                "ordering": ("proposal_id", "is_office"),
                "constraints": [
                    models.UniqueConstraint(fields=("proposal", "is_office"), name="proposal_answer_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", False),
                                ("state", "answered"),
                                models.Q(("verdict", ""), _negated=True),
                                models.Q(("text", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "answered"), _negated=True), ("answered_at__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="proposal_answer_is_whole",
                        violation_error_message="答复须有意见和内容。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AppraisalSide",
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
                    "appraisal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sides",
                        to="secondment.appraisal",
                        verbose_name="考核登记表",
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("street", "街道"), ("department", "派出部门")],
                        max_length=12,
                        verbose_name="评分方",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appraisal_sides",
                        to="organizations.organization",
                        verbose_name="评分单位",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "未完成"), ("submitted", "待审定"), ("signed", "已审定")],
                        default="draft",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("comment", models.CharField(blank=True, max_length=600, verbose_name="评语")),
                (
                    "score",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="得分（百分之一分）"),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提交人",
                    ),
                ),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="提交时间")),
                (
                    "signed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审定人",
                    ),
                ),
                ("signed_at", models.DateTimeField(blank=True, null=True, verbose_name="审定时间")),
            ],
            options={
                "verbose_name": "考核评分",
                "ordering": ("appraisal_id", "-side"),
                "indexes": [models.Index(fields=["organization", "state"], name="appraisal_side_owner")],
                "constraints": [
                    models.UniqueConstraint(fields=("appraisal", "side"), name="appraisal_side_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "draft"), ("submitted_at__isnull", True)),
                            models.Q(
                                ("score__isnull", False),
                                ("state__in", ("submitted", "signed")),
                                ("submitted_at__isnull", False),
                                ("submitted_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="appraisal_side_submitted_is_complete",
                        violation_error_message="各项都评分后才能提交。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("signed_at__isnull", False),
                                ("signed_by__isnull", False),
                                ("state", "signed"),
                            ),
                            models.Q(
                                models.Q(("state", "signed"), _negated=True),
                                ("signed_at__isnull", True),
                                ("signed_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="appraisal_side_signed_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score__isnull", True), ("score__lte", 10000), _connector="OR"),
                        name="appraisal_side_within_hundred",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AppraisalPrint",
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
                    "appraisal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prints",
                        to="secondment.appraisal",
                        verbose_name="考核登记表",
                    ),
                ),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.document",
                        verbose_name="文件",
                    ),
                ),
                ("with_identity", models.BooleanField(default=False, verbose_name="含完整个人身份信息")),
                ("is_final", models.BooleanField(default=False, verbose_name="考核办结后印制")),
            ],
            options={
                "verbose_name": "登记表文件",
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="AppraisalScore",
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
                    "side",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scores",
                        to="secondment.appraisalside",
                        verbose_name="考核评分",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="secondment.schemeitem",
                        verbose_name="评分项目",
                    ),
                ),
                ("score", models.PositiveIntegerField(verbose_name="得分（百分之一分）")),
            ],
            options={
                "verbose_name": "项目得分",
                "ordering": ("side_id", "item__position", "item_id"),
                "constraints": [
                    models.UniqueConstraint(fields=("side", "item"), name="appraisal_score_once"),
                    models.CheckConstraint(
                        condition=models.Q(("score__gte", 0), ("score__lte", 10000)),
                        name="appraisal_score_within",
                    ),
                ],
            },
        ),
        forbid_overlaps(
            "secondment_secondment",
            "secondment_one_street_at_a_time",
            "person_id WITH =, daterange(starts_on, LEAST(ended_on, planned_until), '[]') WITH &&",
            "state NOT IN ('refused', 'cancelled')",
        ),
    ]
