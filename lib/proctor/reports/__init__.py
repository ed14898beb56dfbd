"""Feedback pages, class report, exports, and the HTML sanitiser."""
