"""Powers in force (街道职权): both sides state, 区委编办 confirms, the street takes over, an end is told."""
