from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "xianan.jobs"
    verbose_name = "后台任务"
