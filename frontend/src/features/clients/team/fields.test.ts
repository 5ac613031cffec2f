import { expect, it } from "vitest";

import { amended, clashes } from "./fields";

const SEEN = { email: "a@example.com", phone: "1", city: "" };

it("sends what changed, without blanks around it, and blank where it was taken away", () => {
  expect(amended(SEEN, { email: " a@example.com ", phone: "", city: "Auckland " })).toEqual({ phone: "", city: "Auckland" });
});

it("finds a clash only where both said something else", () => {
  expect(clashes(SEEN, { ...SEEN, phone: "2" }, { ...SEEN, phone: "3" })).toEqual([{ field: "phone", label: "Telephone", mine: "3", theirs: "2" }]);
  expect(clashes(SEEN, { ...SEEN, phone: "3" }, { ...SEEN, phone: "3" })).toEqual([]);
  expect(clashes(SEEN, { ...SEEN, city: "Hamilton" }, { ...SEEN, phone: "3" })).toEqual([]);
});
