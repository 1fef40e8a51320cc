"""Words of somebody in distress: help is shown before the message leaves, and never instead of it.

The words are those of the search, which stands above: it declares how to read them by the hook ``distress_signs``.
Nothing of the answer is stored.
"""

from wagtail import hooks


def may_express_distress(text: str) -> bool:
    return any(is_sign(text) for is_sign in hooks.get_hooks("distress_signs"))
