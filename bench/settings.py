"""The portal's settings with Django's admin beside it, to measure both on the same rows."""

from xianan.settings import *  # noqa: F403
from xianan.settings import INSTALLED_APPS, LOGGING

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin", "bench"]
ROOT_URLCONF = "bench.urls"
LOGGING = {**LOGGING, "root": {"handlers": ["stderr"], "level": "ERROR"}}
