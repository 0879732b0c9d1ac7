"""Forms: what may be seen and filled, how answers are judged, and how pages show them."""
