"""Every blueprint of the staff's door; a new subject is one line here and one in the navigation."""

from exodrive.admin import entrance, me

BLUEPRINTS = (
    entrance.blueprint,
    me.blueprint,
)
