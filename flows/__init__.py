"""The Prefect flows of litclaims: they order, batch, retry and schedule the stages; the logic is in the stages."""
