"""Exports of HubSpot: deals with the history of their properties, pipelines, contacts and merges."""
