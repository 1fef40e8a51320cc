"""Who may fetch a file of the library: everybody while a public page uses it, else those who may work with it.

The pages are queried at each request. A page that is unpublished, made private or expired withdraws its files too. A
file that no page uses yet is readable by the team only.
"""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

from django.core.signing import BadSignature, TimestampSigner
from django.db.models import BigIntegerField, QuerySet
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse
from wagtail.documents.permissions import permission_policy as document_policy
from wagtail.images.permissions import permission_policy as image_policy
from wagtail.models import BaseViewRestriction, Page, PageViewRestriction, ReferenceIndex

from portal.base.querysets import is_online, visible
from portal.medialib.models import PortalDocument, PortalImage

LibraryFile = PortalImage | PortalDocument

#: Cached briefly by browsers and revalidated: a page may be unpublished.
PUBLIC = "public, max-age=300"
PRIVATE = "private, no-store"
#: The query parameter that opens a file to one reader, and its lifetime.
KEY, KEY_LIFE = "cle", timedelta(hours=12)
FILE_ADDRESS = re.compile(r'(?<=")(?:/media/|/documents/\d+/)[^"?#]+(?=")')
signer = TimestampSigner(salt="portal.medialib.access")
#: Above this number of restricted pages, their restrictions are not checked one by one.
MOST_RESTRICTED = 100


def cache_control(request: HttpRequest, file: LibraryFile) -> str:
    """The ``Cache-Control`` of the response that sends ``file``; ``Http404`` for those who may not fetch it.

    A file taken down stays readable by those who may change it, so that they can decide on it: no key opens it.
    """
    if file.is_taken_down:
        if may_change(request.user, file):
            return PRIVATE
        raise Http404
    if is_public(file):
        return PUBLIC
    if holds_key(request) or may_work_with(request.user, file) or is_let_in(request, file):
        return PRIVATE
    raise Http404


def pages_using(file: LibraryFile) -> QuerySet[Page]:
    """The pages that show ``file`` in their stored version. An addition in a draft counts once published."""
    holders = ReferenceIndex.get_references_to(file).filter(
        base_content_type=ReferenceIndex._get_base_content_type(Page)
    )
    page_ids = holders.annotate(page_id=Cast("object_id", BigIntegerField())).values("page_id")
    return Page.objects.filter(pk__in=page_ids)


def is_public(file: LibraryFile) -> bool:
    return _may_be_shown(file) and not _collection_refuses(file) and visible(pages_using(file)).exists()


def is_let_in(request: HttpRequest, file: LibraryFile) -> bool:
    """Whether the visitor passed the restrictions of a page that shows ``file``, and of its collection."""
    if not _may_be_shown(file) or _collection_refuses(file, request):
        return False
    online = pages_using(file).filter(is_online()).order_by("path")
    paths = list(online.values_list("path", flat=True)[:MOST_RESTRICTED])
    above = {path[:end] for path in paths for end in range(Page.steplen, len(path) + 1, Page.steplen)}
    restrictions = PageViewRestriction.objects.filter(page__path__in=above).select_related("page")
    closed = tuple(restriction.page.path for restriction in restrictions if not restriction.accept_request(request))
    return any(not path.startswith(closed) for path in paths)


def asks_for_password(request: HttpRequest, document: PortalDocument) -> bool:
    """A public page links to a collection with a password: Wagtail asks for it."""
    refusing = [
        restriction
        for restriction in document.collection.get_view_restrictions()
        if not restriction.accept_request(request)
    ]
    is_only_password = bool(refusing) and all(
        restriction.restriction_type == BaseViewRestriction.PASSWORD for restriction in refusing
    )
    return is_only_password and visible(pages_using(document)).exists()


def may_work_with(user: Any, file: LibraryFile) -> bool:
    """Users who may choose it for a page, or change it, may also view it."""
    policy = image_policy if isinstance(file, PortalImage) else document_policy
    return user.has_perm("wagtailadmin.access_admin") and policy.user_has_any_permission_for_instance(
        user, ["choose", "add", "change", "delete"], file
    )


def may_change(user: Any, file: LibraryFile) -> bool:
    policy = image_policy if isinstance(file, PortalImage) else document_policy
    return user.has_perm("wagtailadmin.access_admin") and policy.user_has_permission_for_instance(user, "change", file)


def with_keys(response: HttpResponse) -> HttpResponse:
    """Give the reader of an unpublished page temporary access (``KEY_LIFE``) to the files that it shows."""
    page = response.content.decode(response.charset)
    response.content = FILE_ADDRESS.sub(lambda found: f"{found[0]}?{KEY}={_key(found[0])}", page)
    return response


def _key(address: str) -> str:
    return signer.sign(unquote(address)).removeprefix(f"{unquote(address)}:")


def holds_key(request: HttpRequest) -> bool:
    try:
        signer.unsign(f"{request.path}:{request.GET.get(KEY, '')}", max_age=KEY_LIFE)
    except BadSignature:
        return False
    return True


def _may_be_shown(file: LibraryFile) -> bool:
    """Whether the consent of the people shown in an image is still valid."""
    return file.is_publishable if isinstance(file, PortalImage) else True


def _collection_refuses(file: LibraryFile, request: HttpRequest | None = None) -> bool:
    """As in Wagtail, a restricted collection restricts its documents. Without ``request``: for an anonymous visitor."""
    if isinstance(file, PortalImage):
        return False
    restrictions = file.collection.get_view_restrictions()
    return any(request is None or not restriction.accept_request(request) for restriction in restrictions)
