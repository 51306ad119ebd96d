"""Who does what: one module a queue, each function one service method. Importing this package fills the registry."""

from exodrive.queue.workers import booking, email, payment, report, upkeep, webhook

__all__ = ["booking", "email", "payment", "report", "upkeep", "webhook"]
