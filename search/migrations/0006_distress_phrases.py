"""The phrases of distress, and those that the Centre starts from."""

from django.db import migrations, models

from search.distress import starting_groups


def load(apps, schema_editor):
    model = apps.get_model("portal_search", "DistressPhraseGroup")
    model.objects.bulk_create(model(**group._asdict()) for group in starting_groups())


class Migration(migrations.Migration):
    dependencies = [("portal_search", "0005_gaps_report")]
    operations = [
        migrations.CreateModel(
            name='DistressPhraseGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='ce que disent ces expressions')),
                ('phrases', models.TextField(help_text='Une par ligne, avec les seuls mots qui comptent, dans l’ordre : « plus envie vivre » reconnaît « je n’ai vraiment plus envie de vivre » (trois autres mots au plus entre deux). Une barre oblique sépare des mots équivalents : « plus/pas/aucune envie ». Des guillemets veulent les mots côte à côte. Une étoile vaut toutes les fins : « suicid* ». Accents, majuscules et fautes de frappe sont indifférents.', verbose_name='expressions')),
                ('lookalikes', models.TextField(blank=True, help_text='Des mots courants, à une lettre près ceux des expressions : « prendre » n’est pas « pendre ». L’étoile vaut aussi ici.', verbose_name='mots à ne pas confondre')),
            ],
            options={
                'verbose_name': 'expressions de détresse',
                'verbose_name_plural': 'expressions de détresse',
                'ordering': ['pk'],
            },
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
