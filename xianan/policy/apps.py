from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "xianan.policy"
    verbose_name = "政策文件与参数"

    def ready(self) -> None:
        from . import menus, permissions  # noqa: F401
