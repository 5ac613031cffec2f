"""Opens an organisation's chart of accounts and bank accounts, and files them with its tax rates, its users and itself."""

from fractions import Fraction

from ..world import names, numbers
from ..world.countries import TaxRate, chart
from ..world.users import users
from .books import Account, Books
from .calendar import DAY_MS, EPOCH, milliseconds
from .text import moment, quoted

ROOMS = {"ASSET": "Assets", "EQUITY": "Equity", "EXPENSE": "Expenses", "LIABILITY": "Liabilities", "REVENUE": "Revenue"}


def open_accounts(books: Books) -> None:
    organisation, country = books.organisation, books.organisation.books
    rnd = books.stream("accounts")
    rates = {rate.tax_type: rate.rate for rate in country.tax_rates}
    kinds = [("Business Account", "BANK", "090"), ("Savings Account", "BANK", "")]
    if organisation.documents >= 150:
        kinds.append(("Company Card", "CREDITCARD", "092"))
    for name, bank_type, code in kinds:
        number = "" if bank_type == "CREDITCARD" else numbers.bank_account(rnd, country.code)
        books.add_account(
            Account(
                len(books.accounts),
                books.fresh(),
                code,
                name,
                "BANK",
                "LIABILITY" if bank_type == "CREDITCARD" else "ASSET",
                country.tax_for["none"],
                Fraction(0),
                bank_number=number,
                bank_type=bank_type,
            )
        )
    for entry in chart(country):
        tax_type = country.tax_for[entry.tax if organisation.pays_tax else "none"]
        books.add_account(
            Account(
                len(books.accounts),
                books.fresh(),
                entry.code,
                entry.name,
                entry.type,
                entry.account_class,
                tax_type,
                rates[tax_type],
                entry.system,
                entry.reporting,
            )
        )


_CLASSES = {
    "EXPENSE": "EXPENSE",
    "CURRENT": "ASSET",
    "FIXED": "ASSET",
    "CURRLIAB": "LIABILITY",
    "TERMLIAB": "LIABILITY",
    "EQUITY": "EQUITY",
    "REVENUE": "REVENUE",
}


def extra_account(
    books: Books,
    code: str,
    name: str,
    *,
    status: str = "ACTIVE",
    kind: str = "EXPENSE",
    reporting: str = "EXP",
) -> Account:
    """An account beside the usual chart."""
    tax_type = books.organisation.books.tax_for["none"]
    return books.add_account(
        Account(
            len(books.accounts),
            books.fresh(),
            code,
            name,
            kind,
            _CLASSES[kind],
            tax_type,
            Fraction(0),
            reporting=reporting,
            status=status,
        )
    )


def extra_bank(books: Books, name: str, *, status: str = "ACTIVE") -> Account:
    """A bank account beside those that ordinary trade goes through; nothing is on it but what its maker puts there."""
    rnd = books.stream("bank", name)
    account = Account(
        len(books.accounts),
        books.fresh(),
        "",
        name,
        "BANK",
        "ASSET",
        books.organisation.books.tax_for["none"],
        Fraction(0),
        bank_number=numbers.bank_account(rnd, books.organisation.country),
        bank_type="BANK",
        status=status,
    )
    return books.add_account(account)


def _early(books: Books) -> int:
    """Some moment in the first days of the books, for what was set up and left."""
    return (books.start - EPOCH) * DAY_MS + int(books.random() * 60 * DAY_MS)


def _file_account(books: Books, account: Account) -> None:
    updated = _early(books)
    parts = [f'{{"AccountID":"{account.id}"']
    if account.code:
        parts.append(f'"Code":{quoted(account.code)}')
    parts += [
        f'"Name":{quoted(account.name)}',
        f'"Status":"{account.status}"',
        f'"Type":"{account.type}"',
        f'"TaxType":"{account.tax_type}"',
    ]
    if account.type == "BANK":
        parts += [
            f'"BankAccountNumber":{quoted(account.bank_number)}',
            f'"BankAccountType":"{account.bank_type}"',
            f'"CurrencyCode":"{books.organisation.currency}"',
        ]
    else:
        parts.append(f'"Description":{quoted(account.name)}')
    payable = "true" if account.code in ("880", "881") else "false"
    parts += [
        f'"Class":"{account.account_class}"',
        f'"EnablePaymentsToAccount":{payable}',
        '"ShowInExpenseClaims":false',
    ]
    if account.system:
        parts.append(f'"SystemAccount":"{account.system}"')
    if account.reporting:
        parts.append(f'"ReportingCode":"{account.reporting}"')
    parts += [
        '"HasAttachments":false',
        f'"UpdatedDateUTC":{moment(updated)}',
        '"AddToWatchlist":false}',
    ]
    books.row(
        "Accounts",
        (",".join(parts), "", ""),
        id=account.id,
        updated=updated,
        status=account.status,
        type=account.type,
        name=account.name,
        code=account.code,
        number=account.account_class,
        reference=account.system,
    )


def applies_to(rate: TaxRate, account_class: str) -> bool:
    """Xero offers a sales rate on everything but expenses, a purchase rate on everything but revenue."""
    if account_class == "REVENUE":
        return rate.sales
    return rate.purchases if account_class == "EXPENSE" else True


def _file_tax_rates(books: Books) -> None:
    for rate in books.organisation.books.tax_rates:
        percent = float(rate.rate * 100)
        flags = ",".join(
            f'"CanApplyTo{room}":{"true" if applies_to(rate, kind) else "false"}'
            for room, kind in (
                ("Assets", "ASSET"),
                ("Equity", "EQUITY"),
                ("Expenses", "EXPENSE"),
                ("Liabilities", "LIABILITY"),
                ("Revenue", "REVENUE"),
            )
        )
        component = quoted(books.organisation.books.tax_name)
        books.row(
            "TaxRates",
            (
                (
                    f'{{"Name":{quoted(rate.name)},"TaxType":"{rate.tax_type}","ReportTaxType":"{rate.reports_as}",{flags},"DisplayTaxRate":{percent:.4f},'
                    f'"EffectiveRate":{percent:.4f},"Status":"ACTIVE","TaxComponents":[{{"Name":{component},"Rate":{percent:.4f},"IsCompound":false,'
                    f'"IsNonRecoverable":false}}]}}'
                ),
                "",
                "",
            ),
            id=rate.tax_type,
            updated=0,
            name=rate.name,
            type=rate.tax_type,
            status="ACTIVE",
        )


def _file_users(books: Books) -> None:
    reached = [user for user in users(books.seed) if books.organisation.tenant_id in user.organisation_ids]
    rnd = books.stream("users")
    people = [(user.user_id, user.email, user.given_name, user.family_name, user.role, False) for user in reached]
    given, family = names.person(rnd)
    people.append((books.fresh(), f"owner{books.organisation.index}@clients.example", given, family, "STANDARD", True))
    given, family = names.person(rnd)
    people.append(
        (books.fresh(), f"reader{books.organisation.index}@clients.example", given, family, "READONLY", False)
    )
    people += [(*user, False) for user in books.facts.get("users", ())]
    for user_id, email, first, last, role, subscriber in people:
        updated = _early(books)
        books.row(
            "Users",
            (
                (
                    f'{{"UserID":"{user_id}","EmailAddress":{quoted(email)},"FirstName":{quoted(first)},"LastName":{quoted(last)},'
                    f'"UpdatedDateUTC":{moment(updated)},"IsSubscriber":{"true" if subscriber else "false"},"OrganisationRole":"{role}"}}'
                ),
                "",
                "",
            ),
            id=user_id,
            updated=updated,
            email=email,
            name=first,
            number=last,
            type=role,
        )


def _file_organisation(books: Books) -> None:
    one, country = books.organisation, books.organisation.books
    created = milliseconds(books.calendar.start) + 3_600_000
    locks = ""
    for key in ("PeriodLockDate", "EndOfYearLockDate"):
        day = books.facts.get(key)
        if day is not None:
            locks += f'"{key}":{moment(milliseconds(day))},'
    address = ",".join(
        f"{quoted(key)}:{quoted(value)}" for key, value in names.address(books.stream("address"), one.country).items()
    )
    due = '{"Day":20,"Type":"OFFOLLOWINGMONTH"}'
    books.row(
        "Organisations",
        (
            (
                f'{{"APIKey":"","Name":{quoted(one.name)},"LegalName":{quoted(one.legal_name)},"PaysTax":{"true" if one.pays_tax else "false"},"Version":"{country.version}",'
                f'"OrganisationType":"{one.organisation_type}","BaseCurrency":"{one.currency}","CountryCode":"{one.country}",'
                f'"IsDemoCompany":{"true" if one.is_demo else "false"},"OrganisationStatus":"ACTIVE","RegistrationNumber":"{one.registration_number}",'
                f'"TaxNumber":"{one.tax_number}","FinancialYearEndDay":{one.year_end_day},"FinancialYearEndMonth":{one.year_end_month},'
                f'"SalesTaxBasis":"{one.tax_basis}","SalesTaxPeriod":"{one.tax_period}","DefaultSalesTax":"Tax Exclusive","DefaultPurchasesTax":"Tax Exclusive",'
                f'{locks}"CreatedDateUTC":"\\/Date({created})\\/","OrganisationEntityType":"{one.organisation_type}","Timezone":"{one.timezone}",'
                f'"ShortCode":"{one.short_code}","OrganisationID":"{one.tenant_id}","Edition":"BUSINESS","Class":"{"DEMO" if one.is_demo else "GROW"}",'
                f'"LineOfBusiness":{quoted(one.line_of_business)},"Addresses":[{{{address}}}],"Phones":[],"ExternalLinks":[],'
                f'"PaymentTerms":{{"Bills":{due},"Sales":{due}}}}}'
            ),
            "",
            "",
        ),
        id=one.tenant_id,
        updated=created,
        name=one.name,
    )


def file_settings(books: Books) -> None:
    for account in books.accounts:
        _file_account(books, account)
    _file_tax_rates(books)
    _file_users(books)
    _file_organisation(books)
