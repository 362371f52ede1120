"""The standing mark 待合法性复核 of an item, and what 区司法局 finds on looking again."""
