"""What Django's project does with every request: who asks, what answers first, messages, errors."""
