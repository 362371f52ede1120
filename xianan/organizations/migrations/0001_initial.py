import django.contrib.auth.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import xianan.core.clock
import xianan.core.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="District",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=6, unique=True, verbose_name="行政区划代码")),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                (
                    "short_name",
                    models.CharField(help_text="用于标题，如“咸安区”", max_length=20, verbose_name="简称"),
                ),
                (
                    "portal_name",
                    models.CharField(default="街道赋权工作平台", max_length=60, verbose_name="平台名称"),
                ),
            ],
            options={
                "verbose_name": "行政区",
                "ordering": ("code",),
            },
        ),
        migrations.CreateModel(
            name="Tries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("limit", models.CharField(max_length=20, verbose_name="限制")),
                ("subject", models.CharField(max_length=64, verbose_name="对象")),
                ("owner", models.CharField(blank=True, max_length=64, verbose_name="账号")),
                ("number", models.PositiveIntegerField(verbose_name="次数")),
                ("until", models.DateTimeField(verbose_name="计至")),
            ],
            options={
                "verbose_name": "尝试次数",
                "indexes": [
                    models.Index(
                        condition=models.Q(("owner", ""), _negated=True), fields=["owner"], name="tries_owner"
                    ),
                    models.Index(fields=["until"], name="tries_until"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("limit", "subject"), name="tries_one_row_a_subject")
                ],
            },
        ),
        migrations.CreateModel(
            name="Organization",
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
                        related_name="organizations",
                        to="organizations.district",
                        verbose_name="行政区",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                (
                    "full_name",
                    models.CharField(
                        blank=True, help_text="文书落款使用，留空同名称", max_length=120, verbose_name="全称"
                    ),
                ),
                ("short_name", models.CharField(blank=True, max_length=20, verbose_name="简称")),
                (
                    "aliases",
                    models.JSONField(
                        blank=True, default=list, help_text="表格中可能出现的其他叫法", verbose_name="别名"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("government", "区人民政府"),
                            ("office", "综合办事机构"),
                            ("department", "区直部门"),
                            ("street", "街道"),
                            ("station", "街道司法所"),
                        ],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                (
                    "duty",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("government", "区人民政府"),
                            ("government_office", "区政府办"),
                            ("establishment", "区委编办"),
                            ("justice", "区司法局"),
                            ("finance", "区财政局"),
                            ("data", "区政务服务和大数据管理局"),
                            ("party_organization", "区委组织部"),
                            ("personnel", "区人社局"),
                            ("party_inspection", "区委督查室"),
                            ("government_inspection", "区政府督查室"),
                        ],
                        max_length=24,
                        verbose_name="全区职责",
                    ),
                ),
                ("empowering", models.BooleanField(default=False, verbose_name="赋权部门")),
                ("code", models.CharField(blank=True, max_length=20, verbose_name="代码")),
                ("credit_code", models.CharField(blank=True, max_length=18, verbose_name="统一社会信用代码")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="organizations.organization",
                        verbose_name="上级机构",
                    ),
                ),
                ("display_order", models.PositiveIntegerField(default=1000, verbose_name="排序")),
                ("active_from", models.DateField(blank=True, null=True, verbose_name="成立日期")),
                ("active_until", models.DateField(blank=True, null=True, verbose_name="撤销日期")),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="predecessors",
                        to="organizations.organization",
                        verbose_name="承接机构",
                    ),
                ),
            ],
            options={
                "verbose_name": "机构",
                "ordering": ("display_order", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("active_from__isnull", True),
                            ("active_until__isnull", True),
                            ("active_until__gte", models.F("active_from")),
                            _connector="OR",
                        ),
                        name="organization_days",
                        violation_error_message="撤销日期不能早于成立日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("successor__isnull", True), ("active_until__isnull", False), _connector="OR"
                        ),
                        name="organization_successor_of_ceased",
                        violation_error_message="没有撤销的机构没有承接机构。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("successor", models.F("id")), _negated=True),
                        name="organization_not_own_successor",
                        violation_error_message="承接机构不能是本机构。",
                    ),
                    models.UniqueConstraint(
                        fields=("district", "name"),
                        name="organization_name_once",
                        violation_error_message="本区已有同名机构。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ("street", "station")), _negated=True),
                            ("empowering", False),
                            _connector="OR",
                        ),
                        name="organization_street_never_gives",
                        violation_error_message="街道不得再将承接的权限赋予其他组织或者个人，不能设为赋权部门。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("parent", models.F("id")), _negated=True),
                        name="organization_not_own_parent",
                        violation_error_message="上级机构不能是本机构。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("credit_code", ""), _negated=True),
                        fields=("district", "credit_code"),
                        name="organization_credit_code_once",
                        violation_error_message="该统一社会信用代码已被其他机构使用。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DistrictGroupPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "permission",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission"),
                ),
                ("group", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.group")),
                ("starts_on", models.DateField(default=xianan.core.clock.today)),
                ("ends_on", models.DateField(null=True)),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="organizations.district"
                    ),
                ),
            ],
            options={
                "unique_together": {("group", "permission", "content_object", "starts_on")},
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="districtgrouppermission_term",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OrganizationGroupPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "permission",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission"),
                ),
                ("group", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.group")),
                ("starts_on", models.DateField(default=xianan.core.clock.today)),
                ("ends_on", models.DateField(null=True)),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="organizations.organization"
                    ),
                ),
            ],
            options={
                "unique_together": {("group", "permission", "content_object", "starts_on")},
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="organizationgrouppermission_term",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="users",
                        to="organizations.district",
                        verbose_name="行政区",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="users",
                        to="organizations.organization",
                        verbose_name="所在机构",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "该账号已存在。"},
                        max_length=60,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="账号",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                ("title", models.CharField(blank=True, max_length=60, verbose_name="职务")),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=xianan.core.clock.now, editable=False, verbose_name="建立时间"
                    ),
                ),
                (
                    "person_index",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="人员标识索引"),
                ),
                (
                    "password_is_initial",
                    models.BooleanField(default=False, editable=False, verbose_name="密码由他人设定"),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "人员",
                "ordering": ("organization__display_order", "id"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("person_index", ""), _negated=True),
                        fields=["person_index"],
                        name="user_person",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("is_active", True), models.Q(("person_index", ""), _negated=True)
                        ),
                        fields=("organization", "person_index"),
                        name="user_person_once_in_organization",
                        violation_error_message="该人员在本机构已有启用的账号。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OrganizationUserPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "permission",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("starts_on", models.DateField(default=xianan.core.clock.today)),
                ("ends_on", models.DateField(null=True)),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="organizations.organization"
                    ),
                ),
            ],
            options={
                "unique_together": {("user", "permission", "content_object", "starts_on")},
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="organizationuserpermission_term",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DistrictUserPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "permission",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("starts_on", models.DateField(default=xianan.core.clock.today)),
                ("ends_on", models.DateField(null=True)),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="organizations.district"
                    ),
                ),
            ],
            options={
                "unique_together": {("user", "permission", "content_object", "starts_on")},
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="districtuserpermission_term",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UsedPassword",
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
                        related_name="used_passwords",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="密码摘要")),
                ("set_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="设定时间")),
            ],
            options={
                "verbose_name": "用过的密码",
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="PersonKey",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="person_key",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("identity", "身份证号码"), ("staff", "工号")],
                        max_length=8,
                        verbose_name="人员标识种类",
                    ),
                ),
                ("number", xianan.core.fields.EncryptedTextField(verbose_name="人员标识")),
            ],
            options={
                "verbose_name": "人员标识",
            },
        ),
        migrations.CreateModel(
            name="RoleAssignment",
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
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignments",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="organizations.organization",
                        verbose_name="机构",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("department_clerk", "部门经办人"),
                            ("department_head", "部门负责人"),
                            ("department_reader", "部门查阅"),
                            ("street_clerk", "街道经办人"),
                            ("street_head", "街道负责人"),
                            ("street_reader", "街道查阅"),
                            ("station_staff", "街道司法所"),
                            ("establishment", "区委编办"),
                            ("justice", "区司法局"),
                            ("government_office", "区政府办"),
                            ("inspection", "督查室"),
                            ("personnel", "组织人社"),
                            ("district_reader", "区级查阅"),
                        ],
                        max_length=32,
                        verbose_name="角色",
                    ),
                ),
                ("starts_on", models.DateField(default=xianan.core.clock.today, verbose_name="起始日期")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="截止日期")),
            ],
            options={
                "verbose_name": "角色分配",
                "ordering": ("organization__display_order", "user_id", "role"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="role_assignment_period",
                        violation_error_message="截止日期不能早于起始日期。",
                    ),
                    models.UniqueConstraint(
                        fields=("user", "organization", "role", "starts_on"),
                        name="role_assignment_once",
                        violation_error_message="该人员已有同日起的同一角色。",
                    ),
                ],
            },
        ),
    ]
