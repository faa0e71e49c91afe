"""What the command line says, in English and in Chinese: a module a subject."""
