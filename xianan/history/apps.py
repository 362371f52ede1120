from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "xianan.history"
    verbose_name = "办理记录"
