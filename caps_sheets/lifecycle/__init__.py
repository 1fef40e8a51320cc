"""Lifecycle of a published sheet: freshness, errata, versions, adaptations elsewhere."""
