"""What the exports of every CRM have in common: files, rows, dates, and the story that a deal's rows tell."""
