"""Engines: the real servers that a system runs on, one workload each."""
