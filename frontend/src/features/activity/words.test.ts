import { describe, expect, it } from "vitest";

import { changes, sentence } from "./words";

describe("the record", () => {
  it("is told in sentences", () => {
    expect(sentence({ verb: "run.started", facts: { clients: 40 } })).toBe("started an import of 40 clients");
    expect(sentence({ verb: "issue.dismissed", facts: { issues: 1, reason: "Agreed with client" } })).toBe("set aside 1 issue: “Agreed with client”");
    expect(sentence({ verb: "issue.dismissed", facts: { issues: 1, also: 3 } })).toBe("set aside 4 issues");
    expect(sentence({ verb: "profile.made_default", facts: { name: "Ours" } })).toBe("made Ours the default score profile");
  });
  it("does not hide what it does not know", () => expect(sentence({ verb: "ledger.sealed_early", facts: {} })).toBe("ledger sealed early"));
  it("says what was there before and after", () => {
    expect(changes({ before: { visibility: "whole_team", viewers: [] }, after: { visibility: "xero_users", viewers: ["0199aa00-0000-7000-8000-000000000001"] } })).toEqual([
      { label: "Visibility", before: "Whole team", after: "Xero users only" },
      { label: "People who see it", before: "nobody", after: "1 person" },
    ]);
    expect(changes({ before: { tags: [], nightly_sync: true }, after: { tags: ["farms"], nightly_sync: false } })).toEqual([
      { label: "Tags", before: "none", after: "farms" },
      { label: "Refresh by night", before: "on", after: "off" },
    ]);
    expect(changes({ clients: 3 })).toEqual([]);
  });
});
