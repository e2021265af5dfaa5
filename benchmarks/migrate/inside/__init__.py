"""Runs inside an application's own environment, beside the hook of `mscli migrate scan`."""
