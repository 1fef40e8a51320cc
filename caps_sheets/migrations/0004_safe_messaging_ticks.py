"""One tick box becomes ten, each signed. What the box said of the latest text of a sheet is kept, unsigned."""

from django.db import migrations

from portal.base.texts import text_key

FORMER = "is_safe_messaging_checked"
#: What the help text of the box named: the other items are to be checked.
COVERED = ("ni-methode-ni-lieu", "ni-cause-unique", "ressources", "personne-formee")


def keep_former_box(apps, schema_editor):
    sheets = apps.get_model("caps_sheets", "CapsSheetPage").objects.all()
    ticks = apps.get_model("caps_sheets", "SafeMessagingTick")
    revisions = apps.get_model("wagtailcore", "Revision").objects
    for sheet_pk, revision_pk in sheets.values_list("pk", "latest_revision").iterator():
        revision = revisions.filter(pk=revision_pk).first()
        if revision is None or not revision.content.get(FORMER):
            continue
        key = text_key({name: value for name, value in revision.content.items() if name != FORMER})
        for item in COVERED:
            ticks.objects.get_or_create(
                sheet_id=sheet_pk,
                text_key=key,
                item=item,
                defaults={"revision_id": revision_pk, "at": revision.created_at},
            )


class Migration(migrations.Migration):
    dependencies = [("caps_sheets", "0003_sheet_life"), ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes")]

    operations = [migrations.RunPython(keep_former_box, migrations.RunPython.noop)]
