import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import xianan.core.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Job",
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
                ("kind", models.CharField(max_length=60, verbose_name="种类")),
                ("title", models.CharField(max_length=200, verbose_name="任务")),
                ("arguments", models.JSONField(default=dict, verbose_name="参数")),
                ("link", models.CharField(blank=True, max_length=200, verbose_name="完成后的页面")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "排队中"),
                            ("running", "进行中"),
                            ("done", "已完成"),
                            ("failed", "未完成"),
                            ("cancelled", "已取消"),
                        ],
                        default="queued",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="已试次数")),
                ("max_attempts", models.PositiveIntegerField(default=3, verbose_name="最多次数")),
                ("not_before", models.DateTimeField(default=xianan.core.clock.now, verbose_name="最早开始")),
                ("lease_owner", models.CharField(blank=True, max_length=80, verbose_name="租约持有者")),
                ("lease_until", models.DateTimeField(blank=True, null=True, verbose_name="租约到期")),
                ("progress", models.PositiveIntegerField(default=0, verbose_name="进度")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="总量")),
                ("result", models.JSONField(default=dict, verbose_name="结果")),
                ("error", models.TextField(blank=True, verbose_name="失败原因")),
                ("log", models.TextField(blank=True, verbose_name="日志")),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发起人",
                    ),
                ),
                ("created_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="发起时间")),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="开始时间")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
            ],
            options={
                "verbose_name": "后台任务",
                "ordering": ("-id",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("queued", "running"))),
                        fields=["state", "not_before"],
                        name="job_open",
                    ),
                    models.Index(fields=["created_by", "-id"], name="job_created_by"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "running"), _negated=True),
                            models.Q(
                                ("lease_until__isnull", False), models.Q(("lease_owner", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="job_running_has_lease",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ScheduledRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=60, verbose_name="任务")),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "进行中"), ("done", "成功"), ("failed", "失败")],
                        default="running",
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                ("started_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="开始时间")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                ("lease_owner", models.CharField(blank=True, max_length=80, verbose_name="租约持有者")),
                ("lease_until", models.DateTimeField(blank=True, null=True, verbose_name="租约到期")),
                ("outcome", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                ("log", models.TextField(blank=True, verbose_name="日志")),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="执行人",
                    ),
                ),
            ],
            options={
                "verbose_name": "定时任务执行",
                "ordering": ("-id",),
                "indexes": [models.Index(fields=["key", "-id"], name="scheduled_run_key")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "running")),
                        fields=("key",),
                        name="scheduled_run_one_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                (
                    "part",
                    models.CharField(max_length=20, primary_key=True, serialize=False, verbose_name="部件"),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("host", models.CharField(blank=True, max_length=80, verbose_name="主机")),
            ],
            options={
                "verbose_name": "心跳",
            },
        ),
        migrations.CreateModel(
            name="Download",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="downloads",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="领取人",
                    ),
                ),
                (
                    "job",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="download",
                        to="jobs.job",
                        verbose_name="任务",
                    ),
                ),
                ("filename", models.CharField(max_length=200, verbose_name="文件")),
                ("path", models.CharField(max_length=200, unique=True, verbose_name="存放位置")),
                ("size", models.PositiveBigIntegerField(verbose_name="大小")),
                ("created_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="生成时间")),
                ("fetched_at", models.DateTimeField(blank=True, null=True, verbose_name="首次下载")),
                ("expires_at", models.DateTimeField(verbose_name="保留至")),
            ],
            options={
                "verbose_name": "下载文件",
                "ordering": ("-id",),
                "indexes": [
                    models.Index(fields=["user", "-id"], name="download_user"),
                    models.Index(fields=["expires_at"], name="download_expiry"),
                ],
            },
        ),
    ]
