"""The question whether somebody wants news by mail, and what its answer is worth."""

from dataclasses import dataclass
from datetime import datetime

CONSENT_WORDINGS = {
    1: "Write to me now and then about new cars and offers. Every mail has a link that stops it.",
}
"""Every version of the words that was shown: what somebody agreed to stays on record. Never change one; add one."""

CONSENT_WORDING = max(CONSENT_WORDINGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentView:
    """What a link that stops the news shows. `recipient` is masked: links are passed on."""

    recipient: str
    given_at: datetime
    withdrawn: bool
