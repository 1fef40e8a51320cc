"""Documents of a text processor, as different programs write them."""

import io
from collections.abc import Callable, Iterable
from zipfile import ZIP_DEFLATED, ZipFile

import docx
from django.core.files.base import ContentFile
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from odfdo import Document as OdfDocument
from odfdo import Element, Header, List, ListItem, Paragraph, Style
from PIL import Image

from caps_sheets.models import DocumentImport
from portal.users.models import User


def make_document(owner: User, content: bytes | None = None, **kw: object) -> DocumentImport:
    """Sent by ``owner``, without a draft unless a ``sheet`` is given."""
    values = {"name": "fiche.docx", "file": ContentFile(content or word_styles(), name="fiche.docx")} | kw
    return DocumentImport.objects.create(owner=owner, **values)


SECTION_TEXTS = {
    "Contexte et origine de l’action": "Le quartier manquait de lieux pour se parler depuis trois ans.",
    "Objectifs": "Mieux se connaître entre professionnels.",
    "Publics et modalités d’implication": "Des habitants ont écrit la charte.",
    "Difficultés, échecs et ajustements": "Les agendas ne se croisaient jamais.",
    "Leviers": "Une élue présente à chaque séance.",
}


def png(colour: str = "navy", size: tuple[int, int] = (80, 60)) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, "PNG")
    return target.getvalue()


def saved(document: WordDocument) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


# python-docx


def word_styles(texts: dict[str, str] = SECTION_TEXTS) -> bytes:
    document = docx.Document()
    document.add_heading("Des stages croisés entre métiers", 0)
    for heading, text in texts.items():
        document.add_heading(heading, 1)
        document.add_paragraph(text)
    return saved(document)


def bold_lines(texts: dict[str, str] = SECTION_TEXTS) -> bytes:
    document = docx.Document()
    document.add_paragraph().add_run("Des stages croisés entre métiers").bold = True
    for heading, text in texts.items():
        document.add_paragraph().add_run(heading).bold = True
        document.add_paragraph(text)
    return saved(document)


def numbered_capitals() -> bytes:
    document = docx.Document()
    for number, (heading, text) in enumerate(SECTION_TEXTS.items(), start=1):
        document.add_paragraph(f"{['I', 'II', 'III', 'IV', 'V'][number - 1]} – {heading.upper()}")
        document.add_paragraph(text)
        document.add_paragraph("Un point important à dire").runs[0].bold = True
        document.add_paragraph(f"Suite du texte numéro {number}.")
    return saved(document)


def french_style_names() -> bytes:
    """A style of one's own, based on a heading; one named in French, without an outline level."""
    document = docx.Document()
    own = document.styles.add_style("Rubrique", WD_STYLE_TYPE.PARAGRAPH)
    own.base_style = document.styles["Heading 1"]
    document.styles.add_style("Titre 2", WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("Résumé", style="Rubrique")
    document.add_paragraph("Deux équipes ont échangé leurs places.")
    document.add_paragraph("1. Contexte", style="Rubrique")
    document.add_paragraph("Avant l’action", style="Titre 2")
    document.add_paragraph("Personne ne se connaissait.")
    return saved(document)


CARD = {
    "Intitulé de l’action": "Des stages croisés",
    "Début": "mars 2021",
    "Fin": "en cours",
    "Budget": "12 000 €",
    "Rythme": "ponctuelle",
    "Chef de projet": "inconnu du portail",
}


def identity_card(card: dict[str, str] = CARD) -> bytes:
    document = docx.Document()
    document.add_heading("Carte d’identité", 1)
    table = document.add_table(0, 2)
    for label, value in card.items():
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, value
    document.add_paragraph("Nombre de personnes touchées : 48")
    document.add_heading("Contexte", 1)
    document.add_paragraph("Un paragraphe.")
    return saved(document)


ITEMS = (
    ("Préparer", "List Bullet"),
    ("les salles", "List Bullet 2"),
    ("les repas", "List Bullet 3"),
    ("Recevoir", "List Bullet"),
    ("Premier jour", "List Number"),
    ("Second jour", "List Number"),
)


def lists_and_marks() -> bytes:
    document = docx.Document()
    document.add_heading("Déroulement", 1)
    for text, style in ITEMS:
        document.add_paragraph(text, style=style)
    paragraph = document.add_paragraph("Du ")
    paragraph.add_run("gras").bold = True
    paragraph.add_run(" et de l’")
    paragraph.add_run("italique").italic = True
    paragraph.add_run(" <b>pas du HTML</b> & un saut\nde ligne")
    document.add_paragraph("On a mis un visage sur un numéro.", style="Quote")
    document.add_paragraph("« Je ne savais pas à qui m’adresser » (infirmière de CMP)")
    return saved(document)


def tables_and_pictures() -> bytes:
    document = docx.Document()
    document.add_heading("Pilotage", 1)
    table = document.add_table(3, 3)
    for row, texts in enumerate(
        (("Qui", "Rôle", "Apport"), ("CMP", "accueil", "temps"), ("Mairie", "salles", "budget"))
    ):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(2, 2).paragraphs[0].add_run().add_picture(io.BytesIO(png("red")))
    table.cell(1, 1).add_table(1, 1).cell(0, 0).text = "tableau dans un tableau"
    document.add_picture(io.BytesIO(png("green")))
    document.add_picture(io.BytesIO(png("green")))
    box = document.add_table(1, 1)
    box.cell(0, 0).text = "Un encadré dans un tableau d’une case"
    return saved(document)


def headers_and_comments() -> bytes:
    document = docx.Document()
    section = document.sections[0]
    section.header.paragraphs[0].text = "CLSM d’exemple, document de travail"
    section.header.paragraphs[0].add_run().add_picture(io.BytesIO(png("orange")))
    section.footer.paragraphs[0].text = "Page confidentielle"
    document.add_heading("Leviers", 1)
    paragraph = document.add_paragraph("Une élue présente partout.")
    document.add_comment(runs=paragraph.runs[0], text="À vérifier avec la mairie", author="Relectrice", initials="R")
    return saved(document)


# Raw XML

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
STYLES = f"""<w:styles {NAMESPACES}>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Titre1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="TM1"><w:name w:val="toc 1"/></w:style></w:styles>"""
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def raw_docx(
    body: str, parts: dict[str, str | bytes] | None = None, links: Iterable[tuple[str, str, str]] = ()
) -> bytes:
    """``links``: identifier, kind and target of the relationships of the body."""
    names = ("styles", "footnotes", "endnotes", "comments")
    all_links = [*links, *((f"rel{name}", name, f"{name}.xml") for name in names)]
    relations = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"'
        f"{' TargetMode=' + chr(34) + 'External' + chr(34) if '://' in target else ''}/>"
        for key, kind, target in all_links
        if kind not in names or f"word/{target}" in {"word/styles.xml", *(parts or {})}
    )
    package = "http://schemas.openxmlformats.org/package/2006"
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{MAIN}.{name}+xml"/>'
        for name in names
        if f"word/{name}.xml" in {"word/styles.xml", *(parts or {})}
    )
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="png" ContentType="image/png"/><Default Extension="emf" ContentType="image/x-emf"/>'
        f'<Override PartName="/word/document.xml" ContentType="{MAIN}.document.main+xml"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}/relationships">{relations}</Relationships>',
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": STYLES,
    }
    return zipped(files | (parts or {}))


def zipped(files: dict[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, style: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}</w:pPr>{''.join(runs)}</w:p>"


def title(text: str) -> str:
    return paragraph(run(text), style="Titre1")


def tracked_changes() -> bytes:
    who = 'w:id="1" w:author="Relecteur" w:date="2024-03-12T10:00:00Z"'
    gone = f'<w:del {who}><w:r><w:delText xml:space="preserve">ancienne tournure </w:delText></w:r></w:del>'
    added = f"<w:ins {who}>{run('nouvelle tournure')}</w:ins>"
    moved = f"<w:moveFrom {who}>{run('phrase déplacée ')}</w:moveFrom>"
    arrived = f"<w:moveTo {who}>{run('phrase déplacée')}</w:moveTo>"
    row = f"<w:tr><w:trPr><w:del {who}/></w:trPr><w:tc>{paragraph(run('ligne retirée'))}</w:tc></w:tr>"
    kept = f"<w:tr><w:tc>{paragraph(run('ligne gardée'))}</w:tc><w:tc>{paragraph(run('autre case'))}</w:tc></w:tr>"
    return raw_docx(
        title("Contexte")
        + paragraph(run("Une "), gone, added, run(" dans la phrase."))
        + paragraph(moved, run("Ici."))
        + paragraph(run("Là : "), arrived)
        + f"<w:tbl>{kept}{row}</w:tbl>"
    )


def notes() -> bytes:
    call = '<w:r><w:{}Reference w:id="{}"/></w:r>'
    part = "<w:{0}s {1}>{2}</w:{0}s>"
    separator = '<w:{0} w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:{0}>'
    note = '<w:{0} w:id="{1}">{2}</w:{0}>'
    return raw_docx(
        title("Résultats")
        + paragraph(run("Une évaluation"), call.format("footnote", 2), run(" a été menée"), call.format("endnote", 3))
        + title("Perspectives")
        + paragraph(run("Une suite"), call.format("footnote", 4)),
        {
            "word/footnotes.xml": part.format(
                "footnote",
                NAMESPACES,
                separator.format("footnote")
                + note.format("footnote", 2, paragraph(run("Rapport annuel du CLSM")))
                + note.format("footnote", 4, paragraph(run("Décision du comité")))
                + note.format("footnote", 9, paragraph(run("Note orpheline"))),
            ),
            "word/endnotes.xml": part.format(
                "endnote",
                NAMESPACES,
                separator.format("endnote") + note.format("endnote", 3, paragraph(run("Enquête de fin"))),
            ),
        },
    )


def text_boxes() -> bytes:
    inside = paragraph(run("Chiffre dans une zone de texte"))
    modern = (
        '<w:drawing><wp:anchor><wp:docPr id="1" name="Zone"/><a:graphic><a:graphicData><wps:wsp><wps:txbx>'
        f"<w:txbxContent>{inside}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>"
    )
    old = f"<w:pict><v:shape><v:textbox><w:txbxContent>{inside}</w:txbxContent></v:textbox></v:shape></w:pict>"
    choice = f"<mc:Choice Requires='wps'>{modern}</mc:Choice><mc:Fallback>{old}</mc:Fallback>"
    both = f"<w:r><mc:AlternateContent>{choice}</mc:AlternateContent></w:r>"
    alone = old.replace("Chiffre dans une zone de texte", "Ancienne zone de texte")
    sign = '<w:r><w:pict><v:shape><v:textpath string="BROUILLON"/></v:shape></w:pict></w:r>'
    return raw_docx(title("Moyens") + paragraph(run("Avant la zone."), both, f"<w:r>{alone}</w:r>", sign))


def fields_and_equations() -> bytes:
    link = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    code = '<w:r><w:instrText xml:space="preserve"> HYPERLINK "https://example.org/guide" </w:instrText></w:r>'
    field = link.format("begin") + code + link.format("separate") + run("le guide") + link.format("end")
    simple = f'<w:fldSimple w:instr=" DATE ">{run("12 mars 2024")}</w:fldSimple>'
    inner = f'<w:hyperlink r:id="lien">{run("notre site")}</w:hyperlink>'
    unsafe = f'<w:hyperlink r:id="fichier">{run("un dossier")}</w:hyperlink>'
    equation = (
        "<m:oMath><m:r><m:t>E=mc</m:t></m:r><m:sSup><m:e/><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath>"
    )
    hidden = run("texte masqué ", "<w:vanish/>")
    inside = f"<w:sdtContent>{run('contrôle de contenu')}</w:sdtContent>"
    control = f'<w:sdt><w:sdtPr><w:alias w:val="x"/></w:sdtPr>{inside}</w:sdt>'
    sign = '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'
    contents = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{paragraph(run('Sommaire du document'), style='TM1')}</w:sdtContent></w:sdt>"
    )
    return raw_docx(
        contents
        + title("Pour aller plus loin")
        + paragraph(run("Voir "), field, run(" et "), inner, run(", "), unsafe, run(" du "), simple)
        + paragraph(equation, hidden, control, sign, run("\u202f: fin")),
        links=(("lien", "hyperlink", "https://example.org/"), ("fichier", "hyperlink", "file:///C:/dossier")),
    )


def linked_everywhere() -> bytes:
    """A link in each part whose field keeps plain text, a hook and a title given twice."""
    names = {"titre": "Stages", "porteur": "Mairie", "accroche": "Une accroche de carte"}
    places = ("source", "point", "mot", "fiche", "case", "interne")

    def link(key: str) -> str:
        return f'<w:hyperlink r:id="{key}">{run(f"lien {key}")}</w:hyperlink>'

    card = "".join(paragraph(run(f"{label.capitalize()} : {value}")) for label, value in names.items())
    table = f"<w:tbl><w:tr><w:tc>{paragraph(link('case'))}</w:tc><w:tc>{paragraph(run('texte'))}</w:tc></w:tr></w:tbl>"
    titled = STYLES.replace("TM1", "Titre").replace("toc 1", "Title")
    return raw_docx(
        paragraph(run("Le titre du document"), style="Titre")
        + title("Carte d’identité")
        + card
        + paragraph(run("Partenaires : "), link("fiche"))
        + title("Accroche")
        + paragraph(run("Une accroche de partie"))
        + title("À retenir")
        + paragraph(link("point"))
        + title("Le mot de l’élue")
        + paragraph(link("mot"), run("."))
        + title("Résumé")
        + table
        + title("Autres sources")
        + paragraph(run("Voir "), link("source"), run(", p. 3"), link("interne")),
        {"word/styles.xml": titled},
        [
            (key, "hyperlink", f"https://example.org/{key}" if key != "interne" else "file:///C:/secret")
            for key in places
        ],
    )


def boxes() -> bytes:
    """Ticked and not: fields of a form, signs of fonts; a row that begins in the second column of its table."""

    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    entries = "".join(f'<w:listEntry w:val="{text}"/>' for text in ("Rural", "Urbain"))
    choices = f'<w:ffData><w:ddList><w:result w:val="1"/>{entries}</w:ddList></w:ffData>'
    skipped = '<w:gridBefore w:val="1"/>'

    def field(*states: str) -> str:
        box = f"<w:ffData><w:checkBox>{''.join(states)}</w:checkBox></w:ffData>"
        return f'<w:r><w:fldChar w:fldCharType="begin">{box}</w:fldChar></w:r>{end}'

    def sign(font: str, code: str) -> str:
        return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'

    def row(*texts: str, properties: str = "") -> str:
        cells = "".join(f"<w:tc>{paragraph(run(text))}</w:tc>" for text in texts)
        return f"<w:tr><w:trPr>{properties}</w:trPr>{cells}</w:tr>"

    return raw_docx(
        title("Moyens")
        + paragraph(field("<w:checked/>"), run(" oui "), field('<w:default w:val="0"/>'), run(" non"))
        + paragraph(sign("Wingdings", "F0FE"), run(" salle "), sign("Wingdings", "F0A8"), run(" repas "),
                    sign("Wingdings 2", "F052"), run(" transport "), sign("Symbol", "F0B7"))
        + paragraph(run("Choix : "), f'<w:r><w:fldChar w:fldCharType="begin">{choices}</w:fldChar></w:r>{end}')
        + f"<w:tbl>{row('Qui', 'Quoi', 'Combien')}{row('temps', 'dix', properties=skipped)}</w:tbl>"
    )  # fmt: skip


def drawing(key: str, description: str = "", crop: str = "") -> str:
    blip = f'<pic:pic><pic:blipFill><a:blip r:embed="{key}"/>{crop}</pic:blipFill></pic:pic>'
    graphic = f"<a:graphic><a:graphicData>{blip}</a:graphicData></a:graphic>"
    named = f'<wp:docPr id="7" name="Image" descr="{description}"/>'
    return f"<w:r><w:drawing><wp:inline>{named}{graphic}</wp:inline></w:drawing></w:r>"


def cropped_picture() -> bytes:
    """The same picture whole, then without its right half."""
    return raw_docx(
        title("Contexte")
        + paragraph(run("Entière : "), drawing("photo"), drawing("photo", "", '<a:srcRect l="0" t="-1200"/>'))
        + paragraph(run("Coupée : "), drawing("photo", "", '<a:srcRect r="50000"/>')),
        {"word/media/photo.png": png("teal")},
        (("photo", "image", "media/photo.png"),),
    )


def odd_pictures() -> bytes:
    """A drawing that no browser shows, a linked picture, one in VML, one that the text does not use."""
    old = '<w:r><w:pict><v:shape alt="Un plan"><v:imagedata r:id="plan"/></v:shape></w:pict></w:r>'
    return raw_docx(
        title("Contexte")
        + paragraph(run("Des images : "), drawing("photo", "Une salle"), drawing("schema"), old)
        + paragraph(
            run("Un objet : "), '<w:r><w:object><o:OLEObject ProgID="Excel.Sheet.12" r:id="objet"/></w:object></w:r>'
        ),
        {
            "word/media/photo.png": png("teal"),
            "word/media/schema.emf": b"\x01\x00\x00\x00 pas une image",
            "word/media/plan.png": png("olive"),
            "word/media/oubliee.png": png("pink"),
            "word/embeddings/objet.xlsx": b"PK",
        },
        (
            ("photo", "image", "media/photo.png"),
            ("schema", "image", "media/schema.emf"),
            ("plan", "image", "media/plan.png"),
            ("objet", "package", "embeddings/objet.xlsx"),
        ),
    )


MARKED_STYLES = STYLES.replace(
    "</w:styles>",
    """<w:style w:type="paragraph" w:styleId="Interne"><w:name w:val="Interne"/><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Secret"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Ote"><w:name w:val="Ôté"/><w:rPr><w:strike/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Haut"><w:name w:val="Haut"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>
</w:style></w:styles>""",
)


def hidden_and_struck() -> bytes:
    """By styles, and by the run itself; powers and indices."""
    hidden_row = f"<w:tr><w:trPr><w:hidden/></w:trPr><w:tc>{paragraph(run('Rangée masquée'))}</w:tc></w:tr>"
    row = f"<w:tr><w:tc>{paragraph(run('Vue'))}</w:tc><w:tc>{paragraph(run('aussi'))}</w:tc></w:tr>"
    up, down = '<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>'
    return raw_docx(
        title("Contexte")
        + paragraph(run("Avant "), run("confidence", '<w:rStyle w:val="Secret"/>'), run(" après."))
        + paragraph(run("Nom d’un patient", ""), style="Interne")
        + paragraph(run("Coût : "), run("vieux", "<w:strike/>"), run(" neuf, "),
                    run("ancien", '<w:rStyle w:val="Ote"/>'))
        + paragraph(run("gardé", '<w:rStyle w:val="Ote"/><w:strike w:val="0"/>'), run(" double", "<w:dstrike/>"))
        + paragraph(run("10"), run("3", '<w:rStyle w:val="Haut"/>'), run(" et H"), run("2", down), run("O, le 1"),
                    run("er", up), run(" mai"))
        + f"<w:tbl>{row}{hidden_row}</w:tbl>",
        {"word/styles.xml": MARKED_STYLES},
    )  # fmt: skip


# odfdo


def odt_hidden_and_struck() -> bytes:
    document = OdfDocument("text")
    document.body.clear()
    marks = {
        "Secret": 'text:display="none"',
        "Ote": 'style:text-line-through-style="solid"',
        "Haut": 'style:text-position="super 58%"',
        "Bas": 'style:text-position="-33% 58%"',
    }
    for name, mark in marks.items():
        for family in ("text", "paragraph"):
            properties = f"<style:text-properties {mark}/>"
            xml = f'<style:style style:name="{name}{family}" style:family="{family}">{properties}</style:style>'
            document.insert_style(Element.from_tag(xml), automatic=True)
    document.body.append(Header(1, "Contexte"))
    for xml in (
        '<text:p>Avant <text:span text:style-name="Secrettext">confidence</text:span> après.</text:p>',
        '<text:p text:style-name="Secretparagraph">Nom d’un patient</text:p>',
        '<text:p>Coût : <text:span text:style-name="Otetext">vieux</text:span> neuf, gardé</text:p>',
        '<text:p>10<text:span text:style-name="Hauttext">3</text:span> et H<text:span text:style-name="Bastext">2'
        '</text:span>O, le 1<text:span text:style-name="Hauttext">er</text:span> mai</text:p>',
        '<text:section text:name="S" text:display="none"><text:p>Section masquée</text:p></text:section>',
    ):
        document.body.append(Element.from_tag(xml))
    return saved_odt(document)


def odt_boxes() -> bytes:
    """Form fields as LibreOffice writes those of Word, a box of its own, signs of a font."""
    document = OdfDocument("text")
    document.body.clear()
    name = "vnd.oasis.opendocument.field"
    names = 'xmlns:field="urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0"'

    def field(kind: str, *values: tuple[str, str]) -> str:
        params = "".join(f'<field:param field:name="{key}" field:value="{value}"/>' for key, value in values)
        return f'<field:fieldmark {names} field:type="{name}.{kind}">{params}</field:fieldmark>'

    xml = '<style:style style:name="W" style:family="text"><style:text-properties style:font-name="Wingdings"/>'
    document.insert_style(Element.from_tag(f"{xml}</style:style>"), automatic=True)
    choice = (("Dropdown_ListEntry", "Rural"), ("Dropdown_ListEntry", "Urbain"), ("Dropdown_Selected", "1"))
    document.body.append(Header(1, "Moyens"))
    for xml in (
        f"<text:p>{field('FORMCHECKBOX', ('Checkbox_Checked', 'true'))} oui {field('FORMCHECKBOX')} non</text:p>",
        '<text:p><text:span text:style-name="W">\uf0fe</text:span> salle '
        '<text:span text:style-name="W">\uf0a8</text:span> repas</text:p>',
        '<office:forms><form:form><form:checkbox xml:id="c1" form:id="c1" form:label="Accord" '
        'form:current-state="checked"/></form:form></office:forms>',
        '<text:p><draw:control draw:control="c1"/></text:p>',
        f"<text:p>Choix : {field('FORMDROPDOWN', *choice)}</text:p>",
    ):
        document.body.append(Element.from_tag(xml))
    return saved_odt(document)


def odt(texts: dict[str, str] = SECTION_TEXTS) -> bytes:
    document = OdfDocument("text")
    document.body.clear()
    document.body.append(Paragraph("Des stages croisés entre métiers", style="Title"))
    document.insert_style(Style("paragraph", name="Title", display_name="Title"))
    for heading, text in texts.items():
        document.body.append(Header(1, heading))
        document.body.append(Paragraph(text))
    return saved_odt(document)


def odt_bold_lines() -> bytes:
    document = OdfDocument("text")
    document.body.clear()
    document.insert_style(Style("paragraph", name="Gras", area="text", bold=True), automatic=True)
    for heading, text in SECTION_TEXTS.items():
        document.body.append(Paragraph(heading, style="Gras"))
        document.body.append(Paragraph(text))
    document.body.append(List([ListItem("Un point"), ListItem("Un autre point")]))
    return saved_odt(document)


def saved_odt(document: OdfDocument) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


MADE: dict[str, Callable[[], bytes]] = {
    f"{make.__name__}.{'odt' if make.__name__.startswith('odt') else 'docx'}": make
    for make in (word_styles, bold_lines, numbered_capitals, french_style_names, identity_card, lists_and_marks,
                 tables_and_pictures, headers_and_comments, tracked_changes, notes, text_boxes, fields_and_equations,
                 odd_pictures, boxes, odt_boxes, linked_everywhere, cropped_picture,
                 hidden_and_struck, odt_hidden_and_struck, odt, odt_bold_lines)
}  # fmt: skip
