"""Exports of Pipedrive: the JSON of deals with their flow."""
