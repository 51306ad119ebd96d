"""What the OpenAPI document says in words, and the parts of it that no contract gives."""

from collections.abc import Sequence

from exodrive.api.access import Access
from exodrive.api.codes import Code
from exodrive.api.procedure import Procedure
from exodrive.api.schemas import Json, prose

_STRING: Json = {"type": "string"}

SUMMARY = "Search, quote and book exotic cars by the day."
TEXT = """\
One registry of typed procedures, reached in three forms: as resources (`GET /api/v1/cars`), by name (`POST
/api/v1/rpc/car.search` with the input as the body), and several at once (`POST /api/v1/batch`). All three take the
same input, give the same output and refuse with the same codes.

**Money** is an integer in the minor units of the `currency` beside it: 89000 with USD is $890.00. Shares are basis
points: 825 is 8.25 %. **Instants** are RFC 3339 in UTC with `Z`; dates and wall times (`10:30`) are those of the
clock at the location. `x-unit` names the unit of a number.

**Errors** are RFC 9457 problems with a stable `code`; `fields` says what is wrong with which field, `request_id` is
what to tell us. Fields that we do not know are refused by name. Answers may have more fields one day: ignore those
you do not know.

**Lists** end with `has_more` and `next_cursor`, which goes into `cursor` for the next part. **`fields`** chooses
what an answer holds. **`Idempotency-Key`** on a write makes sending it again safe. **ETag** with `If-None-Match`
saves reading what has not changed; `If-Match` changes only the version that you have seen.

**Limits** count each procedure for each key, or for each address without one: `RateLimit-Policy` and `RateLimit`
say where you stand, `Retry-After` how many seconds to wait. Within a version nothing is taken away; what goes is
announced by `Deprecation` and `Sunset`."""
RPC = "Every procedure by its name: the body is the input. The same procedures as above, no second implementation."

PROBLEM: Json = {
    "type": "object",
    "description": "What went wrong, RFC 9457. Some codes have members of their own beside these.",
    "properties": {
        "type": _STRING | {"format": "uri", "description": "Leads to what the code means."},
        "title": _STRING | {"description": "The kind of problem, for people."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": _STRING | {"description": "What happened, for people."},
        "code": _STRING | {"description": "Stable, for programs.", "examples": ["not_found"]},
        "request_id": _STRING | {"description": "What to tell us when you ask."},
        "fields": {
            "type": "object",
            "description": "What is wrong with which field, for people.",
            "additionalProperties": {"type": "array", "items": _STRING},
        },
    },
    "required": ["type", "title", "status", "detail", "code", "request_id"],
}

BATCHED_ANSWER: Json = {
    "type": "object",
    "description": "The answer of one call: `value` as the procedure gives it by itself, or `problem`.",
    "properties": {
        "status": {"type": "integer", "minimum": 200, "maximum": 599},
        "value": {"description": "The output of the procedure."},
        "problem": {"$ref": "#/components/schemas/Problem"},
        "headers": {"type": "object", "additionalProperties": _STRING},
    },
    "required": ["status"],
    "oneOf": [{"required": ["value"]}, {"required": ["problem"]}],
}
BATCHED_ANSWERS: Json = {
    "type": "object",
    "description": "The answers, in the order of the calls.",
    "properties": {"results": {"type": "array", "items": {"$ref": "#/components/schemas/BatchedAnswer"}}},
    "required": ["results"],
}
BATCH: Json = {
    "operationId": "batch",
    "summary": "Several calls in one request",
    "description": "Carried out in their order. Each has its own answer, its own limits, and for a write its own"
    " transaction and `idempotency_key`. Reads that follow each other see the same state of the database.",
}
BATCH_EXAMPLES: Json = {
    "two_reads": {
        "value": {
            "calls": [{"procedure": "location.list"}, {"procedure": "policy.cancellation", "fields": "tiers"}]
        }
    }
}

HEADERS: Json = {
    "X-Request-ID": {"description": "What to tell us when you ask.", "schema": _STRING, "required": True},
    "ETag": {"description": "The state of what was answered.", "schema": _STRING},
    "RateLimit-Policy": {
        "description": "How many calls (`q`) in how many seconds (`w`) are allowed.",
        "schema": _STRING,
        "example": '"car.search";q=240;w=60',
    },
    "RateLimit": {
        "description": "How many calls remain (`r`), and in how many seconds (`t`) there will be more.",
        "schema": _STRING,
        "example": '"car.search";r=239;t=60',
    },
    "Retry-After": {
        "description": "Seconds until the call may succeed.",
        "schema": {"type": "integer", "minimum": 1},
        "required": True,
    },
    "WWW-Authenticate": {"schema": _STRING | {"const": "Bearer"}, "required": True},
    "Idempotency-Replayed": {
        "description": "`true` where this is the answer of an earlier request with the same key.",
        "schema": _STRING | {"const": "true"},
    },
    "Deprecation": {"description": "Since when, RFC 9745.", "schema": _STRING, "required": True},
    "Sunset": {"description": "From when on it may be gone, RFC 8594.", "schema": _STRING, "required": True},
}

PARAMETERS: Json = {
    "Idempotency-Key": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Makes it safe to send a write again: it has its effect once and is answered as before.",
        "schema": _STRING | {"minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$"},
        "example": "5f0c1e9a-4a54-4a9f-a39c-8c0b9e0d7a11",
    },
    "If-None-Match": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag of what you have: answered with 304 when nothing has changed.",
        "schema": _STRING,
    },
}

SECURITY: Json = {
    "partnerKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "The key of a partner, `exo_partner_…`; operations name the scope that it needs.",
    },
    "staffKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "The key of a member of staff, `exo_staff_…`; operations name the least role.",
    },
    "bookingToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token in the link of a booking: opens this booking and no other.",
    },
}
ANYBODY: list[Json] = [{}, *({name: []} for name in SECURITY)]

_REQUEST_ID: Json = {"X-Request-ID": {"$ref": "#/components/headers/X-Request-ID"}}
_LIMITS: Json = {name: {"$ref": f"#/components/headers/{name}"} for name in ("RateLimit", "RateLimit-Policy")}
NOT_MODIFIED: Json = {
    "description": "Nothing has changed since the ETag in `If-None-Match`.",
    "headers": _REQUEST_ID | {"ETag": {"$ref": "#/components/headers/ETag"}},
}


def words(one: Procedure) -> Json:
    """What an operation says of itself: what it does, who may, how often, when it goes."""
    told = [prose(one.description), f"Open to: {', '.join(who_may(one.access))}. {limit_of(one)}."]
    if going := one.deprecated:
        told.append(f"Deprecated since {going.since}, may be gone from {going.sunset} on: {going.instead}")
    return {
        "summary": one.summary,
        "description": "\n\n".join(told),
        "x-procedure": one.name,
        "x-scopes": [one.access.scope.value] if one.access.scope else [],
        "x-limit": {"calls": one.limit.amount, "seconds": one.limit.get_expiry()},
        **({"x-sunset": one.deprecated.sunset.isoformat()} if one.deprecated else {}),
    }


def who_may(access: Access) -> list[str]:
    """The ways in, in words."""
    ways = [
        *(["everybody"] if access.public else []),
        *(["whoever holds the link of the booking"] if access.customer else []),
        *([f"partners with the scope `{access.scope.value}`"] if access.scope else []),
    ]
    return [*ways, f"staff from the role `{access.role.value}` on"] if access.role else ways


def limit_of(one: Procedure) -> str:
    """How often a client may call, in words."""
    seconds = one.limit.get_expiry()
    span = {1: "a second", 60: "a minute", 3600: "an hour", 86400: "a day"}.get(
        seconds, f"in {seconds} seconds"
    )
    return f"{one.limit.amount} calls {span}"


def security(access: Access) -> list[Json]:
    """The ways in, as requirements of which one is enough; a role or scope stands beside its scheme."""
    everybody = access.public
    return [
        *([{}] if everybody else []),
        *(
            [{"partnerKey": [access.scope.value] if access.scope else []}]
            if everybody or access.scope
            else []
        ),
        *(
            [{"staffKey": [] if everybody or not access.role else [access.role.value]}]
            if everybody or access.role
            else []
        ),
        *([{"bookingToken": []}] if everybody or access.customer else []),
    ]


def headers(one: Procedure, *, has_tag: bool) -> Json:
    """What comes with a success."""
    names = [
        *(["ETag"] if has_tag else []),
        *(["Idempotency-Replayed"] if one.writes else []),
        *(["Deprecation", "Sunset"] if one.deprecated else []),
    ]
    return _REQUEST_ID | _LIMITS | {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def problem(status: int, codes: Sequence[Code], mime: str) -> Json:
    """A response that refuses with one of these codes."""
    more = {401: ["WWW-Authenticate"], 429: ["Retry-After", "RateLimit", "RateLimit-Policy"]}.get(status, [])
    plain = [one.code for one in codes if one.facts is None]
    shapes: list[Json] = [{"$ref": f"#/components/schemas/{problem_name(one)}"} for one in codes if one.facts]
    if plain:
        shapes.append(_narrowed({"code": {"enum": plain}, "status": {"const": status}}))
    return {
        "description": "\n".join(f"- `{one.code}`: {one.meaning}" for one in codes),
        "headers": _REQUEST_ID | {name: {"$ref": f"#/components/headers/{name}"} for name in more},
        "content": {mime: {"schema": shapes[0] if len(shapes) == 1 else {"oneOf": shapes}}},
    }


def problem_name(code: Code) -> str:
    """The name of the schema of a problem that tells more than others: `CarTakenProblem`."""
    return "".join(part.capitalize() for part in code.code.split("_")) + "Problem"


def telling_problem(code: Code, members: Json) -> Json:
    """A problem with members of its own, which are always there."""
    told: Json = {"code": {"enum": [code.code]}, "status": {"const": code.status}, **members}
    return _narrowed(told, required=["code", "status", *members]) | {"description": code.meaning}


def _narrowed(properties: Json, **more: Json | list[str]) -> Json:
    inner = {"type": "object", "properties": properties, **more}
    return {"allOf": [{"$ref": "#/components/schemas/Problem"}, inner]}


def if_match(*, required: bool) -> Json:
    """The parameter of what changes only the version that the caller has seen."""
    return {
        "name": "If-Match",
        "in": "header",
        "required": required,
        "description": "The ETag of what you have seen: a change of anything newer is refused.",
        "schema": _STRING | {"pattern": '^"[0-9]{1,18}"$'},
        "example": '"3"',
    }


def fields(names: Sequence[str], most: int) -> Json:
    """The parameter that chooses what an answer holds."""
    return {
        "name": "fields",
        "in": "query",
        "required": False,
        "style": "form",
        "explode": False,
        "description": "Only these of the answer, or of each item of a list; `a.b` is inside `a`.",
        "schema": {
            "type": "array",
            "items": {"type": "string", "enum": list(names)},
            "minItems": 1,
            "maxItems": most,
        },
    }


def without_null(schema: Json) -> Json:
    """The schema of a field where null cannot be written: in a path or a query."""
    told = {name: value for name, value in schema.items() if not (name == "default" and value is None)}
    if isinstance(told.get("type"), list):
        told["type"] = next(one for one in told["type"] if one != "null")
    if "enum" in told:
        told["enum"] = [one for one in told["enum"] if one is not None]
    return told
