"""The development mailbox: what customers would have received."""
