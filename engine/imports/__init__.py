"""Files of people, units, posts and appointments: read, mapped, judged row by row, and taken over in chunks.

columns, values, guessing, circles and the judges are pure; world reads what they need; acts are the verbs; running is
the work of the job. One change at a time is written by staffing.py, never here.
"""
