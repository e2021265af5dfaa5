"""Runtimes: what drives the engines that run a rendered system."""
