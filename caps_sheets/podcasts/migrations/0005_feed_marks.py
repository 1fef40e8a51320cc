from uuid import UUID, uuid5

from django.db import migrations, models

NAMESPACE = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")  # of the podcast namespace specification


def give_shows_their_identity(apps, schema_editor):
    """The identity of a show comes from the address of its feed today, and stays whatever the address becomes."""
    shows = apps.get_model("caps_podcasts", "ShowPage")
    for show in shows.objects.filter(guid=None):
        for site in apps.get_model("wagtailcore", "Site").objects.select_related("root_page"):
            root = site.root_page.url_path
            if show.url_path.startswith(root):
                port = "" if site.port in (80, 443) else f":{site.port}"
                address = f"{site.hostname}{port}/{show.url_path[len(root):]}flux.xml"
                shows.objects.filter(pk=show.pk).update(guid=uuid5(NAMESPACE, address))
                break


class Migration(migrations.Migration):
    dependencies = [
        ("caps_podcasts", "0004_episode_days"),
    ]

    operations = [
        migrations.CreateModel(
            name="FeedMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=80, verbose_name="type")),
                ("object_key", models.CharField(max_length=40, verbose_name="objet")),
                ("token", models.BigIntegerField(verbose_name="marque")),
                ("changed_at", models.DateTimeField(verbose_name="modifié le")),
            ],
            options={
                "verbose_name": "marque de changement des flux",
                "verbose_name_plural": "marques de changement des flux",
                "constraints": [models.UniqueConstraint(fields=("kind", "object_key"), name="unique_feed_mark")],
            },
        ),
        migrations.RunPython(give_shows_their_identity, migrations.RunPython.noop),
    ]
