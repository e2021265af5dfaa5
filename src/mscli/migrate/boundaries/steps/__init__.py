"""`plan.md`: the steps of a migration in order, and the contracts that freeze the boundaries."""
