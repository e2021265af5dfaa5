"""Which tables belong together: communities, cuts, merges, corrected by the structure."""
