"""得分更正: points put right by one person, with the decision it rests on, and confirmed by another (P40)."""
