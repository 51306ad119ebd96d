"""What holds for accounts, without looking anything up."""

import re
import string
import unicodedata
from datetime import timedelta

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.errors import Forbidden, Invalid
from exodrive.services.account.contracts import PASSWORD_LENGTH, LinkPurpose, StaffRole, StaffState

IDLE = timedelta(hours=8)
"""A session that is not used for so long is over."""
LONGEST = timedelta(days=7)
"""No session lasts longer, however much it is used."""
LINK_LIVES = {LinkPurpose.INVITATION: timedelta(hours=72), LinkPurpose.RESET: timedelta(hours=1)}

_MOST_GUESSED_WORDS = (
    "password passw0rd passwort qwerty qwertyuiop qwertz azerty asdfghjkl zxcvbnm letmein welcome admin administrator"
    " iloveyou changeme changeit monkey dragon football baseball superman batman sunshine princess master shadow"
    " exodrive default secret trustno starwars abcdef abcdefgh abcdefghijkl mypassword passwordpassword qwertyqwerty"
    " letmeinplease letmeinletmein adminadmin welcomewelcome correcthorsebatterystaple whatever companyname"
    " ferrari lamborghini porsche winter spring summer autumn january"
)
_MOST_GUESSED = frozenset(_MOST_GUESSED_WORDS.split())
_RUNS = ("01234567890123456789012345", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz")
_FEWEST_SIGNS = 5


def require(actor: Actor, minimum: StaffRole) -> None:
    """Raises `Forbidden` unless `actor` is a member of staff with at least that role."""
    if actor.kind is not ActorKind.STAFF or actor.role is None or not StaffRole(actor.role).covers(minimum):
        raise Forbidden("Your role does not allow this.")


def normalised(password: str) -> str:
    """The same password however a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, email: str) -> None:
    """Raises `Invalid` at `password` for one that is short, the address itself, or among the first to be guessed."""
    plain = normalised(password).casefold()
    if len(plain) < PASSWORD_LENGTH:
        raise Invalid.at("password", "At least 12 characters, please.")
    address = email.strip().casefold()
    if plain in {address, address.replace("@", ""), address.partition("@")[0]}:
        raise Invalid.at("password", "The password must not be the e-mail address.")
    if _is_guessed(plain):
        raise Invalid.at(
            "password", "This password is one of the first to be guessed. Please choose another."
        )


def _is_guessed(plain: str) -> bool:
    core = plain.strip(string.digits + string.punctuation)
    word = core.translate(str.maketrans("@$013", "asoie"))
    bare = re.sub(r"[\W\d_]+", "", plain)
    halves = {plain[: len(plain) // 2]} if plain[: len(plain) // 2] * 2 == plain else set()
    return (
        len(set(plain)) < _FEWEST_SIGNS
        or bool({bare, word, *halves} & _MOST_GUESSED)
        or any(plain in run for run in _RUNS)
    )


def state_of(*, active: bool, has_password: bool) -> StaffState:
    """Where an account stands."""
    if not active:
        return StaffState.DEACTIVATED
    return StaffState.ACTIVE if has_password else StaffState.INVITED
