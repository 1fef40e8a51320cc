"""The player on the site, the pages that embed it, and metadata for machines."""
