"""年度考核: the appraisal of one year, from its start to its end (P30)."""
