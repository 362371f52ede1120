from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "xianan.imports"
    verbose_name = "工作簿导入"
