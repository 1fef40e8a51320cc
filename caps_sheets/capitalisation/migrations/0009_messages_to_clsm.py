"""The text of a change of state is what the CLSM reads: the internal reasons that were copied there are taken away."""

from django.db import migrations, models


def take_internal_reasons_away(apps, schema_editor):
    moves = apps.get_model("caps_capitalisation", "StageMove").objects.exclude(reason="")
    changes = apps.get_model("caps_capitalisation", "CensusChange").objects
    for answer, reason in moves.values_list("case_file__answer", "reason").distinct():
        changes.filter(answer=answer, reason=reason).update(reason="")


class Migration(migrations.Migration):
    dependencies = [("caps_capitalisation", "0008_grid_in_service")]

    operations = [
        migrations.AlterField("censuschange", "reason", models.TextField("message au CLSM", blank=True)),
        migrations.RunPython(take_internal_reasons_away, migrations.RunPython.noop),
    ]
