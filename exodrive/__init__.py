"""ExoDrive: the booking portal of an exotic-car rental business."""

__version__ = "0.1.0"
