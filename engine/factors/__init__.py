"""Second factors: codes of an app, passkeys, recovery codes. What a session must show stands in engine/signin.py."""
