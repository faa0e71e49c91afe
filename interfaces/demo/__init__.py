"""A deterministic store to try everything on: eighteen months of two teams, made by code, never shipped as data."""
