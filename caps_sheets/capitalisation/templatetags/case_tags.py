"""Template filters of the screens of the case files: ``2|counted:"fiche publiée"``, ``words|agreed:number``."""

from django import template

from portal.base.plurals import agreed, counted

register = template.Library()
register.filter(counted)
register.filter(agreed)
