"""The trust border itself: the codec for plain data, the channel, limits.

Both sides use it; it imports neither.
"""
