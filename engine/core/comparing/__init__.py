"""What is different between two definitions, or drafts of one, as sentences; nothing is left unsaid."""
