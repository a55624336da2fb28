"""What an application costs: a dated rule of the offer, applied to the answers. Cents.

A further copy is one more of the same certificate, asked for together with the first ("jedes weitere im selben Vorgang", AllGO of
Lower Saxony). Two birth certificates in one order are about two entries in the register, hence two first copies.
"""

from datetime import date

from services.applications import forms
from services.applications.catalogue import Service
from services.applications.forms import Answers
from services.applications.model import FeeRule, Offer


def rules_on(offer: Offer, day: date) -> list[FeeRule]:
    """The rule in force on that day (Germany's), as a list of one; empty before the first rule begins."""
    return [rule for rule in offer.fees if rule.valid_from <= day][-1:]


def amount(service: Service, rule: FeeRule, answers: Answers) -> int:
    """The fee for these answers. Counts one piece as long as the number of pieces is missing or wrong."""
    pieces = forms.pieces(service, rule.pieces_field, answers)
    return rule.base_cents + (pieces - 1) * (rule.each_further_cents or 0)
