"""Emergency takedowns: a page, a picture, a document or a sound is gone from every address in one act.

Each domain names its addresses by the hook ``takedown_sources``. Two people put the content back.
"""
