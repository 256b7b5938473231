"""The database. The only place that imports sqlalchemy (beside the engine's lifetime in app)."""
