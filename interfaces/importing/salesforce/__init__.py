"""Exports of Salesforce: opportunities with their history, contact roles, tasks and events."""
