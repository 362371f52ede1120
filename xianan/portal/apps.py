from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "xianan.portal"
    verbose_name = "工作台"

    def ready(self) -> None:
        from xianan.ui.exports import register_later

        from . import menus, permissions  # noqa: F401
        from .services.exports import accept

        register_later(accept)
