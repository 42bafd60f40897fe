"""A month of practice: an invented site to look around in, to take pictures of, and to try the
desk on. `manage.py demo_site` lives it with the service's own code."""
