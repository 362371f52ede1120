"""评分: what one side says on a form of the year, unseen by the other (P30)."""
