"""The course as a web page with Python in it: static files that any web server can show."""
