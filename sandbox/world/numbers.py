"""Makes business numbers and bank accounts whose check digits are right, and tells right ones from wrong ones."""

from random import Random

ABN_WEIGHTS = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
ACN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 1)
TFN_WEIGHTS = (1, 4, 3, 7, 5, 8, 6, 9, 10)
IRD_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
IRD_SECOND_WEIGHTS = (7, 4, 3, 2, 5, 2, 7, 6)
VAT_WEIGHTS = (8, 7, 6, 5, 4, 3, 2)


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


def is_abn(number: str) -> bool:
    return (
        len(number) == 11
        and number.isdigit()
        and _weighted(str(int(number[0]) - 1) + number[1:], ABN_WEIGHTS) % 89 == 0
    )


def is_acn(number: str) -> bool:
    return len(number) == 9 and number.isdigit() and -_weighted(number[:8], ACN_WEIGHTS) % 10 == int(number[8])


def is_tfn(number: str) -> bool:
    return len(number) == 9 and number.isdigit() and _weighted(number, TFN_WEIGHTS) % 11 == 0


def is_ird(number: str) -> bool:
    digits = number.zfill(9)
    if not (digits.isdigit() and 10_000_000 <= int(digits) <= 150_000_000):
        return False
    for weights in (IRD_WEIGHTS, IRD_SECOND_WEIGHTS):
        rest = -_weighted(digits[:8], weights) % 11
        if rest < 10:
            return rest == int(digits[8])
    return False


def is_vat(number: str) -> bool:
    digits = number.removeprefix("GB")
    if len(digits) != 9 or not digits.isdigit():
        return False
    return (_weighted(digits[:7], VAT_WEIGHTS) + int(digits[7:])) % 97 in (0, 42)


def abn(rnd: Random) -> str:
    tail = f"{rnd.randrange(10**9):09d}"
    check = 89 - _weighted("00" + tail, ABN_WEIGHTS) % 89
    # The first two digits carry the check: their weighted sum, one taken off the first, is 10 (a - 1) + b.
    return f"{check + 10:02d}{tail}" if check + 10 <= 99 else abn(rnd)


def abn_of(acn: str) -> str:
    """A company's business number is its company number behind two check digits."""
    return f"{99 - _weighted('00' + acn, ABN_WEIGHTS) % 89:02d}{acn}"


def tfn(rnd: Random) -> str:
    """A personal tax file number; its last digit weighs ten, which is one less than nothing."""
    while True:
        head = f"{rnd.randrange(10_000_000, 99_999_999)}"
        check = _weighted(head, TFN_WEIGHTS[:8]) % 11
        if check < 10:
            return f"{head}{check}"


def acn(rnd: Random) -> str:
    head = f"{rnd.randrange(10**8):08d}"
    return f"{head}{-_weighted(head, ACN_WEIGHTS) % 10}"


def ird(rnd: Random) -> str:
    while True:
        head = f"{rnd.randrange(4_900_000, 13_900_000):08d}"
        for weights in (IRD_WEIGHTS, IRD_SECOND_WEIGHTS):
            rest = -_weighted(head, weights) % 11
            if rest < 10:
                return f"{head}{rest}"


def vat(rnd: Random) -> str:
    head = f"{rnd.randrange(1_000_000, 9_999_999)}"
    return f"GB{head}{97 - _weighted(head, VAT_WEIGHTS) % 97:02d}"


def company(rnd: Random, country: str) -> str:
    if country == "AU":
        return acn(rnd)
    return (
        str(rnd.randrange(1_000_000, 9_999_999)) if country == "NZ" else f"{rnd.randrange(1_000_000, 14_999_999):08d}"
    )


def tax(rnd: Random, country: str) -> str:
    return {"AU": abn, "NZ": ird, "GB": vat}[country](rnd)


def bank_account(rnd: Random, country: str) -> str:
    if country == "AU":
        return f"{rnd.choice(('062', '033', '083', '013', '484'))}-{rnd.randrange(1000):03d} {rnd.randrange(10_000_000, 99_999_999)}"
    if country == "NZ":
        return f"{rnd.choice(('01', '02', '03', '06', '12'))}-{rnd.randrange(1, 1999):04d}-{rnd.randrange(10**7):07d}-{rnd.randrange(100):02d}"
    return f"{rnd.choice(('20', '30', '40', '60', '77'))}-{rnd.randrange(100):02d}-{rnd.randrange(100):02d} {rnd.randrange(10_000_000, 99_999_999)}"
