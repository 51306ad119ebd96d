"""Documents: typeset from data, kept encrypted, never altered."""
