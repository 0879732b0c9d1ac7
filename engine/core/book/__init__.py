"""The procedure book: what a definition asks of whom, in plain words. Pages and prints draw it; nothing here does."""
