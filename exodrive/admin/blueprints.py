"""Every blueprint of the staff's door; a new subject is one line here and one in the navigation."""

from exodrive.admin import (
    bookings,
    campaigns,
    cars,
    desk,
    documents,
    entrance,
    jobs,
    mails,
    me,
    partners,
    people,
    reports,
    tokens,
    webhooks,
)

BLUEPRINTS = (
    entrance.blueprint,
    me.blueprint,
    tokens.blueprint,
    desk.blueprint,
    bookings.blueprint,
    documents.blueprint,
    cars.blueprint,
    mails.blueprint,
    campaigns.blueprint,
    jobs.blueprint,
    partners.blueprint,
    webhooks.blueprint,
    reports.blueprint,
    people.blueprint,
)
