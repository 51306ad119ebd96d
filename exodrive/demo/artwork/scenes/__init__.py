"""The places where the cars stand. Canvas 1600 × 1000, y downwards, tyres on y = 790."""
