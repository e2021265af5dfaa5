"""Django's settings: what they say, and which of it goes along with which code."""
