"""Tables of the user's own: lists that an agent or a person keeps beside the memories."""
