"""What this product does: shipped definitions, and the guards, methods and jobs that definitions may name."""
