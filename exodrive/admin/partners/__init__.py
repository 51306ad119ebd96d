"""Who sells through the API, for managers and owners: whatever views there are, they are on `blueprint`."""

from exodrive.admin.partners.blueprint import blueprint
from exodrive.admin.partners.desk import add, change, everybody, reactivate, show, suspend
from exodrive.admin.partners.keys import issue, revoke, rotate
from exodrive.admin.partners.rollout import allow, clear, edit, rollouts

__all__ = [
    "add",
    "allow",
    "blueprint",
    "change",
    "clear",
    "edit",
    "everybody",
    "issue",
    "reactivate",
    "revoke",
    "rollouts",
    "rotate",
    "show",
    "suspend",
]
