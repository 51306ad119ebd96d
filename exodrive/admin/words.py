"""What is kept as a code, in words for people."""

from typing import Any

from flask_babel import lazy_gettext

from exodrive.core.actor import ActorKind
from exodrive.http.fields import label

_DEEDS = {
    "booking.held": lazy_gettext("Car held"),
    "booking.hold_extended": lazy_gettext("Hold extended"),
    "booking.expired": lazy_gettext("Hold ended"),
    "booking.confirmed": lazy_gettext("Booking confirmed"),
    "booking.cancelled": lazy_gettext("Booking cancelled"),
    "booking.paid_too_late": lazy_gettext("Paid after the hold had ended"),
    "booking.note_added": lazy_gettext("Note written"),
    "booking.link_renewed": lazy_gettext("New link sent"),
    "document.made": lazy_gettext("Document made"),
    "document.opened": lazy_gettext("Document opened"),
    "mail.resent": lazy_gettext("Sent again"),
    "mail.suppression_lifted": lazy_gettext("Address takes mail again"),
    "job.retry": lazy_gettext("Run again"),
    "job.cancel": lazy_gettext("Cancelled"),
    "job.prioritise": lazy_gettext("Priority changed"),
    "job.bulk_retry": lazy_gettext("Ordered to run all again"),
    "job.bulk_cancel": lazy_gettext("Ordered to cancel all"),
    "job.bulk_delete": lazy_gettext("Ordered to delete all"),
    "job.bulk_prioritise": lazy_gettext("Ordered to change the priority of all"),
    "booking.asked_to_pay_again": lazy_gettext("Asked to pay again"),
    "booking.paid_again": lazy_gettext("Paid again"),
    "payment.renewed": lazy_gettext("Reservation renewed"),
    "payment.move_failed": lazy_gettext("Money did not move"),
    "payment.authorised": lazy_gettext("Payment authorised"),
    "payment.captured": lazy_gettext("Payment captured"),
    "payment.refunded": lazy_gettext("Payment refunded"),
    "payment.voided": lazy_gettext("Authorisation released"),
    "payment.failed": lazy_gettext("Payment failed"),
    "campaign.written": lazy_gettext("Campaign written"),
    "campaign.changed": lazy_gettext("Campaign changed"),
    "campaign.sent": lazy_gettext("Campaign sent"),
    "campaign.cancelled": lazy_gettext("Campaign called off"),
    "partner.added": lazy_gettext("Partner added"),
    "partner.changed": lazy_gettext("Partner changed"),
    "partner.suspended": lazy_gettext("Suspended"),
    "partner.reactivated": lazy_gettext("Let in again"),
    "partner.key_issued": lazy_gettext("Key made"),
    "partner.key_rotated": lazy_gettext("Key replaced"),
    "partner.key_revoked": lazy_gettext("Key revoked"),
    "webhook.added": lazy_gettext("Endpoint added"),
    "webhook.changed": lazy_gettext("Endpoint changed"),
    "webhook.secret_rotated": lazy_gettext("New secret"),
    "webhook.shut": lazy_gettext("Endpoint switched off"),
    "webhook.opened": lazy_gettext("Endpoint switched on"),
    "webhook.tested": lazy_gettext("Test sent"),
    "webhook.sent_again": lazy_gettext("Message sent again"),
    "webhook.replayed": lazy_gettext("Sent again since a day"),
    "photo.added": lazy_gettext("Photograph sent"),
    "photo.shown": lazy_gettext("Photograph on the page"),
    "photo.refused": lazy_gettext("Photograph refused"),
    "photo.moved": lazy_gettext("Photographs put in order"),
    "photo.removed": lazy_gettext("Photograph taken off"),
    "car.created": lazy_gettext("Car taken into the fleet"),
    "car.changed": lazy_gettext("Particulars changed"),
    "car.retired": lazy_gettext("Car retired"),
    "car.reinstated": lazy_gettext("Car back on the site"),
    "rate.season_added": lazy_gettext("Season added"),
    "rate.season_changed": lazy_gettext("Season changed"),
    "rate.season_removed": lazy_gettext("Season removed"),
    "report.exported": lazy_gettext("Report exported"),
    "report.fetched": lazy_gettext("Report fetched"),
    "staff.invited": lazy_gettext("Invited"),
    "staff.invited_again": lazy_gettext("Invited again"),
    "staff.invitation_accepted": lazy_gettext("Invitation accepted"),
    "staff.role_changed": lazy_gettext("Role changed"),
    "staff.deactivated": lazy_gettext("Account shut"),
    "staff.reactivated": lazy_gettext("Account opened again"),
    "staff.reset_asked": lazy_gettext("Asked for a new password"),
    "staff.password_reset": lazy_gettext("Password chosen by link"),
    "staff.password_changed": lazy_gettext("Password changed"),
    "staff.key_made": lazy_gettext("Key of the API made"),
    "staff.key_revoked": lazy_gettext("Key of the API revoked"),
    "staff.signed_in": lazy_gettext("Signed in"),
    "staff.signed_out": lazy_gettext("Signed out"),
    "staff.sign_in_failed": lazy_gettext("Sign-in failed"),
    "staff.sign_in_locked": lazy_gettext("Sign-in refused after too many tries"),
    "staff.session_revoked": lazy_gettext("A device signed out"),
    "staff.sessions_revoked": lazy_gettext("Devices signed out"),
}
_ACTORS = {
    ActorKind.CUSTOMER: lazy_gettext("Customer"),
    ActorKind.STAFF: lazy_gettext("Staff"),
    ActorKind.PARTNER: lazy_gettext("Partner"),
    ActorKind.SYSTEM: lazy_gettext("System"),
    ActorKind.GATEWAY: lazy_gettext("Payment gateway"),
}
_TROUBLE = frozenset({"failed", "dead", "bounced", "complained", "suppressed"})
_UNDERWAY = frozenset({"open", "pending", "retrying", "queued", "waiting", "active", "scheduled"})


def deed(action: str) -> str:
    """An audit entry's action."""
    return str(_DEEDS.get(action) or label(action.partition(".")[2].replace("_", " ")))


def actor(kind: str) -> str:
    """Who did it, where no name is known."""
    return str(_ACTORS[ActorKind(kind)])


def subject_of(code: str) -> str:
    """A job's or a mail's kind: `email.booking_confirmation` is a booking confirmation, `document.make` makes one."""
    room, _, deed_ = code.rpartition(".")
    return label(f"{deed_} {room}" if room and "_" not in deed_ and room != "email" else deed_)


def outcome_tone(state: Any) -> str:
    """The colour of how a payment, a mail or a job came out."""
    if str(state) in _TROUBLE:
        return "danger"
    return "warning" if str(state) in _UNDERWAY else "success"


FILTERS = {"deed": deed, "actor_words": actor, "subject_words": subject_of, "outcome_tone": outcome_tone}
