"""Prices: rates, seasons, tiers, extras, promo codes; the stored, itemised quote."""
