"""The desk's page of mails: what became of each, and with `make run` what is in them."""
