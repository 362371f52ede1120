"""考评细则: what the assessment scores by, a version of a year, frozen once a cycle uses it (P38)."""
