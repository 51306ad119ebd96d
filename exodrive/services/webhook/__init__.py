"""Webhooks that go out: events of the business, signed, to the endpoints that asked for them."""
