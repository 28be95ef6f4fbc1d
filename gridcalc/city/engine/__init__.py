"""Who computes the chunks of a city run: processes of one machine, or a Dask cluster."""
