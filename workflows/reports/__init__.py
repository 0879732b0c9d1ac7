"""The reports that come with the product. Each asks flat questions of engine/store/queries/report_*.py, and no more."""
