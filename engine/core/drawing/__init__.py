"""Where the parts of a definition's picture stand. Whole numbers; templates draw."""
