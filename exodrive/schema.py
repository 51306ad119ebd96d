"""Every table of the product in one import: for migrations and for the comparison with them."""

from sqlalchemy import MetaData

from exodrive.core import batch, ledger
from exodrive.core.db import Base
from exodrive.services.account import models as account
from exodrive.services.audit import models as audit
from exodrive.services.booking import models as booking
from exodrive.services.car import models as car
from exodrive.services.document import models as document
from exodrive.services.email import models as email
from exodrive.services.idempotency import models as idempotency
from exodrive.services.job import models as job
from exodrive.services.media import models as media
from exodrive.services.partner import models as partner
from exodrive.services.payment import models as payment
from exodrive.services.pricing import models as pricing
from exodrive.services.report import models as report
from exodrive.services.webhook import models as webhook

ROOMS = (
    batch,
    ledger,
    account,
    audit,
    booking,
    car,
    document,
    email,
    idempotency,
    job,
    media,
    partner,
    payment,
    pricing,
    report,
    webhook,
)

metadata: MetaData = Base.metadata
