import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import xianan.core.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("documents", "0001_initial"),
        ("organizations", "0001_initial"),
        ("policy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Scheme",
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
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="版本")),
                ("title", models.CharField(max_length=120, verbose_name="标题")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "编制中"), ("frozen", "已启用")],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "is_draft_text",
                    models.BooleanField(default=False, help_text="内容未经正式印发", verbose_name="草案"),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                ("bonus_cap", models.PositiveIntegerField(default=0, verbose_name="加分上限（百分之一分）")),
                (
                    "penalty_cap",
                    models.PositiveIntegerField(default=0, verbose_name="扣分上限（百分之一分）"),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="编制人",
                    ),
                ),
                ("created_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="编制时间")),
                ("frozen_at", models.DateTimeField(blank=True, null=True, verbose_name="启用时间")),
            ],
            options={
                "verbose_name": "考评细则",
                "ordering": ("-year", "-version"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("district", "year", "version"),
                        name="scoring_scheme_version_once",
                        violation_error_message="该年度已有同一版本的考评细则。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("frozen_at__isnull", False), ("state", "frozen")),
                            models.Q(("frozen_at__isnull", True), ("state", "draft")),
                            _connector="OR",
                        ),
                        name="scoring_scheme_frozen_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Practice",
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
                        verbose_name="报送街道",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("title", models.CharField(max_length=60, verbose_name="题目")),
                ("background", models.TextField(max_length=1000, verbose_name="背景和问题")),
                (
                    "actions",
                    models.TextField(
                        help_text="分条写明具体做法，别的街道照着能做",
                        max_length=3000,
                        verbose_name="主要做法",
                    ),
                ),
                (
                    "effects",
                    models.TextField(help_text="用数据说明", max_length=1000, verbose_name="取得成效"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "起草中"),
                            ("submitted", "待审核"),
                            ("published", "已发布"),
                            ("withdrawn", "已撤下"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="退回或撤下理由")),
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
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="报送人",
                    ),
                ),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="报送时间")),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发布人",
                    ),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="发布时间")),
            ],
            options={
                "verbose_name": "经验做法",
                "ordering": ("-year", "-published_at", "-id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            ("published_at__isnull", False),
                            _connector="OR",
                        ),
                        name="practice_published_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("submitted", "published")), _negated=True),
                            ("submitted_at__isnull", False),
                            _connector="OR",
                        ),
                        name="practice_submitted_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Group",
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
                        related_name="groups",
                        to="assessment.scheme",
                        verbose_name="考评细则",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
            ],
            options={
                "verbose_name": "考评项目",
                "ordering": ("position", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scheme", "name"),
                        name="scoring_scheme_group_once",
                        violation_error_message="本细则已有同名的考评项目。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Indicator",
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
                        related_name="indicators",
                        to="assessment.scheme",
                        verbose_name="考评细则",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="indicators",
                        to="assessment.group",
                        verbose_name="考评项目",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("code", models.CharField(max_length=10, verbose_name="编号")),
                ("name", models.CharField(max_length=120, verbose_name="考评指标")),
                (
                    "kind",
                    models.CharField(
                        choices=[("normal", "考评指标"), ("bonus", "加分项"), ("penalty", "扣分项")],
                        default="normal",
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                ("points", models.PositiveIntegerField(verbose_name="分值（百分之一分）")),
                ("rule", models.TextField(max_length=1000, verbose_name="评分标准")),
                ("evidence", models.CharField(blank=True, max_length=500, verbose_name="所需材料")),
                ("methods", models.JSONField(default=list, verbose_name="考评方式")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("hand", "评分人评定"),
                            ("deductions", "逐项扣分"),
                            ("ratio", "按比例自动计分"),
                            ("count", "按件数自动扣分"),
                        ],
                        default="hand",
                        max_length=12,
                        verbose_name="计分方式",
                    ),
                ),
                ("measure_key", models.CharField(blank=True, max_length=60, verbose_name="取数指标")),
                ("per_count", models.PositiveIntegerField(default=0, verbose_name="每件扣分（百分之一分）")),
                ("with_deductions", models.BooleanField(default=False, verbose_name="另可逐项扣分")),
            ],
            options={
                "verbose_name": "考评指标",
                "ordering": ("group__position", "position", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scheme", "code"),
                        name="indicator_code_once",
                        violation_error_message="本细则已有同一编号的指标。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("points__gt", 0)),
                        name="indicator_has_points",
                        violation_error_message="分值须大于 0。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("mode__in", ("ratio", "count")), models.Q(("measure_key", ""), _negated=True)
                            ),
                            models.Q(("mode__in", ("hand", "deductions")), ("measure_key", "")),
                            _connector="OR",
                        ),
                        name="indicator_measure_where_computed",
                        violation_error_message="自动计分的指标须选定取数指标，其他计分方式不选。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("mode", "count"), _negated=True), ("per_count__gt", 0), _connector="OR"
                        ),
                        name="indicator_count_has_rate",
                        violation_error_message="按件数扣分须写明每件扣多少分。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "normal"),
                            models.Q(("kind", "bonus"), ("mode", "hand")),
                            models.Q(("kind", "penalty"), ("mode__in", ("hand", "deductions"))),
                            _connector="OR",
                        ),
                        name="indicator_beside_hundred_by_hand",
                        violation_error_message="加分项由评分人评定，扣分项由评分人评定或逐项扣分。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Cycle",
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
                ("title", models.CharField(max_length=120, verbose_name="名称")),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cycles",
                        to="assessment.scheme",
                        verbose_name="考评细则",
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
                (
                    "policy_ground",
                    models.CharField(
                        blank=True,
                        help_text="文件版本已过有效期时必填",
                        max_length=300,
                        verbose_name="文件到期后继续考核的依据",
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("preparing", "筹备"),
                            ("self_report", "街道自评"),
                            ("papers", "查阅资料"),
                            ("visits", "实地查看"),
                            ("scoring", "评分"),
                            ("leading", "领导小组审定"),
                            ("publicity", "公示与申诉"),
                            ("published", "已公布"),
                            ("archived", "已归档"),
                        ],
                        default="preparing",
                        max_length=12,
                        verbose_name="阶段",
                    ),
                ),
                (
                    "consolidation",
                    models.CharField(
                        choices=[("mean", "取平均分"), ("lead", "以主评人为准")],
                        default="mean",
                        max_length=8,
                        verbose_name="两人评分的合成",
                    ),
                ),
                ("measured_on", models.DateField(blank=True, null=True, verbose_name="取数日期")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发起人",
                    ),
                ),
                ("created_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="发起时间")),
            ],
            options={
                "verbose_name": "考核年度",
                "ordering": ("-year",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("district", "year"),
                        name="cycle_year_once",
                        violation_error_message="该年度的考核已经发起。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("phase__in", ("leading", "publicity", "published", "archived")),
                                _negated=True,
                            ),
                            ("measured_on__isnull", False),
                            _connector="OR",
                        ),
                        name="cycle_measured_before_result",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CycleStreet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="objects_assessed",
                        to="assessment.cycle",
                        verbose_name="考核年度",
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
            ],
            options={
                "verbose_name": "考核对象",
                "ordering": ("street__display_order", "street_id"),
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "street"), name="cycle_street_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="CyclePhase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="phases",
                        to="assessment.cycle",
                        verbose_name="考核年度",
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("preparing", "筹备"),
                            ("self_report", "街道自评"),
                            ("papers", "查阅资料"),
                            ("visits", "实地查看"),
                            ("scoring", "评分"),
                            ("leading", "领导小组审定"),
                            ("publicity", "公示与申诉"),
                            ("published", "已公布"),
                            ("archived", "已归档"),
                        ],
                        max_length=12,
                        verbose_name="阶段",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="开始日期")),
                ("ends_on", models.DateField(verbose_name="截止日期")),
            ],
            options={
                "verbose_name": "考核阶段",
                "ordering": ("starts_on", "id"),
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "phase"), name="cycle_phase_once"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="cycle_phase_period",
                        violation_error_message="截止日期不能早于开始日期。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeadingMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="leading_group",
                        to="assessment.cycle",
                        verbose_name="考核年度",
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="姓名")),
                ("title", models.CharField(max_length=80, verbose_name="职务")),
                ("is_chair", models.BooleanField(default=False, verbose_name="组长")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="序号")),
            ],
            options={
                "verbose_name": "考核工作领导小组成员",
                "ordering": ("-is_chair", "position", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_chair", True)),
                        fields=("cycle",),
                        name="leading_group_one_chair",
                        violation_error_message="领导小组只有一位组长。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TeamMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="team",
                        to="assessment.cycle",
                        verbose_name="考核年度",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="抽调单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "考核组成员",
                "ordering": ("organization__display_order", "user_id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("cycle", "user"),
                        name="team_member_once",
                        violation_error_message="该人员已在考核组中。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TieDecision",
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
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tie_decisions",
                        to="assessment.cycle",
                        verbose_name="考核年度",
                    ),
                ),
                ("points", models.PositiveIntegerField(verbose_name="同分得分（百分之一分）")),
                ("streets", models.JSONField(verbose_name="同分街道")),
                ("is_tied", models.BooleanField(verbose_name="名次并列")),
                ("reason", models.CharField(max_length=300, verbose_name="审定理由")),
                ("decided_on", models.DateField(verbose_name="审定日期")),
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
                "verbose_name": "同分审定",
                "ordering": ("-points",),
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "points"), name="tie_decided_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="tie_decision_has_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Objection",
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
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="assessment.cycle",
                        verbose_name="考核年度",
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
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.indicator",
                        verbose_name="考评指标",
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        help_text="写明对哪一处扣分或取数有异议、事实和材料；每项指标申诉一次",
                        max_length=1000,
                        verbose_name="申诉理由",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待答复"), ("upheld", "维持原分"), ("corrected", "已更正")],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="申诉人",
                    ),
                ),
                ("raised_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="申诉时间")),
                ("answer", models.TextField(blank=True, max_length=1000, verbose_name="答复")),
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
                "verbose_name": "考核申诉",
                "ordering": ("street__display_order", "indicator__group__position", "indicator__position"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("cycle", "street", "indicator"),
                        name="objection_once",
                        violation_error_message="该指标已经提出过申诉。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at__isnull", True), ("state", "open")),
                            models.Q(
                                models.Q(("state", "open"), _negated=True),
                                models.Q(("answer", ""), _negated=True),
                                ("answered_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="objection_answered_has_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ResultVersion",
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
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="assessment.cycle",
                        verbose_name="考核年度",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="版本")),
                ("cause", models.CharField(blank=True, max_length=500, verbose_name="更正原因")),
                ("data", models.JSONField(verbose_name="结果")),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                (
                    "published_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="公布人",
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(default=xianan.core.clock.now, verbose_name="公布时间"),
                ),
            ],
            options={
                "verbose_name": "考核结果",
                "ordering": ("cycle", "-number"),
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "number"), name="result_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cause", ""), ("number__lte", 1)),
                            models.Q(("number__gt", 1), models.Q(("cause", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="result_version_names_cause",
                        violation_error_message="更正后的结果须写明更正原因。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SelfReport",
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
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="self_reports",
                        to="assessment.cycle",
                        verbose_name="考核年度",
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
                        choices=[("draft", "填报中"), ("submitted", "已提交")],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
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
                ("due_on", models.DateField(blank=True, null=True, verbose_name="提交时限")),
                ("is_late", models.BooleanField(default=False, verbose_name="逾期提交")),
                ("returned_reason", models.CharField(blank=True, max_length=300, verbose_name="退回理由")),
            ],
            options={
                "verbose_name": "街道自评",
                "ordering": ("cycle_id", "street__display_order"),
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "street"), name="self_report_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "draft"), ("submitted_at__isnull", True)),
                            models.Q(("state", "submitted"), ("submitted_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="self_report_submitted_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readings",
                        to="assessment.cycle",
                        verbose_name="考核年度",
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
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.indicator",
                        verbose_name="考评指标",
                    ),
                ),
                ("read_on", models.DateField(verbose_name="取数日期")),
                ("numerator", models.PositiveIntegerField(verbose_name="已完成")),
                ("denominator", models.PositiveIntegerField(verbose_name="应完成")),
                ("link", models.CharField(blank=True, max_length=300, verbose_name="明细地址")),
                ("points", models.PositiveIntegerField(verbose_name="自动得分（百分之一分）")),
            ],
            options={
                "verbose_name": "取数结果",
                "ordering": ("indicator__group__position", "indicator__position", "street__display_order"),
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "street", "indicator"), name="reading_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignments",
                        to="assessment.cycle",
                        verbose_name="考核年度",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignments",
                        to="assessment.teammember",
                        verbose_name="考核组成员",
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.indicator",
                        verbose_name="考评指标",
                    ),
                ),
                ("is_lead", models.BooleanField(default=False, verbose_name="主评人")),
            ],
            options={
                "verbose_name": "指标分工",
                "ordering": ("indicator__group__position", "indicator__position", "-is_lead", "id"),
                "constraints": [
                    models.UniqueConstraint(fields=("member", "indicator"), name="assignment_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_lead", True)),
                        fields=("cycle", "indicator"),
                        name="assignment_one_lead",
                        violation_error_message="一项指标只有一位主评人。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
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
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="assessment.cycle",
                        verbose_name="考核年度",
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
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.indicator",
                        verbose_name="考评指标",
                    ),
                ),
                ("before", models.PositiveIntegerField(verbose_name="更正前（百分之一分）")),
                ("after", models.PositiveIntegerField(verbose_name="更正后（百分之一分）")),
                ("reason", models.CharField(max_length=500, verbose_name="更正原因")),
                (
                    "objection",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction",
                        to="assessment.objection",
                        verbose_name="申诉",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="assessment.resultversion",
                        verbose_name="公布版本",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="更正人",
                    ),
                ),
                ("made_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="更正时间")),
            ],
            options={
                "verbose_name": "得分更正",
                "ordering": ("made_at", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("before", models.F("after")), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                        ),
                        name="correction_changes_and_says_why",
                        violation_error_message="更正须改变得分并写明原因。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Paper",
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
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="assessment.cycle",
                        verbose_name="考核年度",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="assessment.resultversion",
                        verbose_name="结果版本",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("notice", "考核结果通报"),
                            ("annual", "年度考核报告"),
                            ("street", "考核情况反馈"),
                            ("table", "考核得分表"),
                            ("filing", "备案报告"),
                            ("problems", "问题整改清单"),
                        ],
                        max_length=16,
                        verbose_name="文书",
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="街道",
                    ),
                ),
                ("words", models.JSONField(default=dict, verbose_name="可改文字")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "待签发"), ("signed", "已签发")],
                        default="draft",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                (
                    "document",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.document",
                        verbose_name="文书",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="签发人",
                    ),
                ),
                ("signed_at", models.DateTimeField(blank=True, null=True, verbose_name="签发时间")),
                ("created_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="拟制时间")),
            ],
            options={
                "verbose_name": "考核文书",
                "ordering": ("cycle", "-version__number", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("street__isnull", True)),
                        fields=("version", "kind"),
                        name="paper_once",
                    ),
                    models.UniqueConstraint(fields=("version", "kind", "street"), name="paper_once_a_street"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "street"), ("street__isnull", False)),
                            models.Q(models.Q(("kind", "street"), _negated=True), ("street__isnull", True)),
                            _connector="OR",
                        ),
                        name="paper_street_where_it_is_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("document__isnull", True), ("signed_at__isnull", True), ("state", "draft")
                            ),
                            models.Q(
                                ("document__isnull", False),
                                ("signed_at__isnull", False),
                                ("state", "signed"),
                                models.Q(("number", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="paper_signed_has_number_and_document",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Score",
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
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scores",
                        to="assessment.cycle",
                        verbose_name="考核年度",
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
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.indicator",
                        verbose_name="考评指标",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scores",
                        to="assessment.teammember",
                        verbose_name="评分人",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "评分中"), ("done", "已评定")],
                        default="draft",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                (
                    "points",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="评定得分（百分之一分）"),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="评分说明")),
                ("is_forged", models.BooleanField(default=False, verbose_name="弄虚作假，该项不得分")),
                ("forged_note", models.CharField(blank=True, max_length=500, verbose_name="弄虚作假的事实")),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="修订")),
                ("changed_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="修改时间")),
            ],
            options={
                "verbose_name": "评分",
                "ordering": (
                    "indicator__group__position",
                    "indicator__position",
                    "street__display_order",
                    "id",
                ),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("cycle", "street", "indicator", "member"), name="score_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_forged", False),
                            models.Q(("forged_note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="score_forged_says_what",
                        violation_error_message="认定弄虚作假须写明事实。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
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
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="assessment.cycle",
                        verbose_name="考核年度",
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
                ("visited_on", models.DateField(verbose_name="查看日期")),
                ("place", models.CharField(max_length=120, verbose_name="地点")),
                ("people", models.CharField(max_length=200, verbose_name="参加人员")),
                ("findings", models.TextField(max_length=2000, verbose_name="查看情况")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.teammember",
                        verbose_name="记录人",
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="记录时间")),
                (
                    "indicators",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="assessment.indicator", verbose_name="涉及指标"
                    ),
                ),
            ],
            options={
                "verbose_name": "实地查看",
                "ordering": ("-visited_on", "-id"),
            },
        ),
        migrations.CreateModel(
            name="SelfEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="assessment.selfreport",
                        verbose_name="街道自评",
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.indicator",
                        verbose_name="考评指标",
                    ),
                ),
                (
                    "points",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="自评得分（百分之一分）"),
                ),
                ("text", models.TextField(blank=True, max_length=2000, verbose_name="自评说明")),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="修订")),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="填报人",
                    ),
                ),
                ("changed_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="填报时间")),
            ],
            options={
                "verbose_name": "自评指标",
                "ordering": ("indicator__group__position", "indicator__position"),
                "constraints": [
                    models.UniqueConstraint(fields=("report", "indicator"), name="self_entry_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Deduction",
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
                    "score",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deductions",
                        to="assessment.score",
                        verbose_name="评分",
                    ),
                ),
                ("amount", models.PositiveIntegerField(verbose_name="每次扣分（百分之一分）")),
                ("times", models.PositiveSmallIntegerField(default=1, verbose_name="次数")),
                ("cause", models.CharField(max_length=300, verbose_name="扣分原因")),
                ("proof", models.CharField(max_length=300, verbose_name="佐证")),
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
            ],
            options={
                "verbose_name": "扣分",
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__gt", 0),
                            ("times__gt", 0),
                            models.Q(("cause", ""), _negated=True),
                            models.Q(("proof", ""), _negated=True),
                        ),
                        name="deduction_has_cause_and_proof",
                        violation_error_message="每项扣分须写明原因和佐证。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Problem",
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
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="problems",
                        to="assessment.cycle",
                        verbose_name="考核年度",
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="整改单位",
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.indicator",
                        verbose_name="考评指标",
                    ),
                ),
                (
                    "deduction",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="problem",
                        to="assessment.deduction",
                        verbose_name="扣分",
                    ),
                ),
                ("points", models.PositiveIntegerField(default=0, verbose_name="扣分（百分之一分）")),
                ("text", models.CharField(max_length=500, verbose_name="问题")),
                ("demand", models.CharField(max_length=500, verbose_name="整改要求")),
                (
                    "checker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="验收单位",
                    ),
                ),
                (
                    "owner",
                    models.CharField(
                        blank=True, help_text="姓名和职务", max_length=40, verbose_name="责任人"
                    ),
                ),
                ("measure", models.CharField(blank=True, max_length=500, verbose_name="整改措施")),
                ("due_on", models.DateField(verbose_name="整改时限")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待整改"),
                            ("handed", "待验收"),
                            ("closed", "已销号"),
                            ("withdrawn", "已撤销"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("answer", models.TextField(blank=True, max_length=1000, verbose_name="整改情况")),
                (
                    "handed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提交人",
                    ),
                ),
                ("handed_at", models.DateTimeField(blank=True, null=True, verbose_name="提交时间")),
                ("verdict", models.CharField(blank=True, max_length=500, verbose_name="验收意见")),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="验收人",
                    ),
                ),
                ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="验收时间")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="列入人",
                    ),
                ),
                ("created_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="列入时间")),
            ],
            options={
                "verbose_name": "整改问题",
                "ordering": (
                    "cycle",
                    "street__display_order",
                    "indicator__group__position",
                    "indicator__position",
                    "id",
                ),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("handed", "closed")), _negated=True),
                            models.Q(
                                models.Q(("owner", ""), _negated=True),
                                models.Q(("measure", ""), _negated=True),
                                models.Q(("answer", ""), _negated=True),
                                ("handed_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="problem_handed_in_whole",
                        violation_error_message="提交整改须写明责任人、整改措施和整改情况。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "closed"), _negated=True),
                            ("checked_at__isnull", False),
                            _connector="OR",
                        ),
                        name="problem_closed_was_checked",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="cycle",
            name="streets",
            field=models.ManyToManyField(
                related_name="+", through="assessment.CycleStreet", to="organizations.organization"
            ),
        ),
    ]
