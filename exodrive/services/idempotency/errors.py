"""Why a write with a key is not carried out."""

from exodrive.core.errors import ExodriveError, Kind


class KeyInFlight(ExodriveError):
    """The first write with this key has not been answered yet."""

    kind = Kind.CONFLICT
    code = "idempotency_key_in_flight"


class KeyReused(ExodriveError):
    """The key belongs to a write that asked for something else."""

    kind = Kind.INVALID
    code = "idempotency_key_reused"
