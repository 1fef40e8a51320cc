"""Publication rules of images, shared by the sheets, the episodes and the CLSM profiles."""

from datetime import date

from portal.medialib.models import PortalImage


def image_errors(image: PortalImage | None, today: date) -> list[str]:
    """What prevents the publication of ``image`` on ``today``: credit, licence, consent of the people shown.

    No image, no error: whether an image is required is a rule of each page.
    """
    if image is None:
        return []
    errors = []
    if image.is_taken_down:
        errors.append(f"L’image « {image.title} » est retirée en urgence : choisissez-en une autre.")
    if not image.credit.strip():
        errors.append(f"L’image « {image.title} » n’a pas de crédit.")
    if image.licence_id is None:
        errors.append(f"L’image « {image.title} » n’a pas de licence.")
    if image.shows_people and image.consent_until is None:
        errors.append(
            f"L’image « {image.title} » montre des personnes : indiquez jusqu’à quand vaut leur autorisation."
        )
    if image.shows_people and not image.consent_file:
        errors.append(f"L’image « {image.title} » montre des personnes : joignez l’autorisation qu’elles ont signée.")
    if image.consent_has_expired(today):
        errors.append(
            f"L’autorisation des personnes montrées par l’image « {image.title} » a pris fin"
            f" le {image.consent_until:%d/%m/%Y}."
        )
    return errors
