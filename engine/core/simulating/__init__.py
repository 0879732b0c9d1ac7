"""Plays a definition that nobody runs yet: one case of made-up people, moved by the real machine. Nothing is stored.

cast.py who takes part, examples.py what they answer, play.py the case as it stands, walking.py steps of a scenario,
testing.py scenarios as tests, exploring.py every path. Time is passed in; no clock, no chance.
"""
