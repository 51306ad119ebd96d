"""Reports: figures over a period, on a page and as files."""
