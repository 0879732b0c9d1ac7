"""What the command `siklus` does, by theme; engine/cli.py reads the words of the call and picks one."""
