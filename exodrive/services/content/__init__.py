"""The business's own words: messages from visitors."""
