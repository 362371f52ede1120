from xianan.core.choices import ToneChoices


class JobState(ToneChoices):
    """Where a job stands."""

    QUEUED = "queued", "排队中", "grey"
    RUNNING = "running", "进行中", "blue"
    DONE = "done", "已完成", "green"
    FAILED = "failed", "未完成", "red"
    CANCELLED = "cancelled", "已取消", "grey"


class RunState(ToneChoices):
    """How a run of a scheduled entry went."""

    RUNNING = "running", "进行中", "blue"
    DONE = "done", "成功", "green"
    FAILED = "failed", "失败", "red"
