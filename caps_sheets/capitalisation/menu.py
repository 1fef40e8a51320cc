"""The « Capitalisation » menu of the back office: one hook, to which each package of the app adds its item."""

from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

#: Register a function that returns a menu item under this name, as with Wagtail's own menus.
MENU_HOOK = "register_capitalisation_menu_item"

menu = Menu(register_hook_name=MENU_HOOK, construct_hook_name="construct_capitalisation_menu")


def menu_item() -> MenuItem:
    return SubmenuMenuItem("Capitalisation", menu, name="capitalisation", icon_name="folder-open-1", order=200)
