from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "xianan.ui"
    label = "ui"
    verbose_name = "界面"
