"""SQL of the documents of bookings."""

from uuid import UUID

from sqlalchemy import Connection, RowMapping, text

from exodrive.core.types import EncryptedText

_TOLD = text(
    """
SELECT b.quote_id, b.reference, b.locale, b.customer_name, b.customer_email, b.customer_phone, b.licence_number,
       b.licence_country, b.delivery_address, b.confirmed_at, car.colour, car.plate, car.vin, car.minimum_age
FROM booking b JOIN car ON car.id = b.car_id
WHERE b.id = :id"""
).columns(
    customer_name=EncryptedText,
    customer_email=EncryptedText,
    customer_phone=EncryptedText,
    licence_number=EncryptedText,
    licence_country=EncryptedText,
    delivery_address=EncryptedText,
)


def told(connection: Connection, booking_id: UUID) -> RowMapping | None:
    """What documents tell of a booking beside what its holder's page shows."""
    return connection.execute(_TOLD, {"id": booking_id}).mappings().one_or_none()
