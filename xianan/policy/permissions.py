from xianan.organizations.roles import Right, register

register(
    Right("edit_parameters", "维护政策参数", district=("establishment",)),
    Right(
        "view_parameters",
        "查看政策参数",
        district=(
            "establishment",
            "district_reader",
            "justice",
            "government_office",
            "inspection",
            "personnel",
        ),
    ),
)
