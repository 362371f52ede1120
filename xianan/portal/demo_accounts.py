"""The accounts of the demonstration, shown on its sign-in page and in the terminal at the first start."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "Xianan-2026"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One account of the demonstration story; all of them have the same password."""

    username: str
    name: str
    organization: str
    role: str
    title: str = ""


ACCOUNTS: list[DemoAccount] = [
    DemoAccount("bianban", "周×", "区委编办", "区委编办", "副主任"),
    DemoAccount("sifa-shenhe", "吴×", "区司法局", "区司法局", "法制股股长"),
    DemoAccount("zhengfuban", "郑×", "区政府办", "区政府办", "综合科科长"),
    DemoAccount("ducha", "王×", "区政府督查室", "督查室", "督查员"),
    DemoAccount("zuzhibu", "任×", "区委组织部", "组织人社", "公务员科科长"),
    DemoAccount("renshe", "方×", "区人社局", "组织人社", "事业单位人事管理股股长"),
    DemoAccount("caizheng", "程×", "区财政局", "区级查阅", "预算股科员"),
    DemoAccount("chengguan-jb", "陈×", "区城市管理执法局", "部门经办人", "政策法规股科员"),
    DemoAccount("chengguan-fz", "刘×", "区城市管理执法局", "部门负责人", "副局长"),
    DemoAccount("xiaofang-jb", "黄×", "区消防救援大队", "部门经办人", "防火监督科参谋"),
    DemoAccount("xiaofang-fz", "赵×", "区消防救援大队", "部门负责人", "副大队长"),
    DemoAccount("yingji-jb", "孙×", "区应急管理局", "部门经办人", "执法监督股科员"),
    DemoAccount("yingji-fz", "胡×", "区应急管理局", "部门负责人", "副局长"),
    DemoAccount("zhujian-jb", "朱×", "区住房和城乡建设局", "部门经办人", "政策法规股科员"),
    DemoAccount("zhujian-fz", "高×", "区住房和城乡建设局", "部门负责人", "副局长"),
    DemoAccount("zhujian-cy", "林×", "区住房和城乡建设局", "部门查阅", "城建股科员"),
    DemoAccount("minzheng-jb", "何×", "区民政局", "部门经办人", "办公室科员"),
    DemoAccount("minzheng-fz", "郭×", "区民政局", "部门负责人", "副局长"),
    DemoAccount("sifa-jb", "马×", "区司法局", "部门经办人", "公共法律服务股科员"),
    DemoAccount("sifa-fz", "罗×", "区司法局", "部门负责人", "副局长"),
    DemoAccount("wenquan-jb", "梁×", "温泉街道", "街道经办人", "党政办科员"),
    DemoAccount("wenquan-fz", "宋×", "温泉街道", "街道负责人", "办事处副主任"),
    DemoAccount("wenquan-cy", "谢×", "温泉街道", "街道查阅", "综合执法中心科员"),
    DemoAccount("wenquan-sfs", "韩×", "温泉司法所", "街道司法所", "所长"),
    DemoAccount("fushan-jb", "唐×", "浮山街道", "街道经办人", "党政办科员"),
    DemoAccount("fushan-fz", "冯×", "浮山街道", "街道负责人", "办事处副主任"),
    DemoAccount("yongan-jb", "于×", "永安街道", "街道经办人", "党政办科员"),
    DemoAccount("yongan-fz", "董×", "永安街道", "街道负责人", "办事处副主任"),
]

OTHERS: list[DemoAccount] = [
    DemoAccount("bianban2", "萧×", "区委编办", "区委编办", "科员"),
    DemoAccount("fushan-sfs", "邓×", "浮山司法所", "街道司法所", "所长"),
    DemoAccount("yongan-sfs", "许×", "永安司法所", "街道司法所", "所长"),
    DemoAccount("gongan-jb", "傅×", "区公安分局", "部门经办人", "科员"),
    DemoAccount("gongan-fz", "沈×", "区公安分局", "部门负责人", "副局长"),
    DemoAccount("ziran-jb", "曾×", "区自然资源和规划局", "部门经办人", "科员"),
    DemoAccount("ziran-fz", "彭×", "区自然资源和规划局", "部门负责人", "副局长"),
    DemoAccount("jiaotong-jb", "吕×", "区交通运输局", "部门经办人", "科员"),
    DemoAccount("jiaotong-fz", "苏×", "区交通运输局", "部门负责人", "副局长"),
    DemoAccount("shuili-jb", "卢×", "区水利和湖泊局", "部门经办人", "科员"),
    DemoAccount("shuili-fz", "蒋×", "区水利和湖泊局", "部门负责人", "副局长"),
    DemoAccount("nongye-jb", "蔡×", "区农业农村局", "部门经办人", "科员"),
    DemoAccount("nongye-fz", "贾×", "区农业农村局", "部门负责人", "副局长"),
    DemoAccount("wenlv-jb", "丁×", "区文化和旅游局", "部门经办人", "科员"),
    DemoAccount("wenlv-fz", "魏×", "区文化和旅游局", "部门负责人", "副局长"),
    DemoAccount("weijian-jb", "薛×", "区卫生健康局", "部门经办人", "科员"),
    DemoAccount("weijian-fz", "叶×", "区卫生健康局", "部门负责人", "副局长"),
    DemoAccount("tuiyi-jb", "阎×", "区退役军人事务局", "部门经办人", "科员"),
    DemoAccount("tuiyi-fz", "余×", "区退役军人事务局", "部门负责人", "副局长"),
    DemoAccount("shichang-jb", "潘×", "区市场监督管理局", "部门经办人", "科员"),
    DemoAccount("shichang-fz", "杜×", "区市场监督管理局", "部门负责人", "副局长"),
    DemoAccount("linye-jb", "戴×", "区林业局", "部门经办人", "科员"),
    DemoAccount("linye-fz", "夏×", "区林业局", "部门负责人", "副局长"),
    DemoAccount("canlian-jb", "钟×", "区残疾人联合会", "部门经办人", "科员"),
    DemoAccount("canlian-fz", "汪×", "区残疾人联合会", "部门负责人", "理事长"),
]
"""The story needs these people too; the sign-in page would be too long with them."""
