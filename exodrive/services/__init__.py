"""The business. A room a subject; a room calls lower rooms only."""
