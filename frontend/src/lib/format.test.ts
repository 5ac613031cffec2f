import { describe, expect, it } from "vitest";

import { about, ago, clockTime, count, day, listed, moment, money, plural, points, timeLeft, took } from "./format";

const NZ = "Pacific/Auckland";

describe("money", () => {
  it("keeps every digit of a decimal string that a float would round", () => {
    expect(money("9007199254740993.01", "NZD")).toBe("$9,007,199,254,740,993.01");
  });
  it("writes the true minus sign and the client's own currency", () => {
    expect(money("-62410.00", "GBP")).toBe("\u2212£62,410.00");
  });
  it("can drop the cents, and says nothing for nothing", () => {
    expect(money("62410.49", "NZD", { cents: false })).toBe("$62,410");
    expect(money(null, "NZD")).toBe("–");
  });
  it("writes a bare figure when the currency is not known", () => {
    expect(money("1200", null)).toBe("1,200.00");
  });
});

describe("dates", () => {
  it("tells an instant in the firm's zone, not the reader's", () => {
    expect(day("2026-11-13T20:00:00Z", NZ)).toBe("14 Nov 2026");
    expect(clockTime("2026-11-13T01:02:00Z", NZ)).toBe("2:02 pm");
  });
  it("never shifts a calendar date", () => {
    expect(day("2026-11-14", "America/Los_Angeles")).toBe("14 Nov 2026");
  });
  it("leaves the day out only today", () => {
    const now = new Date("2026-11-13T03:00:00Z");
    expect(moment("2026-11-13T01:02:00Z", now, NZ)).toBe("2:02 pm");
    expect(moment("2026-11-11T01:02:00Z", now, NZ)).toBe("11 Nov 2026, 2:02 pm");
  });
  it("is relative within a day and a date after it", () => {
    const now = new Date("2026-11-14T12:00:00Z");
    expect(ago("2026-11-14T11:59:50Z", now, NZ)).toBe("just now");
    expect(ago("2026-11-14T11:48:00Z", now, NZ)).toBe("12 minutes ago");
    expect(ago("2026-11-14T11:00:20Z", now, NZ)).toBe("59 minutes ago");
    expect(ago("2026-11-14T10:30:00Z", now, NZ)).toBe("1 hour ago");
    expect(ago("2026-11-10T10:30:00Z", now, NZ)).toBe("10 Nov 2026");
  });
});

describe("durations", () => {
  it.each([
    [30, "Less than a minute left"],
    [60, "About 1 minute left"],
    [2270, "About 38 minutes left"],
    [5340, "About 1 hour 30 minutes left"],
    [7200, "About 2 hours left"],
  ])("%i seconds left", (seconds, words) => expect(timeLeft(seconds)).toBe(words));
  it("says nothing when nothing is known", () => expect(timeLeft(null)).toBeNull());
  it("rounds to what it is worth", () => expect(about(4000)).toBe("About 1 hour 10 minutes"));
  it.each([
    [8, "8 s"],
    [72, "1 min 12 s"],
    [120, "2 min"],
    [3900, "1 h 5 min"],
  ])("took %i", (seconds, words) => expect(took(seconds)).toBe(words));
});

describe("words", () => {
  it("counts with separators and the right noun", () => {
    expect(plural(1, "client")).toBe("1 client");
    expect(plural(1000, "client")).toBe("1,000 clients");
    expect(count(-3)).toBe("\u22123");
  });
  it("tells points whole when they are whole", () => {
    expect(points("9.0000")).toBe("9");
    expect(points("4.25")).toBe("4.3");
  });
  it("shortens long lists", () => {
    expect(listed(["Ann", "Ben", "Cy", "Di"])).toBe("Ann, Ben and 2 more");
    expect(listed(["Ann", "Ben"])).toBe("Ann and Ben");
  });
});
