from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrganizationsConfig(AppConfig):
    name = "xianan.organizations"
    verbose_name = "机构与人员"

    def ready(self) -> None:
        from . import menus, permissions  # noqa: F401
        from .services.grants import create_permissions

        post_migrate.connect(create_permissions, dispatch_uid="organizations.create_permissions")
