"""What the profiles derive from the territories."""

from django.db import transaction

from network.models import ClsmPage


@transaction.atomic
def refresh_profiles() -> int:
    """Derive again the départements and the population of every public profile; returns how many there are.

    A profile derives them when it is saved: after new territories are loaded, all are saved once. Texts,
    revisions and moderation are left alone.
    """
    number = 0
    for clsm in ClsmPage.objects.live():
        clsm.save(clean=False)
        number += 1
    return number
