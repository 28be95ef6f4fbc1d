"""The factor method for many compounds at once: arrays in, limits judged as arrays."""
