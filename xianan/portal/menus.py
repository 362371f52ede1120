"""What the front door adds to the frame."""

from xianan.jobs.selectors import new_downloads
from xianan.organizations.requests import Request
from xianan.ui.menu import Badge, MenuEntry, Tool, register_badges, register_menu, register_tool

register_menu(
    MenuEntry("", "工作台", "portal:home", "home", order=0),
    MenuEntry("系统", "定时任务", "portal:schedule", "clock", ("view_jobs",), order=80),
    MenuEntry("系统", "系统状态", "portal:status", "shield", ("view_jobs",), order=90),
)
register_tool(
    Tool("我的任务", "portal:jobs", "clock", order=20),
    Tool("我的下载", "portal:downloads", "download", order=25),
)


@register_badges
def badges(request: Request) -> list[Badge]:
    """New files on the person's downloads."""
    return [Badge("portal:downloads", new_downloads(request.user))]
