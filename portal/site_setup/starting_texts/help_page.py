"""« Besoin d’aide ». The help block of the page comes before this text."""

from portal.site_setup.starting_texts import bullets, callout, heading, paragraph, questions

INTRODUCTION = (
    "Vous allez mal, ou vous vous inquiétez pour quelqu’un : vous pouvez en parler maintenant, "
    "à toute heure, gratuitement."
)
BODY = [
    heading("Le 3114, numéro national de prévention du suicide"),
    paragraph(
        "Le <b>3114</b> répond <b>24 heures sur 24 et 7 jours sur 7</b>, gratuitement, dans tout le pays. "
        "Des infirmières, infirmiers et psychologues hospitaliers vous écoutent, évaluent avec vous la "
        "situation, vous orientent et, s’il le faut, font intervenir les secours.",
        "Il est ouvert :",
        bullets(
            "aux personnes en détresse, quelle qu’en soit la raison ;",
            "à leurs proches, qui s’inquiètent et ne savent pas quoi faire ;",
            "aux personnes endeuillées par un suicide ;",
            "aux professionnelles et professionnels qui cherchent un avis.",
        ),
    ),
    heading("En cas de danger immédiat"),
    paragraph(
        bullets(
            "Appelez le <b>15</b> (SAMU) ou le <b>112</b>.",
            "Personnes sourdes ou malentendantes : le <b>114</b>, par SMS ou en visio.",
        ),
        "Restez avec la personne, ou demandez à quelqu’un de rester avec elle, jusqu’à l’arrivée des secours.",
    ),
    heading("Vos questions"),
    questions(
        ("Faut-il penser au suicide pour appeler le 3114 ?", "Non. Il suffit d’aller mal et de vouloir parler."),
        (
            "Puis-je appeler pour quelqu’un d’autre ?",
            "Oui. Les proches et les professionnels peuvent appeler pour savoir comment aider.",
        ),
        (
            "L’appel est-il payant ?",
            "Non. Le 3114 est gratuit, à toute heure, tous les jours de l’année.",
        ),
    ),
    callout(
        "Ce que ce portail n’est pas",
        "Le Portail CLSM présente l’action des conseils locaux de santé mentale. Il ne répond pas aux situations "
        "personnelles et ne reçoit aucune demande de soin : n’y écrivez pas d’information sur votre santé ou "
        "sur celle d’une autre personne.",
    ),
]
