"""Upload forms of the media library."""

from wagtail.images.forms import BaseImageForm
from wagtailmedia.forms import BaseMediaForm


class PortalImageForm(BaseImageForm):
    pass


class PortalMediaForm(BaseMediaForm):
    pass
