"""What the parts of a definition are called and what they say, in words: shared by comparisons and procedure books."""
