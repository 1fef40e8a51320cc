"""The public pages of messages, and those of the space of a CLSM."""

from django.urls import path

from network.messages import space_views, views

urlpatterns = [
    path("contact/", views.contact, name="contact"),
    path("contact/merci/", views.contact_received, name="contact_received"),
    path("ecrire/<int:clsm_pk>/", views.write, name="write_to_clsm"),
    path("ecrire/<int:clsm_pk>/merci/", views.received, name="message_received"),
    path("copie/<str:token>/", views.copy, name="message_copy"),
    path("mon-clsm/<int:clsm_pk>/courrier/", space_views.inbox, name="clsm_messages"),
    path("mon-clsm/<int:clsm_pk>/courrier/<int:message_pk>/", space_views.detail, name="clsm_message"),
    path("mon-clsm/<int:clsm_pk>/courrier/<int:message_pk>/transmettre/", space_views.pass_on, name="forward_message"),
    path("mon-clsm/<int:clsm_pk>/courrier/<int:message_pk>/classer/", space_views.put_away, name="close_message"),
    path("mon-clsm/<int:clsm_pk>/courrier/<int:message_pk>/rouvrir/", space_views.take_back, name="reopen_message"),
    path("mon-clsm/<int:clsm_pk>/ecrire-au-centre/", space_views.write_to_the_centre, name="write_to_centre"),
]
