"""Creates an account and sends the invitation by e-mail."""

import argparse

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from portal.base.emails import read_email
from portal.users.services import invite_user


class Command(BaseCommand):
    help = "Ouvre un compte sans mot de passe et envoie l’invitation."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("email", help="Adresse qui reçoit l’invitation.")
        parser.add_argument("--prenom", default="", help="Prénom de la personne invitée.")
        parser.add_argument("--nom", default="", help="Nom de la personne invitée.")
        parser.add_argument("--groupe", action="append", default=[], help="Nom d’un rôle ; peut être répété.")

    def handle(self, *args: object, email: str, groupe: list[str], **options: str) -> None:
        try:
            email = read_email(email).address
        except ValidationError as error:
            raise CommandError(f"« {email} » n’est pas une adresse e-mail. {error.messages[0]}") from error
        groups = list(Group.objects.filter(name__in=groupe))
        unknown = set(groupe) - {group.name for group in groups}
        if unknown:
            raise CommandError(f"Rôle inconnu : {', '.join(sorted(unknown))}. Lancez d’abord setup_roles.")
        user = invite_user(email, groups=groups, first_name=options["prenom"], last_name=options["nom"])
        self.stdout.write(f"Compte ouvert : {user.email}")
