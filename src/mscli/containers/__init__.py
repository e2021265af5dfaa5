"""What all targets of containers share: how values look from inside, and secrets' files."""
