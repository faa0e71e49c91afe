"""Announce: deals that were won, lost, reopened or pushed, told to the chats of a sales team."""
