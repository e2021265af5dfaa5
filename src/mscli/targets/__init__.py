"""Targets: a Stack and bindings -> files. One module each, listed in `mscli.render`."""
