"""Coordination of a CLSM: assignments, invitations, handovers, claims. Never public."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from portal.base.emails import EmailField
from portal.base.phones import PhoneField


class InvitationState(models.TextChoices):
    """The state of an invitation; computed, because time alone makes it expire."""

    WAITING = "en-attente", "en attente"
    USED = "acceptee", "acceptée"
    EXPIRED = "expiree", "expirée"
    REPLACED = "renvoyee", "remplacée par un nouvel envoi"
    REVOKED = "annulee", "annulée"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self, now: datetime | None = None) -> "InvitationQuerySet":
        """Those whose link still creates an account."""
        return self.filter(used_at=None, revoked_at=None, expires_at__gt=now or timezone.now())


class Invitation(models.Model):
    """One single-use link to a post. Its secret is in the e-mail only: the row stores its fingerprint.

    ``email`` receives the link; ``account_email`` is the account it creates. They differ when a claim is checked by
    writing to the generic e-mail address of the CLSM.
    """

    class Origin(models.TextChoices):
        CENTRE = "centre", "invitation du Centre"
        CLAIM = "demande", "demande de la coordination"
        HANDOVER = "succession", "passage de relais"

    clsm = models.ForeignKey(
        "network.ClsmPage", verbose_name="CLSM", on_delete=models.CASCADE, related_name="invitations"
    )
    origin = models.CharField("origine", max_length=12, choices=Origin.choices, default=Origin.CENTRE)
    email = EmailField("adresse qui reçoit le lien")
    account_email = EmailField("adresse du compte")
    first_name = models.CharField("prénom", max_length=150, blank=True)
    last_name = models.CharField("nom", max_length=150, blank=True)
    job_title = models.CharField("fonction", max_length=120, blank=True)
    start = models.DateField("en poste depuis le")
    end = models.DateField("jusqu’au", null=True, blank=True)
    token_hash = models.CharField("empreinte du lien", max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("créée le", auto_now_add=True)
    expires_at = models.DateTimeField("valable jusqu’au")
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="invitée par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    used_at = models.DateTimeField("acceptée le", null=True, blank=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="acceptée par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="invitations_used",
    )
    revoked_at = models.DateTimeField("annulée le", null=True, blank=True)
    replaced_by = models.OneToOneField(
        "self", verbose_name="renvoyée par", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaces"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation à coordonner un CLSM"
        verbose_name_plural = "invitations à coordonner un CLSM"
        ordering = ["-created_at", "-pk"]
        permissions = [("manage_coordination", "peut inviter les coordinations et répondre à leurs demandes")]

    def __str__(self) -> str:
        return f"{self.account_email} – {self.clsm}"

    @property
    def state(self) -> InvitationState:
        if self.used_at is not None:
            return InvitationState.USED
        if self.replaced_by_id is not None:
            return InvitationState.REPLACED
        if self.revoked_at is not None:
            return InvitationState.REVOKED
        return InvitationState.WAITING if self.expires_at > timezone.now() else InvitationState.EXPIRED


class Handover(models.Model):
    """A coordinator's own departure: their last day, and their successor if known."""

    assignment = models.ForeignKey(
        "network.CoordinatorAssignment", verbose_name="poste", on_delete=models.CASCADE, related_name="handovers"
    )
    last_day = models.DateField("dernier jour")
    previous_end = models.DateField("fin prévue auparavant", null=True, blank=True)
    invitation = models.OneToOneField(
        Invitation, verbose_name="invitation", null=True, blank=True, on_delete=models.SET_NULL, related_name="handover"
    )
    created_at = models.DateTimeField("déclaré le", auto_now_add=True)
    cancelled_at = models.DateTimeField("annulé le", null=True, blank=True)

    class Meta:
        verbose_name = "passage de relais"
        verbose_name_plural = "passages de relais"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=models.Q(cancelled_at=None), name="one_open_handover_a_post"
            )
        ]

    def __str__(self) -> str:
        return f"Passage de relais : {self.assignment}"


class ClaimState(models.TextChoices):
    WAITING = "en-attente", "en attente"
    ACCEPTED = "acceptee", "acceptée"
    REFUSED = "refusee", "refusée"


class ClaimRequest(models.Model):
    """A claim alone gives no right: the Centre checks it against the e-mail address on file."""

    clsm = models.ForeignKey("network.ClsmPage", verbose_name="CLSM", on_delete=models.CASCADE, related_name="claims")
    first_name = models.CharField("prénom", max_length=150)
    last_name = models.CharField("nom", max_length=150)
    email = EmailField("adresse e-mail professionnelle")
    job_title = models.CharField("fonction", max_length=120)
    start = models.DateField("en poste depuis le")
    message = models.TextField("message au Centre", max_length=1000, blank=True)
    created_at = models.DateTimeField("reçue le", auto_now_add=True)
    sender_hash = models.CharField("empreinte de l’expéditeur", max_length=64, blank=True, editable=False)
    state = models.CharField("état", max_length=12, choices=ClaimState.choices, default=ClaimState.WAITING)
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="décidée par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reason = models.TextField("motif du refus", max_length=1000, blank=True)
    invitation = models.OneToOneField(
        Invitation, verbose_name="invitation", null=True, blank=True, on_delete=models.SET_NULL, related_name="claim"
    )

    class Meta:
        verbose_name = "demande de rattachement"
        verbose_name_plural = "demandes de rattachement"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["clsm", "email"],
                condition=models.Q(state=ClaimState.WAITING),
                name="one_waiting_claim_a_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name} – {self.clsm}"


class AssignmentQuerySet(models.QuerySet["CoordinatorAssignment"]):
    def current(self, day: date | None = None) -> "AssignmentQuerySet":
        """Those that run on ``day`` (today by default), first and last day inclusive."""
        day = day or timezone.localdate()
        return self.lasting(day, day)

    def held(self, day: date | None = None) -> "AssignmentQuerySet":
        """The current ones of active accounts: a CLSM without any is vacant."""
        return self.current(day).filter(user__is_active=True)

    def lasting(self, first: date, last: date | None = None) -> "AssignmentQuerySet":
        """Those that run on some day from ``first`` to ``last`` (without end by default), both inclusive."""
        begun = models.Q(start__lte=last) if last else models.Q()
        return self.filter(models.Q(end__isnull=True) | models.Q(end__gte=first), begun)


class CoordinatorAssignment(models.Model):
    """A dated post. While it runs, the person may edit the page of the CLSM, and nothing else."""

    clsm = models.ForeignKey(
        "network.ClsmPage", verbose_name="CLSM", on_delete=models.CASCADE, related_name="assignments"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="compte", on_delete=models.CASCADE, related_name="assignments"
    )
    start = models.DateField("depuis le")
    end = models.DateField("jusqu’au", null=True, blank=True, help_text="Dernier jour inclus. Vide : en poste.")
    job_title = models.CharField("fonction", max_length=120, blank=True)
    phone = PhoneField(
        "téléphone professionnel",
        max_length=100,
        blank=True,
        help_text="Par exemple 02 62 12 34 56, ou 02 62 12 34 56 poste 12 ; séparez deux numéros par « / ».",
    )
    shows_name = models.BooleanField("accepte l’affichage de son nom", default=False)
    shows_email = models.BooleanField("accepte l’affichage de son e-mail", default=False)
    shows_phone = models.BooleanField("accepte l’affichage de son téléphone", default=False)
    #: Day of the decision, whatever the dates of the post: the first activity of somebody who has not logged in.
    entered_on = models.DateField("enregistrée le", default=timezone.localdate, editable=False)
    inactivity_warned_on = models.DateField("inactivité signalée le", null=True, blank=True, editable=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "affectation de coordination"
        verbose_name_plural = "affectations de coordination"
        ordering = ["-start", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end__isnull=True) | models.Q(end__gte=models.F("start")),
                name="assignment_ends_after_start",
                violation_error_message="La fin de l’affectation précède son début.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.clsm}"


class ContactItem(models.TextChoices):
    """What a coordinator may show to the public; each has a field ``shows_…`` of the post."""

    NAME = "nom", "nom"
    EMAIL = "e-mail", "adresse e-mail"
    PHONE = "telephone", "téléphone"


#: Field of a post → what it shows.
SHOWN = {"shows_name": ContactItem.NAME, "shows_email": ContactItem.EMAIL, "shows_phone": ContactItem.PHONE}


class ContactConsent(models.Model):
    """One decision on what the public sees of a coordinator: given or withdrawn, when, by whom. Never rewritten.

    The fields ``shows_…`` of the post hold what is in force; a row is written with each change of them. ``note`` says
    how the person agreed, when somebody else wrote it down.
    """

    assignment = models.ForeignKey(
        CoordinatorAssignment, verbose_name="poste", on_delete=models.CASCADE, related_name="consents"
    )
    item = models.CharField("ce qui est montré", max_length=12, choices=ContactItem.choices)
    is_given = models.BooleanField("accord donné")
    decided_at = models.DateTimeField("le", default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="noté par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    note = models.CharField("comment la personne l’a dit", max_length=200, blank=True)

    class Meta:
        verbose_name = "accord d’affichage"
        verbose_name_plural = "accords d’affichage"
        ordering = ["-decided_at", "-pk"]

    def __str__(self) -> str:
        said = "accepté" if self.is_given else "refusé"
        return f"{self.get_item_display()} : {said} ({self.assignment})"
