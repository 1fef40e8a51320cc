"""Every management command of the portal says in French what it does and what its options mean."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import BaseCommand, get_commands, load_command_class

from portal.base.checks import is_ours

OURS = {config.name for config in apps.get_app_configs() if is_ours(config)}
COMMANDS = sorted((name, app) for name, app in get_commands().items() if app in OURS)
FRENCH = re.compile(r"\b(?:de|des|du|le|la|les|un|une|et|ces|ce|tout|rien|que)\b|[àéèêç’]", re.IGNORECASE)
STOCK_OPTIONS = {action.dest for action in BaseCommand().create_parser("manage.py", "stock")._actions}


def test_commands_are_found():
    assert len(COMMANDS) >= len(list(Path("portal/home/management/commands").glob("[a-z]*.py")))


@pytest.mark.parametrize(("name", "app"), COMMANDS)
def test_command_explains_itself(name, app):
    command = load_command_class(app, name)
    texts = [command.help]
    for action in command.create_parser("manage.py", name)._actions:
        if action.dest not in STOCK_OPTIONS:
            texts.append(action.help or "")
    assert [text for text in texts if not FRENCH.search(text)] == []
