from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"
    verbose_name = "演示数据"

    def ready(self) -> None:
        from xianan.portal.demonstration import Demonstration, register

        from .accounts import ACCOUNTS, PASSWORD, greeting
        from .first_start import prepare

        register(Demonstration(ACCOUNTS, PASSWORD, prepare, greeting))
