"""From a document to a workflow ready to run: shape, names, meaning, expressions; every problem with its place."""
