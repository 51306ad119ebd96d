"""The whole product on one machine: embedded servers, the programs beside them, and who watches over them."""
