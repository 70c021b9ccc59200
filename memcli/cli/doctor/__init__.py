"""Doctor: what memcli needs, looked over one thing at a time."""
