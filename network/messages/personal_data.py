"""What messages keep about people."""

from portal.users.privacy.registry import Erasure, Holding, Mention, ProcessingActivity, declare

INTERNAL = ("close_reason", "assigned_to", "closed_by", "forwarded_by")

declare(
    ProcessingActivity(
        key="messages",
        name="Messages aux CLSM et au Centre",
        people="Visiteurs et coordinations qui écrivent ; personnes qui répondent",
        data="Nom, adresse, organisme facultatif, message, page d’où il est écrit, réponses, dates de réception, de "
        "lecture et de réponse",
        purpose="Transmettre un message à un CLSM ou au Centre, et y répondre",
        kept="Douze mois après le dernier échange (« purge_due ») ; lien vers une copie : avec le message",
        readers="La coordination en poste du CLSM ; Modération et Administration ; Édition pour ceux du Centre",
        holdings=(
            Holding("network_messages.Message", "email", Erasure.DELETE, is_about=True, hidden=INTERNAL),
            Holding("network_messages.Message", "sender", Erasure.DELETE, is_about=True, hidden=INTERNAL),
            Holding("network_messages.Message", "forwarded_by", Erasure.KEEP),
            Holding("network_messages.Message", "assigned_to", Erasure.KEEP),
            Holding("network_messages.Message", "closed_by", Erasure.KEEP),
            Holding("network_messages.MessageAnswer", "written_by", Erasure.KEEP),
            Holding("network_messages.CopyLink", "address", Erasure.DELETE, is_about=True),
            Holding("network_messages.CopyLink", "created_by", Erasure.KEEP),
        ),
        mentions=(
            Mention("network_messages.Message", ("text", "close_reason")),
            Mention("network_messages.MessageAnswer", ("text",)),
        ),
    ),
)
