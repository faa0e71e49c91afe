"""What people read in place of codes, event types and field names, in English and in Chinese."""
