"""What the pages of this app share: the section of the menu that they stand in."""

SECTION = "人员与培训"
