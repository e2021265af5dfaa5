"""What outlives an expression: classes, instances, registries, what is kept under a name."""
