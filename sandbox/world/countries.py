"""Knows what a country's books start with: its chart of accounts, tax rates, currency, year end and time zones."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Code = Literal["AU", "NZ", "GB"]


@dataclass(frozen=True, slots=True)
class TaxRate:
    tax_type: str
    name: str
    rate: Fraction  # of the net amount
    sales: bool
    purchases: bool
    reports_as: str


@dataclass(frozen=True, slots=True)
class ChartAccount:
    code: str
    name: str
    type: str
    account_class: str
    tax: Literal["sale", "buy", "exempt_sale", "exempt_buy", "none"]
    system: str = ""
    reporting: str = ""


@dataclass(frozen=True, slots=True)
class Country:
    code: Code
    version: str
    currency: str
    zones: tuple[tuple[str, str], ...]  # Xero's name, the tz database's
    year_end: tuple[int, int]  # month, day
    other_year_ends: tuple[tuple[int, int], ...]
    tax_rates: tuple[TaxRate, ...]
    tax_for: dict[str, str]
    tax_office: str
    tax_bases: tuple[str, ...]
    tax_periods: tuple[str, ...]
    pension: str
    payroll_tax: str
    tax_name: str


def _rate(tax_type: str, name: str, percent: int, sales: bool, purchases: bool, reports_as: str) -> TaxRate:
    return TaxRate(tax_type, name, Fraction(percent, 100), sales, purchases, reports_as)


AU = Country(
    "AU",
    "AU",
    "AUD",
    (
        ("AUSEASTERNSTANDARDTIME", "Australia/Sydney"),
        ("EAUSTRALIASTANDARDTIME", "Australia/Brisbane"),
        ("WAUSTRALIASTANDARDTIME", "Australia/Perth"),
        ("CENAUSTRALIASTANDARDTIME", "Australia/Adelaide"),
        ("TASMANIASTANDARDTIME", "Australia/Hobart"),
    ),
    (6, 30),
    ((6, 30), (6, 30), (12, 31)),
    (
        _rate("OUTPUT", "GST on Income", 10, True, False, "OUTPUT"),
        _rate("INPUT", "GST on Expenses", 10, False, True, "INPUT"),
        _rate("EXEMPTOUTPUT", "GST Free Income", 0, True, False, "EXEMPTOUTPUT"),
        _rate("EXEMPTEXPENSES", "GST Free Expenses", 0, False, True, "EXEMPTEXPENSES"),
        _rate("BASEXCLUDED", "BAS Excluded", 0, True, True, "BASEXCLUDED"),
    ),
    {
        "sale": "OUTPUT",
        "buy": "INPUT",
        "exempt_sale": "EXEMPTOUTPUT",
        "exempt_buy": "EXEMPTEXPENSES",
        "none": "BASEXCLUDED",
    },
    "Australian Taxation Office",
    ("CASH", "ACCRUALS"),
    ("QUARTERLY1", "MONTHLY"),
    "Superannuation",
    "PAYG Withholdings",
    "GST",
)
NZ = Country(
    "NZ",
    "NZ",
    "NZD",
    (("NEWZEALANDSTANDARDTIME", "Pacific/Auckland"),),
    (3, 31),
    ((3, 31), (3, 31), (6, 30)),
    (
        _rate("OUTPUT2", "15% GST on Income", 15, True, False, "OUTPUT"),
        _rate("INPUT2", "15% GST on Expenses", 15, False, True, "INPUT"),
        _rate("ZERORATED", "Zero Rated", 0, True, True, "ZERORATEDOUTPUT"),
        _rate("NONE", "No GST", 0, True, True, "NONE"),
    ),
    {"sale": "OUTPUT2", "buy": "INPUT2", "exempt_sale": "ZERORATED", "exempt_buy": "NONE", "none": "NONE"},
    "Inland Revenue",
    ("PAYMENTS", "INVOICE"),
    ("TWOMONTHS", "SIXMONTHS"),
    "KiwiSaver",
    "PAYE",
    "GST",
)
GB = Country(
    "GB",
    "UK",
    "GBP",
    (("GMTSTANDARDTIME", "Europe/London"),),
    (3, 31),
    ((3, 31), (12, 31), (4, 5), (8, 31)),
    (
        _rate("OUTPUT2", "20% (VAT on Income)", 20, True, False, "OUTPUT"),
        _rate("INPUT2", "20% (VAT on Expenses)", 20, False, True, "INPUT"),
        _rate("ZERORATEDOUTPUT", "Zero Rated Income", 0, True, False, "ZERORATEDOUTPUT"),
        _rate("EXEMPTINPUT", "Exempt Expenses", 0, False, True, "EXEMPTINPUT"),
        _rate("NONE", "No VAT", 0, True, True, "NONE"),
    ),
    {"sale": "OUTPUT2", "buy": "INPUT2", "exempt_sale": "ZERORATEDOUTPUT", "exempt_buy": "EXEMPTINPUT", "none": "NONE"},
    "HM Revenue & Customs",
    ("CASH", "ACCRUAL", "FLATRATECASH"),
    ("QUARTERLY", "MONTHLY", "YEARLY"),
    "Pensions",
    "PAYE",
    "VAT",
)
COUNTRIES: dict[str, Country] = {"AU": AU, "NZ": NZ, "GB": GB}


def chart(country: Country) -> tuple[ChartAccount, ...]:
    """The accounts every business of the country starts with; bank accounts are each organisation's own."""
    a = ChartAccount
    return (
        a("200", "Sales", "REVENUE", "REVENUE", "sale", reporting="REV.TRA.GOO"),
        a("205", "Export Sales", "REVENUE", "REVENUE", "exempt_sale", reporting="REV.TRA.GOO"),
        a("210", "Service Income", "REVENUE", "REVENUE", "sale", reporting="REV.TRA.SER"),
        a("260", "Other Revenue", "OTHERINCOME", "REVENUE", "sale", reporting="REV.OTH"),
        a("270", "Interest Income", "OTHERINCOME", "REVENUE", "exempt_sale", reporting="REV.INV.INT"),
        a("310", "Cost of Goods Sold", "DIRECTCOSTS", "EXPENSE", "buy", reporting="EXP.COS"),
        a("320", "Subcontractors", "DIRECTCOSTS", "EXPENSE", "buy", reporting="EXP.COS.SUB"),
        a("400", "Advertising", "EXPENSE", "EXPENSE", "buy", reporting="EXP.ADV"),
        a("404", "Bank Fees", "EXPENSE", "EXPENSE", "exempt_buy", reporting="EXP.FIN.BNK"),
        a("408", "Cleaning", "EXPENSE", "EXPENSE", "buy", reporting="EXP.EST.CLE"),
        a("412", "Consulting & Accounting", "EXPENSE", "EXPENSE", "buy", reporting="EXP.PRO.ACC"),
        a("416", "Depreciation", "DEPRECIATN", "EXPENSE", "none", reporting="EXP.DEP"),
        a("425", "Freight & Courier", "EXPENSE", "EXPENSE", "buy", reporting="EXP.ADM.FRE"),
        a("429", "General Expenses", "EXPENSE", "EXPENSE", "buy", reporting="EXP.ADM"),
        a("433", "Insurance", "EXPENSE", "EXPENSE", "buy", reporting="EXP.INS"),
        a("437", "Interest Expense", "EXPENSE", "EXPENSE", "exempt_buy", reporting="EXP.FIN.INT"),
        a("441", "Legal Expenses", "EXPENSE", "EXPENSE", "buy", reporting="EXP.PRO.LEG"),
        a("445", "Light, Power, Heating", "EXPENSE", "EXPENSE", "buy", reporting="EXP.UTI"),
        a("449", "Motor Vehicle Expenses", "EXPENSE", "EXPENSE", "buy", reporting="EXP.VEH"),
        a("453", "Office Expenses", "EXPENSE", "EXPENSE", "buy", reporting="EXP.ADM.OFF"),
        a("461", "Printing & Stationery", "EXPENSE", "EXPENSE", "buy", reporting="EXP.ADM.PRI"),
        a("469", "Rent", "OVERHEADS", "EXPENSE", "buy", reporting="EXP.EST.REN"),
        a("473", "Repairs and Maintenance", "EXPENSE", "EXPENSE", "buy", reporting="EXP.REP"),
        a("477", "Wages and Salaries", "EXPENSE", "EXPENSE", "none", reporting="EXP.EMP.WAG"),
        a("478", country.pension, "EXPENSE", "EXPENSE", "none", reporting="EXP.EMP.SUP"),
        a("485", "Subscriptions", "EXPENSE", "EXPENSE", "buy", reporting="EXP.ADM.SUB"),
        a("489", "Telephone & Internet", "EXPENSE", "EXPENSE", "buy", reporting="EXP.ADM.TEL"),
        a("493", "Travel - National", "EXPENSE", "EXPENSE", "buy", reporting="EXP.TRA.NAT"),
        a("505", "Income Tax Expense", "EXPENSE", "EXPENSE", "none", reporting="EXP.TAX"),
        a("610", "Accounts Receivable", "CURRENT", "ASSET", "none", "DEBTORS", "ASS.CUR.REC.TRA"),
        a("620", "Prepayments", "PREPAYMENT", "ASSET", "none", reporting="ASS.CUR.REC.PRE"),
        a("630", "Inventory", "INVENTORY", "ASSET", "none", reporting="ASS.CUR.INY"),
        a("710", "Office Equipment", "FIXED", "ASSET", "buy", reporting="ASS.NCA.FIX.OWN.OFF"),
        a(
            "711",
            "Less Accumulated Depreciation on Office Equipment",
            "FIXED",
            "ASSET",
            "none",
            reporting="ASS.NCA.FIX.OWN.OFF.ACC",
        ),
        a("720", "Computer Equipment", "FIXED", "ASSET", "buy", reporting="ASS.NCA.FIX.OWN.COM"),
        a(
            "721",
            "Less Accumulated Depreciation on Computer Equipment",
            "FIXED",
            "ASSET",
            "none",
            reporting="ASS.NCA.FIX.OWN.COM.ACC",
        ),
        a("800", "Accounts Payable", "CURRLIAB", "LIABILITY", "none", "CREDITORS", "LIA.CUR.PAY.TRA"),
        a("801", "Unpaid Expense Claims", "CURRLIAB", "LIABILITY", "none", "UNPAIDEXPCLM", "LIA.CUR.PAY.EMP"),
        a("820", country.tax_name, "CURRLIAB", "LIABILITY", "none", "GST", "LIA.CUR.TAX.GST"),
        a("825", f"{country.payroll_tax} Payable", "CURRLIAB", "LIABILITY", "none", reporting="LIA.CUR.TAX.OTH"),
        a("826", f"{country.pension} Payable", "CURRLIAB", "LIABILITY", "none", reporting="LIA.CUR.PAY.EMP"),
        a("830", "Income Tax Payable", "CURRLIAB", "LIABILITY", "none", reporting="LIA.CUR.TAX.INC"),
        a("840", "Historical Adjustment", "CURRLIAB", "LIABILITY", "none", "HISTORICAL", "LIA.CUR"),
        a("850", "Suspense", "CURRLIAB", "LIABILITY", "none", reporting="LIA.CUR"),
        a("860", "Rounding", "CURRLIAB", "LIABILITY", "none", "ROUNDING", "LIA.CUR"),
        a("877", "Tracking Transfers", "CURRLIAB", "LIABILITY", "none", "TRACKINGTRANSFERS", "LIA.CUR"),
        a("880", "Owner Drawings", "EQUITY", "EQUITY", "none", reporting="EQU.DRA"),
        a("881", "Owner Funds Introduced", "EQUITY", "EQUITY", "none", reporting="EQU.ADV"),
        a("900", "Business Loan", "TERMLIAB", "LIABILITY", "none", reporting="LIA.NCL.LOA"),
        a("910", "Director Loan", "TERMLIAB", "LIABILITY", "none", reporting="LIA.NCL.LOA"),
        a("960", "Retained Earnings", "EQUITY", "EQUITY", "none", "RETAINEDEARNINGS", "EQU.RET"),
        a("970", "Owner Share Capital", "EQUITY", "EQUITY", "none", reporting="EQU.SHA"),
    )
