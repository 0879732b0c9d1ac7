"""Proofs too large for `make test`: each module has `main()`, which prints its figures as Markdown, or raises."""
