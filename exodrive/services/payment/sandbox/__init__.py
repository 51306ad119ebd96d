"""The built-in gateway: another company in all but its address. Its books, its page and its webhooks are its own."""
