"""What the API gives: whitelists, made from the views of the services. Money in minor units, instants in UTC."""
