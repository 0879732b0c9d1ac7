"""What can be proven later: canonical bytes, hashes, commitments and the leaves of events."""
