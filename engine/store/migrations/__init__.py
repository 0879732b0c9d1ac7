"""The steps of the schema, forwards only. Each stands for itself: none imports the tables of today."""
