"""What moved code needs though no line says so: what fills a name, listens, or answers first."""
