"""One page of every kind that the Observatory shows: what the tests of looks and of weight visit.

Every GET address without arguments must be here, in NOT_PAGES, or be missing for a reason told there: a new one fails.
"""

from __future__ import annotations

from tests.app import DRAFT_ORGANISATION, INVITATION, OWN, OWN_DRAFT, OWN_SITE

PAGES = [
    "/",
    "/about",
    "/accessibility",
    "/activity",
    "/contact",
    "/data-licence",
    "/demo/mail",
    "/history/organisation/" + OWN,
    "/organisations",
    "/organisations?sector=community&demo=yes",
    "/organisations/" + OWN,
    "/organisations/" + OWN + "/records",
    "/password/forgotten",
    "/places",
    "/places/pe",
    "/places/18",
    "/places/180106",
    "/places/find",
    "/places/find?name=San+Juan",
    "/places/find?name=zzxqwv",
    "/privacy",
    "/search",
    "/search?q=agua",
    "/search?q=agua&kind=organisation&sector=community",
    "/search?q=zzxqwv",
    "/sign-in",
    "/sign-up",
    "/sites",
    "/sites/" + OWN_SITE,
    "/sites/quellaveco",
    "/sources",
    "/sources/1",
    "/styleguide",
    "/tags",
    "/tags/agua",
    "/verify/no-such-token",
    "/no-such-page",
]
"""What anybody sees."""

SIGNED_IN = {
    "manager": [
        "/account",
        "/organisations/" + OWN,
        "/organisations/" + OWN + "/edit",
        "/organisations/" + OWN + "/invitations",
        "/organisations/" + OWN + "/invitations/new",
        "/organisations/" + OWN + "/mandate-requests/new",
        "/sites/" + OWN_DRAFT,
        "/sites/" + OWN_DRAFT + "/edit",
        "/sites/" + OWN_DRAFT + "/publication",
        "/tags/of/organisation/" + OWN,
    ],
    "steward": [
        "/organisations/new",
        "/organisations/" + DRAFT_ORGANISATION,
        "/organisations/" + DRAFT_ORGANISATION + "/publication",
        "/organisations/" + OWN + "/control",
        "/organisations/" + OWN + "/succession",
        "/organisations/" + OWN + "/withdrawal",
        "/places/180106/edit",
        "/sites/new",
        "/sites/" + OWN_SITE + "/operator",
        "/sites/" + OWN_SITE + "/district",
        "/sites/" + OWN_SITE + "/withdrawal",
        "/sites/" + OWN_SITE + "/contradiction",
        "/sites/quellaveco",
        "/sites/quellaveco/operators/1/removal",
        "/sources/new",
        "/sources/1/edit",
        "/reference/site/" + OWN_SITE + "/facts/new",
        "/reference/site/" + OWN_SITE + "/keeper",
        "/reference/facts/1/edit",
        "/reference/facts/1/removal",
    ],
    "administrator": [
        "/administration",
        "/administration/mandates",
        "/administration/people",
        "/administration/people/1",
        "/administration/people/2/sessions",
        "/administration/people/2/closing",
        "/administration/security",
        "/organisations/" + OWN + "/mandates/new",
        "/mandates/1",
    ],
    "citizen": ["/invitations/" + INVITATION],
}
"""What people see under a mandate: forms, drafts, administration."""

NOT_PAGES = {
    "/account/data.json": "a file",
    "/activity.atom": "a feed",
    "/healthz": "for machines",
    "/robots.txt": "for machines",
    "/search.atom": "a feed",
    "/search.csv": "a file",
    "/search.json": "for programs",
    "/search/suggest.json": "for the search box",
}
"""Addresses without arguments that answer with no page."""

FAMILIES = {
    "/<name>.atom": "a feed",
    "/exports/<name>.csv": "a file",
    "/exports/<name>.json": "for programs",
    "/history/<kind>/<slug>.atom": "a feed",
    "/static/<path:name>": "files",
    "/places/reniec/<code>": "leads to a place",
    "/account/address/<token>": "the same page as /verify/<token>",
    "/password/<token>": "its form is that of /sign-up",
    "/setup/<token>": "its form is that of /sign-up",
    "/sites/<slug>/districts/<int:id>/removal": "the form of an operator's removal",
    "/sites/<slug>/contradictions/<int:id>/removal": "the same",
    "/organisations/<slug>/controls/<int:id>/removal": "the same",
    "/organisations/<slug>/successions/<int:id>/removal": "the same",
}
"""Addresses with arguments that no sample is needed of."""
