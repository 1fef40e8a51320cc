import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('caps_podcasts', '0003_voices_and_scripts'),
    ]

    operations = [
        migrations.CreateModel(
            name='EpisodeDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='jour')),
                ('source', models.CharField(choices=[('site', 'site du portail'), ('integre', 'lecteur intégré à un autre site'), ('apple', 'Apple (Podcasts, iTunes, lecteur de l’iPhone)'), ('spotify', 'Spotify'), ('deezer', 'Deezer'), ('antennapod', 'AntennaPod'), ('pocket-casts', 'Pocket Casts'), ('overcast', 'Overcast'), ('castbox', 'Castbox'), ('podcast-addict', 'Podcast Addict'), ('application', 'autre application de podcast'), ('autre', 'autre')], max_length=20, verbose_name='origine')),
                ('count', models.PositiveIntegerField(default=0, verbose_name='écoutes')),
                ('episode', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='listening_days', to='caps_podcasts.episodepage', verbose_name='épisode')),
            ],
            options={
                'verbose_name': 'écoutes d’un jour',
                'verbose_name_plural': 'écoutes par jour',
                'indexes': [models.Index(fields=['day'], name='episode_day')],
                'constraints': [models.UniqueConstraint(fields=('episode', 'day', 'source'), name='unique_episode_day')],
            },
        ),
    ]
