from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "xianan.portal"
    verbose_name = "工作台"

    def ready(self) -> None:
        from . import desk, menus, permissions  # noqa: F401
        from .services import exports  # noqa: F401
