"""One fictitious account for each role of the demonstration. Their e-mail addresses cannot receive mail."""

from django.contrib.auth.models import Group

from portal.users.models import User

DOMAIN = "portail.example"
PASSWORD = "demonstration-clsm"  # noqa: S105 - documented; accounts are made on a development machine only
#: (e-mail address, role, function, first name). The groups of the coordination follow from the assignments.
ACCOUNTS = (
    ("administration", "Administration", "Administration du portail", "Alix"),
    ("moderation", "Modération", "Modération, Centre national", "Camille"),
    ("moderation2", "Modération", "Modération, Centre national", "Claude"),
    ("edition", "Édition", "Édition, Centre national", "Dominique"),
    ("edition2", "Édition", "Édition, Centre national", "Sacha"),
    ("accompagnement", "Accompagnement", "Accompagnement à la capitalisation", "Maxime"),
    ("coordination", "", "Coordination de CLSM", "Lou"),
    ("coordination2", "", "Coordination de CLSM", "Charlie"),
)


def address(name: str) -> str:
    return f"{name}@{DOMAIN}"


def account(name: str) -> User:
    return User.objects.get(email=address(name))


def make_account(name: str, job_title: str, first_name: str = "Camille", password: str | None = None) -> User:
    """The account of ``name``; an existing one keeps its password."""
    user = User.objects.filter(email=address(name)).first()
    fields = {"first_name": first_name, "last_name": "Exemple", "job_title": job_title}
    return user or User.objects.create_user(address(name), password, **fields)


def make_accounts() -> None:
    for name, role, job_title, first_name in ACCOUNTS:
        user = make_account(name, job_title, first_name, PASSWORD)
        if role:
            user.groups.add(Group.objects.get(name=role))
