"""The sandbox gateway's hosted page: another company's site, as far as customers and the shop are concerned."""
