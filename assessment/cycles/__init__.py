"""年度考核: a year of the assessment, from its arrangement to the archive (P36 to P40)."""
