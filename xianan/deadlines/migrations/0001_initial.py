import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import xianan.core.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("documents", "0001_initial"),
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarYear",
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
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("reference", models.CharField(blank=True, max_length=80, verbose_name="文号")),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="维护人",
                    ),
                ),
                ("changed_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="维护时间")),
            ],
            options={
                "verbose_name": "节假日安排",
                "ordering": ("-year",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("district", "year"),
                        name="calendar_year_once",
                        violation_error_message="该年的节假日安排已录入。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Deadline",
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
                ("kind", models.CharField(max_length=40, verbose_name="种类")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deadlines",
                        to="organizations.organization",
                        verbose_name="责任单位",
                    ),
                ),
                (
                    "content_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
                ("object_id", models.BigIntegerField()),
                ("title", models.CharField(max_length=300, verbose_name="事由")),
                ("nominal_on", models.DateField(help_text="移到工作日之前的日期", verbose_name="推算日")),
                ("due_on", models.DateField(verbose_name="到期日")),
                ("opened_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="设立时间")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                ("outcome", models.CharField(blank=True, max_length=20, verbose_name="结果")),
            ],
            options={
                "verbose_name": "期限",
                "ordering": ("due_on", "id"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["due_on"],
                        name="deadline_due_open",
                    ),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["organization", "due_on"],
                        name="deadline_organization_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("content_type", "object_id", "kind"),
                        name="deadline_open_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticePreference",
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
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notice_preference",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
                ("by_mail", models.BooleanField(default=False, verbose_name="同时发邮件")),
                ("address", models.EmailField(blank=True, max_length=254, verbose_name="邮箱")),
            ],
            options={
                "verbose_name": "通知方式",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("by_mail", False), models.Q(("address", ""), _negated=True), _connector="OR"
                        ),
                        name="notice_mail_has_address",
                        violation_error_message="发邮件须填写邮箱。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Mail",
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
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="收件人",
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                ("address", models.EmailField(max_length=254, verbose_name="邮箱")),
                ("message_id", models.CharField(max_length=200, unique=True, verbose_name="Message-ID")),
                ("subject", models.CharField(max_length=200, verbose_name="主题")),
                ("body", models.TextField(verbose_name="正文")),
                (
                    "state",
                    models.CharField(
                        choices=[("queued", "待发"), ("sent", "已发"), ("failed", "未发出")],
                        default="queued",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="已试次数")),
                ("not_before", models.DateTimeField(default=xianan.core.clock.now, verbose_name="最早发送")),
                ("lease_until", models.DateTimeField(blank=True, null=True, verbose_name="租约到期")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="发出时间")),
                ("error", models.CharField(blank=True, max_length=300, verbose_name="失败原因")),
            ],
            options={
                "verbose_name": "邮件",
                "ordering": ("-id",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "queued")), fields=["not_before"], name="mail_queued"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("recipient", "day"), name="mail_once_a_day")],
            },
        ),
        migrations.CreateModel(
            name="Order",
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
                        choices=[("order", "督办单"), ("circular", "通报")], max_length=8, verbose_name="种类"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="制发单位",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="标题")),
                ("text", models.TextField(blank=True, max_length=3000, verbose_name="正文")),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                (
                    "month",
                    models.DateField(
                        blank=True, help_text="按月自动起草的，为该月第一天", null=True, verbose_name="月份"
                    ),
                ),
                ("answer_by", models.DateField(verbose_name="答复时限")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "待签发"), ("issued", "已送达"), ("closed", "已办结")],
                        default="draft",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
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
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="起草人",
                    ),
                ),
                ("created_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="起草时间")),
                (
                    "issued_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="签发人",
                    ),
                ),
                ("issued_at", models.DateTimeField(null=True, verbose_name="签发时间")),
            ],
            options={
                "verbose_name": "督办与通报",
                "ordering": ("-id",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        fields=("district", "number"),
                        name="order_number_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("month__isnull", False)),
                        fields=("district", "kind", "month"),
                        name="order_month_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"),
                            models.Q(("document__isnull", False), ("issued_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="order_issued_has_document",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkPlan",
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
                        verbose_name="制发单位",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="标题")),
                ("note", models.TextField(blank=True, max_length=2000, verbose_name="说明")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "起草中"), ("issued", "已下达"), ("closed", "已办结")],
                        default="draft",
                        max_length=8,
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
                    "issued_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="下达人",
                    ),
                ),
                ("issued_at", models.DateTimeField(null=True, verbose_name="下达时间")),
            ],
            options={
                "verbose_name": "工作计划",
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="CalendarDay",
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
                    "year",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="deadlines.calendaryear",
                        verbose_name="年份",
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                ("is_working", models.BooleanField(verbose_name="上班")),
                ("name", models.CharField(max_length=20, verbose_name="名称")),
            ],
            options={
                "verbose_name": "节假日",
                "ordering": ("day",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("district", "day"),
                        name="calendar_day_once",
                        violation_error_message="该日已录入。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
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
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="收件人",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reminder", "到期提醒"),
                            ("escalation", "逾期报告"),
                            ("chase", "催办"),
                            ("order", "督办与通报"),
                            ("plan", "工作计划"),
                            ("work", "工作通知"),
                            ("job", "任务结果"),
                        ],
                        default="reminder",
                        max_length=12,
                        verbose_name="种类",
                    ),
                ),
                ("group", models.CharField(editable=False, max_length=120, null=True, verbose_name="归并")),
                ("title", models.CharField(max_length=300, verbose_name="标题")),
                ("text", models.CharField(blank=True, max_length=500, verbose_name="内容")),
                ("url", models.CharField(blank=True, max_length=300, verbose_name="链接")),
                (
                    "sender",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发出人",
                    ),
                ),
                ("created_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="时间")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="阅读时间")),
                (
                    "mail",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="notices",
                        to="deadlines.mail",
                        verbose_name="邮件",
                    ),
                ),
            ],
            options={
                "verbose_name": "通知",
                "ordering": ("-id",),
                "indexes": [
                    models.Index(fields=["recipient", "-id"], name="notice_recipient"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)),
                        fields=["recipient"],
                        name="notice_unread",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("group", "recipient"), name="notice_once")],
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
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
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="deadlines.order",
                        verbose_name="督办与通报",
                    ),
                ),
                (
                    "deadline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order_lines",
                        to="deadlines.deadline",
                        verbose_name="期限",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="责任单位",
                    ),
                ),
                ("matter", models.CharField(max_length=300, verbose_name="事由")),
                ("clause", models.CharField(blank=True, max_length=12, verbose_name="条款")),
                ("due_on", models.DateField(verbose_name="到期日")),
                ("days_overdue", models.PositiveIntegerField(verbose_name="逾期天数")),
            ],
            options={
                "verbose_name": "督办事项",
                "ordering": ("organization__display_order", "due_on", "id"),
                "constraints": [
                    models.UniqueConstraint(fields=("order", "deadline"), name="order_line_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
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
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="deadlines.order",
                        verbose_name="督办与通报",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="organizations.organization",
                        verbose_name="收文单位",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sent", "待签收"),
                            ("received", "待答复"),
                            ("answered", "待审核"),
                            ("returned", "退回重办"),
                            ("closed", "已办结"),
                        ],
                        default="sent",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("answer_by", models.DateField(verbose_name="答复时限")),
                (
                    "received_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="签收人",
                    ),
                ),
                ("received_at", models.DateTimeField(null=True, verbose_name="签收时间")),
                ("answer", models.TextField(blank=True, max_length=2000, verbose_name="整改情况")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答复人",
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True, verbose_name="答复时间")),
                ("remark", models.CharField(blank=True, max_length=300, verbose_name="审核意见")),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审核人",
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
            ],
            options={
                "verbose_name": "送达",
                "ordering": ("organization__display_order", "id"),
                "constraints": [
                    models.UniqueConstraint(fields=("order", "organization"), name="delivery_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("answered", "closed")), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="delivery_answered_has_answer",
                        violation_error_message="答复须写明整改情况。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Accountability",
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
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accountabilities",
                        to="deadlines.order",
                        verbose_name="督办与通报",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="被问责单位",
                    ),
                ),
                ("person", models.CharField(blank=True, max_length=60, verbose_name="被问责人")),
                (
                    "measure",
                    models.CharField(
                        help_text="如通报批评、约谈、责令检查", max_length=60, verbose_name="问责方式"
                    ),
                ),
                ("reason", models.CharField(max_length=500, verbose_name="事由")),
                ("decided_by", models.CharField(max_length=60, verbose_name="决定机关")),
                ("decided_on", models.DateField(verbose_name="决定日期")),
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
                "verbose_name": "问责登记",
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="PlanTask",
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
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="deadlines.workplan",
                        verbose_name="工作计划",
                    ),
                ),
                ("position", models.PositiveIntegerField(verbose_name="序号")),
                ("title", models.CharField(max_length=200, verbose_name="任务")),
                ("content", models.TextField(blank=True, max_length=1000, verbose_name="内容和要求")),
            ],
            options={
                "verbose_name": "任务",
                "ordering": ("plan", "position", "id"),
            },
        ),
        migrations.CreateModel(
            name="Reminder",
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
                    "deadline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to="deadlines.deadline",
                        verbose_name="期限",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="到期日")),
                ("rung", models.CharField(max_length=12, verbose_name="档次")),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="收件人",
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
                (
                    "notice",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to="deadlines.notice",
                        verbose_name="通知",
                    ),
                ),
                ("sent_on", models.DateField(verbose_name="提醒日期")),
            ],
            options={
                "verbose_name": "提醒",
                "ordering": ("-id",),
                "indexes": [models.Index(fields=["district", "sent_on"], name="reminder_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("deadline", "due_on", "rung", "recipient"), name="reminder_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanNode",
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
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="nodes",
                        to="deadlines.plantask",
                        verbose_name="任务",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_nodes",
                        to="organizations.organization",
                        verbose_name="责任单位",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="节点")),
                ("due_on", models.DateField(verbose_name="完成时限")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "进行中"),
                            ("reported", "待确认"),
                            ("confirmed", "已完成"),
                            ("cancelled", "已取消"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("report", models.TextField(blank=True, max_length=1000, verbose_name="进展")),
                (
                    "reported_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="报告人",
                    ),
                ),
                ("reported_at", models.DateTimeField(null=True, verbose_name="报告时间")),
                ("returned_reason", models.CharField(blank=True, max_length=300, verbose_name="退回理由")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
                    ),
                ),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="确认时间")),
            ],
            options={
                "verbose_name": "节点",
                "ordering": ("due_on", "id"),
                "indexes": [models.Index(fields=["organization", "state", "due_on"], name="plan_node_desk")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("reported", "confirmed")), _negated=True),
                            models.Q(("report", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="plan_node_reported_has_report",
                        violation_error_message="报告完成须写明进展。",
                    )
                ],
            },
        ),
    ]
