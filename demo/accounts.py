"""The accounts of the demonstration, shown on its sign-in page and in the terminal at the first start."""

from __future__ import annotations

from unicodedata import east_asian_width

from django.contrib.auth import get_user_model

from xianan.portal.demonstration import Account

PASSWORD = "Xianan-2026"

ACCOUNTS: list[Account] = [
    Account("bianban", "周×", "区委编办", "区委编办", "副主任"),
    Account("bianban2", "萧×", "区委编办", "区委编办", "科员"),
    Account("sifa-shenhe", "吴×", "区司法局", "区司法局", "法制股股长"),
    Account("zhengfuban", "郑×", "区政府办", "区政府办", "综合科科长"),
    Account("ducha", "王×", "区政府督查室", "督查室", "督查员"),
    Account("zuzhibu", "任×", "区委组织部", "组织人社", "公务员科科长"),
    Account("renshe", "方×", "区人社局", "组织人社", "事业单位人事管理股股长"),
    Account("caizheng", "程×", "区财政局", "区级查阅", "预算股科员"),
    Account("chengguan-jb", "陈×", "区城市管理执法局", "部门经办人", "政策法规股科员"),
    Account("chengguan-fz", "刘×", "区城市管理执法局", "部门负责人", "副局长"),
    Account("xiaofang-jb", "黄×", "区消防救援大队", "部门经办人", "防火监督科参谋"),
    Account("xiaofang-fz", "赵×", "区消防救援大队", "部门负责人", "副大队长"),
    Account("yingji-jb", "孙×", "区应急管理局", "部门经办人", "执法监督股科员"),
    Account("yingji-fz", "胡×", "区应急管理局", "部门负责人", "副局长"),
    Account("zhujian-jb", "朱×", "区住房和城乡建设局", "部门经办人", "政策法规股科员"),
    Account("zhujian-fz", "高×", "区住房和城乡建设局", "部门负责人", "副局长"),
    Account("zhujian-cy", "林×", "区住房和城乡建设局", "部门查阅", "城建股科员"),
    Account("minzheng-jb", "何×", "区民政局", "部门经办人", "办公室科员"),
    Account("minzheng-fz", "郭×", "区民政局", "部门负责人", "副局长"),
    Account("sifa-jb", "马×", "区司法局", "部门经办人", "公共法律服务股科员"),
    Account("sifa-fz", "罗×", "区司法局", "部门负责人", "副局长"),
    Account("wenquan-jb", "梁×", "温泉街道", "街道经办人", "党政办科员"),
    Account("wenquan-fz", "宋×", "温泉街道", "街道负责人", "办事处副主任"),
    Account("wenquan-cy", "谢×", "温泉街道", "街道查阅", "综合执法中心科员"),
    Account("wenquan-sfs", "韩×", "温泉司法所", "街道司法所", "所长"),
    Account("fushan-jb", "唐×", "浮山街道", "街道经办人", "党政办科员"),
    Account("fushan-fz", "冯×", "浮山街道", "街道负责人", "办事处副主任"),
    Account("yongan-jb", "于×", "永安街道", "街道经办人", "党政办科员"),
    Account("yongan-fz", "董×", "永安街道", "街道负责人", "办事处副主任"),
]

OTHERS: list[Account] = [
    Account("fushan-sfs", "邓×", "浮山司法所", "街道司法所", "所长"),
    Account("yongan-sfs", "许×", "永安司法所", "街道司法所", "所长"),
    Account("gongan-jb", "傅×", "区公安分局", "部门经办人", "科员"),
    Account("gongan-fz", "沈×", "区公安分局", "部门负责人", "副局长"),
    Account("ziran-jb", "曾×", "区自然资源和规划局", "部门经办人", "科员"),
    Account("ziran-fz", "彭×", "区自然资源和规划局", "部门负责人", "副局长"),
    Account("jiaotong-jb", "吕×", "区交通运输局", "部门经办人", "科员"),
    Account("jiaotong-fz", "苏×", "区交通运输局", "部门负责人", "副局长"),
    Account("shuili-jb", "卢×", "区水利和湖泊局", "部门经办人", "科员"),
    Account("shuili-fz", "蒋×", "区水利和湖泊局", "部门负责人", "副局长"),
    Account("nongye-jb", "蔡×", "区农业农村局", "部门经办人", "科员"),
    Account("nongye-fz", "贾×", "区农业农村局", "部门负责人", "副局长"),
    Account("wenlv-jb", "丁×", "区文化和旅游局", "部门经办人", "科员"),
    Account("wenlv-fz", "魏×", "区文化和旅游局", "部门负责人", "副局长"),
    Account("weijian-jb", "薛×", "区卫生健康局", "部门经办人", "科员"),
    Account("weijian-fz", "叶×", "区卫生健康局", "部门负责人", "副局长"),
    Account("tuiyi-jb", "阎×", "区退役军人事务局", "部门经办人", "科员"),
    Account("tuiyi-fz", "余×", "区退役军人事务局", "部门负责人", "副局长"),
    Account("shichang-jb", "潘×", "区市场监督管理局", "部门经办人", "科员"),
    Account("shichang-fz", "杜×", "区市场监督管理局", "部门负责人", "副局长"),
    Account("linye-jb", "戴×", "区林业局", "部门经办人", "科员"),
    Account("linye-fz", "夏×", "区林业局", "部门负责人", "副局长"),
    Account("canlian-jb", "钟×", "区残疾人联合会", "部门经办人", "科员"),
    Account("canlian-fz", "汪×", "区残疾人联合会", "部门负责人", "理事长"),
]
"""The story needs these people too; the sign-in page would be too long with them."""


def are_open() -> bool:
    """Whether the story has been told here: its people can sign in."""
    names = [account.username for account in ACCOUNTS]
    return get_user_model().objects.filter(username__in=names).exists()


def greeting() -> list[str]:
    """Return the lines that list the accounts in the terminal."""
    if not are_open():
        return []
    lines = [f"  {padded(row.username, 14)}{padded(row.role, 14)}{row.organization}" for row in ACCOUNTS]
    return [f"演示账号（密码均为 {PASSWORD}）：", *lines, ""]


def padded(text: str, columns: int) -> str:
    """Fill with spaces to this width of a terminal, where a Chinese character takes two columns."""
    width = sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
    return text + " " * max(1, columns - width)
