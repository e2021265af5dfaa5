"""Systems, services and calls from templates; every write of a command is one transaction."""
