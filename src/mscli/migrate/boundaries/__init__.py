"""From facts to boundaries: what belongs to which service, and what the cut costs."""
