"""Forms as workbooks, and back."""
