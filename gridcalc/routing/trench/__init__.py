"""Trenches and cables inside a compound: who digs where, which cable lies in which trench."""
