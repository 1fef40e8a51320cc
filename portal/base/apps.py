from django.apps import AppConfig
from django.db.models.signals import pre_save


class BaseConfig(AppConfig):
    name = "portal.base"
    label = "portal_base"
    verbose_name = "Socle du portail"

    def ready(self) -> None:
        from portal.base import checks, comparison  # noqa: F401 - registers them
        from portal.base.logs import mask_task_traceback
        from portal.base.tables.writer import shape_exports
        from portal.base.text_entry import clean_before_saving

        comparison.register()
        shape_exports()
        pre_save.connect(clean_before_saving, dispatch_uid="clean_before_saving")
        pre_save.connect(
            mask_task_traceback, sender="django_tasks_database.DBTaskResult", dispatch_uid="mask_task_traceback"
        )
