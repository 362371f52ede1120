from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"
    verbose_name = "演示数据"

    def ready(self) -> None:
        from xianan.imports.samples import offer
        from xianan.portal.demonstration import Demonstration, register

        from .accounts import ACCOUNTS, PASSWORD, greeting
        from .first_start import prepare
        from .workbooks import filings

        offer("filing", filings)
        register(Demonstration(ACCOUNTS, PASSWORD, prepare, greeting))
