"""The layers that stand around a procedure; `exodrive.api.pipeline` gives their order."""
