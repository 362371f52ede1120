"""What this app adds to the table of roles."""

from xianan.organizations.roles import Right, register

register(
    Right("view_jobs", "查看定时任务和系统状态", district=("establishment",)),
    Right("run_jobs", "立即执行定时任务", district=("establishment",)),
)
