"""The portal's addresses, the admin's, and the plain page that is the unit of the others."""

from django.urls import path

from bench.yardsticks import plain, site
from xianan.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [path("bench/plain/", plain), path("bench/admin/", site.urls), *urlpatterns]
