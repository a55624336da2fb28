"""A service whose form uses everything a form can use; read as the files of the catalogue are."""

from pathlib import Path
from tempfile import TemporaryDirectory

from services.applications import catalogue
from services.applications.catalogue import Service

FILE = """
service: everything
leika_key: "99000000000000"
name: {de: Alles beantragen, en: Apply for everything}
summary: {de: Alles., en: Everything.}
description: {de: Alles., en: Everything.}
legal_basis: [§ 1 Mustergesetz]
level: low
ending: post
sections:
  - name: you
    title: {de: Sie, en: You}
    help: {de: Wer Sie sind., en: Who you are.}
    fields:
      - {name: family_name, type: name, required: true, prefill: family_name, label: {de: Familienname, en: Family name}}
      - {name: birth_date, type: date, required: true, latest: today-16y, label: {de: Geburtsdatum, en: Date of birth}}
      - {name: nationality, type: nationality, required: true, label: {de: Staatsangehörigkeit, en: Nationality}}
      - name: residence_title
        type: text
        required: true
        when: {not: {nationality: [DE, AT]}, nationality: {answered: true}}
        label: {de: Aufenthaltstitel, en: Residence title}
      - name: kinds
        type: choices
        required: true
        most: 2
        label: {de: Wunsch, en: Wish}
        choices:
          - {value: paper, label: {de: Papier, en: Paper}}
          - {value: file, label: {de: Datei, en: File}}
          - {value: sign, label: {de: Schild, en: Sign}}
      - {name: copies, type: integer, required: true, least: 1, most: 9, when: {kinds: paper}, label: {de: Zahl, en: Number}}
  - name: children
    title: {de: Kinder, en: Children}
    repeated: {least: 0, most: 3, entry: {de: Kind, en: Child}}
    fields:
      - {name: child_name, type: name, required: true, prefill: given_names, label: {de: Name des Kindes, en: Name of the child}}
      - {name: lives_here, type: yes_no, required: true, label: {de: Wohnt hier, en: Lives here}}
      - {name: since, type: date, required: true, when: {lives_here: true}, earliest: birth_date, label: {de: Seit, en: Since}}
  - name: allowance
    title: {de: Beihilfe, en: Allowance}
    when: {children: {at_least: 1}}
    fields:
      - {name: amount, type: amount, required: true, least: 100, most: 100000, label: {de: Betrag, en: Amount}}
      - {name: iban, type: iban, required: true, label: {de: IBAN, en: IBAN}}
      - name: plate
        type: text
        required: false
        label: {de: Kennzeichen, en: Number plate}
        pattern: "[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} [1-9][0-9]{0,3}"
        pattern_message: {de: Bitte so wie auf dem Schild., en: Please write it as on the plate.}
        example: EL-AB 123
  - title: {de: Zum Schluss, en: In the end}
    fields:
      - {name: email, type: email, required: false, label: {de: E-Mail, en: E-mail}}
      - {name: phone, type: phone, required: false, label: {de: Telefon, en: Phone}}
      - name: home_address
        type: address
        required: true
        when: {phone: {answered: true}}
        abroad: true
        prefill: address
        label: {de: Ihre Anschrift, en: Your address}
        help: {de: Dorthin kommt die Post., en: Post comes there.}
      - {name: other_address, type: address, required: false, label: {de: Weitere Anschrift, en: Another address}}
      - {name: postal_code, type: postal_code, required: false, label: {de: Postleitzahl, en: Postal code}}
      - {name: country, type: country, required: false, label: {de: Land, en: Country}}
      - {name: remark, type: long_text, required: false, most: 100, label: {de: Bemerkung, en: Remark}}
      - {name: born_before, type: date, required: false, is_past: true, label: {de: Früher, en: Before}}
      - name: sex
        type: choice
        required: false
        label: {de: Geschlecht, en: Gender}
        choices: [{value: female, label: {de: weiblich, en: female}}, {value: male, label: {de: männlich, en: male}}]
      - {name: agreed, type: consent, required: true, label: {de: Ich stimme zu., en: I agree.}}
"""


def everything() -> Service:
    """The service."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "everything.yaml").write_text(FILE, encoding="utf-8")
        return catalogue.read(Path(folder))["everything"]
