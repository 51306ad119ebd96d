"""Who does what: one module a queue, each function one service method. Importing this package fills the registry."""

from exodrive.queue.workers import booking, document, email, image, payment, report, upkeep, webhook

__all__ = ["booking", "document", "email", "image", "payment", "report", "upkeep", "webhook"]
