"""Evidence: where the bytes of files lie, and what a file is by its content. No rows and no rights here."""
