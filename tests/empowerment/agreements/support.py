"""What several tests of letters need."""


def change_item(world, name: str, duties: str) -> None:
    """File a change of a listed item and have it passed, so that a new version of the list has it."""
    from empowerment.filings.services import add_item
    from empowerment.filings.steps import create_filing, submit_filing

    filing = create_filing(organization=world.department, title="变更", actor=world.clerk)
    add_item(filing, actor=world.clerk, values=world.values(name, duties=duties))
    submit_filing(filing, actor=world.head)
    world.pass_desk(filing, "establishment", world.establishment)
    world.pass_desk(filing, "justice", world.justice)
    world.meeting(filing, name="第2次常务会议")
