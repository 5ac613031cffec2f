import { expect, it } from "vitest";

import { BOX, drawing, neighboursOf, relationWords, type Relation } from "./relations";

const relation = (some: Partial<Relation>): Relation => ({ type: "Director", other_id: "a", other_name: "Aroha", shares: null, percentage: null, direction: "from", stub: false, ...some });

it("says a share as one says it", () => {
  expect(relationWords(relation({ type: "Shareholder", percentage: "50.00" }))).toBe("Shareholder 50%");
  expect(relationWords(relation({ type: "Shareholder", percentage: "33.30" }))).toBe("Shareholder 33.3%");
  expect(relationWords(relation({ type: "Shareholder", shares: "1" }))).toBe("Shareholder, 1 share");
});

it("draws one box for each other party on each side, with all its roles, once", () => {
  const found = neighboursOf([relation({}), relation({}), relation({ type: "Shareholder" }), relation({ direction: "to" }), relation({ other_id: "", other_name: "Rangi", stub: true })]);
  expect(found.map(({ name, words, side, stub }) => [name, words, side, stub])).toEqual([
    ["Aroha", "Director · Shareholder", "left", false],
    ["Aroha", "Director", "right", false],
    ["Rangi", "Director", "left", true],
  ]);
});

it("keeps boxes apart and within the drawing, and counts those that find no room", () => {
  const many = neighboursOf(Array.from({ length: 11 }, (_, i) => relation({ other_id: `p${i}`, other_name: `P${i}` })));
  const { boxes, width, height, left, centre } = drawing(many);
  expect(left).toBe(3);
  expect(boxes).toHaveLength(8);
  for (const [i, box] of boxes.entries()) {
    expect(box.y + BOX.height).toBeLessThanOrEqual(height);
    if (i > 0) expect(box.y).toBeGreaterThanOrEqual((boxes[i - 1]?.y ?? 0) + BOX.height);
  }
  expect(centre.x + BOX.width).toBe(width);
});
