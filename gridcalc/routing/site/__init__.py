"""The map door: a site file and its layers in, one checked and projected map out."""
