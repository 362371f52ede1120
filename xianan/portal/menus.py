"""What the front door adds to the frame."""

from xianan.ui.menu import MenuEntry, Tool, register_menu, register_tool

register_menu(MenuEntry("", "工作台", "portal:home", "home", order=0))
register_tool(Tool("我的任务", "portal:jobs", "clock", order=20))
