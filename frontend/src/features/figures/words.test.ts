import { describe, expect, it } from "vitest";

import { apart, typedAmount } from "./words";

describe("an amount as it is typed", () => {
  it.each([
    ["1234.5", "1234.50"], ["1,234.50", "1234.50"], ["$ 1,234", "1234.00"], ["-12.00", "-12.00"], ["\u221212", "-12.00"], ["(12.30)", "-12.30"], ["12.30 DR", "-12.30"], ["12 cr", "12.00"], ["0", "0.00"], ["1 000 000.01", "1000000.01"], ["007", "7.00"],
  ])("reads %s as %s", (typed, amount) => expect(typedAmount(typed)).toBe(amount));
  it.each(["", "twelve", "1.234", "12,34", "1.2.3", "--1", "9999999999999"])("does not guess at %s", (typed) => expect(typedAmount(typed)).toBeNull());
});

describe("how far apart", () => {
  it.each([["100.00", "100.00", "0.00"], ["100.00", "99.99", "0.01"], ["-5.00", "1.50", "-6.50"], ["90071992547409.93", "0.00", "90071992547409.93"]])("%s in the books and %s stated are %s", (books, stated, left) => expect(apart(books, stated)).toBe(left));
});
