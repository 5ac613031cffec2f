/** Where the boxes and lines of an entity's drawing go. Pure: the same relations are always drawn the same. */
export interface Relation {
  type: string;
  /** Tells parties of one name apart; blank where only the name is known. */
  other_id: string;
  other_name: string;
  shares: string | null;
  percentage: string | null;
  /** `from`: the other is `type` of this one; `to`: this one is `type` of the other. */
  direction: "to" | "from";
  /** Known by name only. */
  stub: boolean;
}

export interface Neighbour {
  key: string;
  name: string;
  /** "Director · Shareholder 50%". */
  words: string;
  stub: boolean;
  side: "left" | "right";
}

/** "50.00" and "50" are the same share. */
function trimmed(figure: string): string {
  return figure.includes(".") ? figure.replace(/\.?0+$/, "") : figure;
}

export function relationWords({ type, shares, percentage }: Pick<Relation, "type" | "shares" | "percentage">): string {
  if (percentage !== null) return `${type} ${trimmed(percentage)}%`;
  if (shares !== null) return `${type}, ${trimmed(shares)} ${trimmed(shares) === "1" ? "share" : "shares"}`;
  return type;
}

/** One box for each other party, whatever number of roles it has: those who act for the entity at the left, what it has a part in at the right. */
export function neighboursOf(relations: readonly Relation[]): Neighbour[] {
  const found = new Map<string, Neighbour>();
  for (const relation of relations) {
    const side = relation.direction === "from" ? "left" : "right";
    const key = `${side}:${relation.other_id || relation.other_name}`;
    const words = relationWords(relation);
    const before = found.get(key);
    found.set(key, {
      key,
      name: relation.other_name,
      side,
      words: before ? (before.words.includes(words) ? before.words : `${before.words} · ${words}`) : words,
      stub: relation.stub,
    });
  }
  return [...found.values()];
}

export interface Placed extends Neighbour {
  x: number;
  y: number;
}

export interface Drawing {
  width: number;
  height: number;
  centre: { x: number; y: number };
  boxes: Placed[];
  /** How many more there are than are drawn. */
  left: number;
}

export const BOX = { width: 208, height: 44 };
export const GAP = { x: 72, y: 12 };
const MOST = 8;

export function drawing(neighbours: readonly Neighbour[]): Drawing {
  const sides = { left: neighbours.filter(({ side }) => side === "left"), right: neighbours.filter(({ side }) => side === "right") };
  const rows = Math.max(1, Math.min(MOST, Math.max(sides.left.length, sides.right.length)));
  const height = rows * (BOX.height + GAP.y) - GAP.y;
  const columns = [sides.left.length > 0, true, sides.right.length > 0];
  const width = columns.filter(Boolean).length * (BOX.width + GAP.x) - GAP.x;
  const centreX = sides.left.length > 0 ? BOX.width + GAP.x : 0;
  const placed = (list: readonly Neighbour[], x: number): Placed[] => {
    const shown = list.slice(0, MOST);
    const top = (height - (shown.length * (BOX.height + GAP.y) - GAP.y)) / 2;
    return shown.map((one, at) => ({ ...one, x, y: top + at * (BOX.height + GAP.y) }));
  };
  return {
    width,
    height,
    centre: { x: centreX, y: (height - BOX.height) / 2 },
    boxes: [...placed(sides.left, 0), ...placed(sides.right, centreX + BOX.width + GAP.x)],
    left: Math.max(0, sides.left.length - MOST) + Math.max(0, sides.right.length - MOST),
  };
}
