"""The SQL that makes rentals by the hundred thousand: first a plan in a temporary table, then the real tables."""

# A UUID of version 7 for a given instant: keys lie in the order of time, as those of real bookings do.
MAKE_KEY = """
CREATE OR REPLACE FUNCTION pg_temp.key(at timestamptz) RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7'
            || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid
$$"""

# Each car has a rental in two weeks of three, of at most five days from the first or second day of its own week: a
# third of the fleet has the whole week free, as a good month leaves it, and a car never has two rentals at once,
# whatever the turnaround (at most a day). From ten to ten by the clock on the wall. A reference is a number times a
# prime, which scatters them without two falling together, in the 23 characters of references.
PLAN = """
CREATE TEMPORARY TABLE rental ON COMMIT DROP AS
WITH chance AS (SELECT setseed(0.7)), fleet AS (
    SELECT row_number() OVER (ORDER BY car.slug) - 1 AS place, car.id AS car_id, car.slug, car.location_id,
           car.currency, car.daily_rate, car.deposit, car.included_miles, car.overage_per_mile, car.minimum_days,
           car.turnaround_minutes, location.slug AS location_slug, location.zone, location.tax_label,
           location.tax_basis_points
    FROM car JOIN location ON location.id = car.location_id
), drawn AS (
    SELECT number, fleet.*, greatest(minimum_days, 1 + floor(random() * 5)::int) AS days,
           current_date - (place % 7)::int
           + (((number / CAST(:cars AS int) - (:weeks - :ahead)) * 3 + place % 3) / 2 * 7)::int
           + floor(random() * 2)::int AS first
    FROM chance, generate_series(0, :bookings - 1) AS number JOIN fleet ON place = number % :cars
), dated AS (
    SELECT drawn.*, (first + time '10:00') AT TIME ZONE zone AS starts_at,
           (first + days + time '10:00') AT TIME ZONE zone AS ends_at, days * daily_rate AS rent
    FROM drawn
), booked AS (
    SELECT dated.*, least(starts_at, now()) - interval '1 day' - random() * interval '60 days' AS booked_at,
           (rent * tax_basis_points + 5000) / 10000 AS tax
    FROM dated
)
SELECT booked.*, pg_temp.key(booked_at) AS quote_id, pg_temp.key(booked_at) AS booking_id,
       pg_temp.key(booked_at) AS payment_id, rent + tax AS total,
       (SELECT string_agg(substr(:alphabet, (number::bigint * 15485863 / (23 ^ digit)::bigint % 23)::int + 1, 1), '')
        FROM generate_series(0, 7) AS digit) AS reference,
       CASE WHEN ends_at < now() THEN 'completed' WHEN starts_at < now() THEN 'active' ELSE 'confirmed' END AS state
FROM booked"""

_QUOTES = """
INSERT INTO quote (id, car_id, pick_up_location_id, return_location_id, starts_at, ends_at, days, young_driver,
    currency, lines, total, deposit, included_miles, overage_per_mile, asked, created_at, expires_at)
SELECT quote_id, car_id, location_id, location_id, starts_at, ends_at, days, false, currency,
    jsonb_build_array(
        jsonb_build_object('code', 'rental', 'label', days || ' days', 'quantity', days, 'unit', 'day',
                           'unit_amount', daily_rate, 'amount', rent, 'taxable', true),
        jsonb_build_object('code', 'tax', 'label', tax_label, 'quantity', 1, 'unit', 'rental',
                           'unit_amount', tax, 'amount', tax, 'taxable', false)),
    total, deposit, days * included_miles, overage_per_mile,
    jsonb_build_object('car', slug, 'pick_up_location', location_slug, 'pick_up_date', first,
                       'pick_up_time', '10:00:00', 'return_date', first + days, 'return_time', '10:00:00'),
    booked_at, booked_at + interval '30 minutes'
FROM rental"""

_BOOKINGS = """
INSERT INTO booking (id, reference, state, car_id, quote_id, policy_id, pick_up_location_id, return_location_id,
    starts_at, ends_at, currency, total, deposit, customer_name, customer_email, customer_email_hash,
    customer_phone, birth_date, licence_number, licence_country, consent_at, link_hash, created_at, confirmed_at,
    ended_at)
SELECT booking_id, reference, state, car_id, quote_id, (SELECT id FROM cancellation_policy), location_id, location_id,
    starts_at, ends_at, currency, total, deposit, :name, :email, sha256(convert_to('customer' || number / 7, 'UTF8')),
    :phone, :birth_date, :licence, :country, booked_at, sha256(convert_to(booking_id::text, 'UTF8')),
    booked_at, booked_at + interval '2 minutes', CASE state WHEN 'completed' THEN ends_at END
FROM rental"""

_CLAIMS = """
INSERT INTO claim (id, car_id, kind, starts_at, ends_at, booking_id, created_at)
SELECT pg_temp.key(booked_at), car_id, 'booking', starts_at, ends_at + turnaround_minutes * interval '1 minute',
    booking_id, booked_at
FROM rental"""

# Reserved when it was booked, captured when the rental began.
_AUTHORISATIONS = """
INSERT INTO payment (id, booking_id, gateway, move, state, amount, currency, idempotency_key, gateway_reference,
    created_at, settled_at)
SELECT payment_id, booking_id, 'demo', 'authorise', 'succeeded', total, currency, payment_id, payment_id, booked_at,
    booked_at + interval '2 minutes'
FROM rental"""

_CAPTURES = """
INSERT INTO payment (id, booking_id, parent_id, gateway, move, state, amount, currency, idempotency_key,
    gateway_reference, created_at, settled_at)
SELECT pg_temp.key(starts_at), booking_id, payment_id, 'demo', 'capture', 'succeeded', total, currency,
    'capture:' || payment_id, payment_id, starts_at, starts_at
FROM rental WHERE state <> 'confirmed'"""

WRITE = (_QUOTES, _BOOKINGS, _CLAIMS, _AUTHORISATIONS, _CAPTURES)
