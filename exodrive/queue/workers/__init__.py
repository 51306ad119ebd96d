"""Who does what: one module a queue, each function one service method. Importing this package fills the registry."""
