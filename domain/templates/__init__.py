"""Pipelines that ship with dealtrail: ready to sell with, or to start one's own from."""
