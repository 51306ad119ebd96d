"""Mail: rendered at send time, logged, sent through a port."""
