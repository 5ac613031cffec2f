"""The fields by which a client is known and reached, and the groups in which they are brought across. Pure."""

from collections.abc import Mapping

GROUPS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "title", "first_name", "last_name", "other_name"),
    "email": ("email",),
    "phone": ("phone", "mobile"),
    "address": (
        "address", "city", "region", "postcode", "country",
        "postal_address", "postal_city", "postal_region", "postal_postcode", "postal_country",
    ),
}  # fmt: skip
FIELDS: tuple[str, ...] = tuple(field for fields in GROUPS.values() for field in fields)
GROUP_OF: Mapping[str, str] = {field: group for group, fields in GROUPS.items() for field in fields}
PRIVATE = ("date_of_birth", "business_number", "company_number")
"""Sealed; what matching looks at. The tax number is never kept: Xero masks it on reading (xero-facts 6.5)."""

BROUGHT: Mapping[str, tuple[str, ...]] = {
    "basic": (*GROUPS["name"], *GROUPS["email"]),
    "all": FIELDS,
}
"""What each choice of details brings (xpm.md 3.1). *Basic* says nothing about the rest: it does not blank it."""

LABELS: Mapping[str, str] = {
    "name": "Name", "title": "Title", "first_name": "First name", "last_name": "Last name", "other_name": "Other names",
    "email": "E-mail", "phone": "Telephone", "mobile": "Mobile",
    "address": "Address", "city": "City", "region": "State or region", "postcode": "Postcode", "country": "Country",
    "postal_address": "Postal address", "postal_city": "Postal city", "postal_region": "Postal state or region",
    "postal_postcode": "Postal postcode", "postal_country": "Postal country",
}  # fmt: skip
"""How people call each."""
