"""Forms: what they offer, check and save."""
