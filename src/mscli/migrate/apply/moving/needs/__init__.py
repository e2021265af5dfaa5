"""What a handler needs, symbol by symbol, under which name, and why it cannot go."""
