"""What is measured, against a hand-written floor in the same run. `make bench` prints the table."""
