from xianan.core.choices import ToneChoices


class Kind(ToneChoices):
    """What an organization is."""

    GOVERNMENT = "government", "区人民政府", "blue"
    OFFICE = "office", "综合办事机构", "blue"
    DEPARTMENT = "department", "区直部门", "grey"
    STREET = "street", "街道", "green"
    STATION = "station", "街道司法所", "grey"

    @property
    def group(self) -> str:
        """Among which kinds a reform moves what an organization did: streets, stations, or the district's."""
        return self.value if self in (Kind.STREET, Kind.STATION) else "district"


class Standing(ToneChoices):
    """What an organization is on a day, by its days."""

    ACTIVE = "active", "存续", "green"
    COMING = "coming", "未成立", "blue"
    CEASED = "ceased", "已撤销", "grey"


class Duty(ToneChoices):
    """The district-wide duty of an office under the two documents."""

    GOVERNMENT = "government", "区人民政府"
    GOVERNMENT_OFFICE = "government_office", "区政府办"
    ESTABLISHMENT = "establishment", "区委编办"
    JUSTICE = "justice", "区司法局"
    FINANCE = "finance", "区财政局"
    DATA = "data", "区政务服务和大数据管理局"
    PARTY_ORGANIZATION = "party_organization", "区委组织部"
    PERSONNEL = "personnel", "区人社局"
    PARTY_INSPECTION = "party_inspection", "区委督查室"
    GOVERNMENT_INSPECTION = "government_inspection", "区政府督查室"


class KeyKind(ToneChoices):
    """By which number a person is known."""

    IDENTITY = "identity", "身份证号码"
    STAFF = "staff", "工号"
