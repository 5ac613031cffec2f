/** Who is who around an entity, drawn: those who act for it at the left, what it has a part in at the right. */
import { count } from "../lib/format";

import { BOX, drawing, type Neighbour } from "./relations";

/** Letters that fit a box; the whole name stands in the title and in the list for screen readers. */
const FITS = 29;
const short = (words: string, fits = FITS) => (words.length > fits ? `${words.slice(0, fits - 1).trimEnd()}…` : words);

export interface RelationGraphProps {
  name: string;
  fact: string;
  neighbours: readonly Neighbour[];
  /** What a dashed box means here. */
  dashed: string;
}

export function RelationGraph({ name, fact, neighbours, dashed }: RelationGraphProps) {
  if (neighbours.length === 0) return null;
  const { width, height, centre, boxes, left } = drawing(neighbours);
  return (
    <figure className="m-0" aria-label={`Relationships of ${name}`}>
      <div role="region" aria-label={`Drawing of ${name}`} tabIndex={0} className="overflow-x-auto">
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden className="block max-w-none">
        {boxes.map((box) => {
          const onLeft = box.side === "left";
          const from = { x: onLeft ? box.x + BOX.width : centre.x + BOX.width, y: onLeft ? box.y + BOX.height / 2 : centre.y + BOX.height / 2 };
          const to = { x: onLeft ? centre.x : box.x, y: onLeft ? centre.y + BOX.height / 2 : box.y + BOX.height / 2 };
          const bend = (to.x - from.x) / 2;
          return (
            <g key={box.key}>
              <path d={`M ${from.x} ${from.y} C ${from.x + bend} ${from.y}, ${to.x - bend} ${to.y}, ${to.x - 6} ${to.y}`} fill="none" stroke="var(--bd-strong)" strokeWidth={1.25} strokeDasharray={box.stub ? "4 3" : undefined} />
              <path d={`M ${to.x - 7} ${to.y - 4} L ${to.x} ${to.y} L ${to.x - 7} ${to.y + 4} Z`} fill="var(--bd-strong)" />
              <Box x={box.x} y={box.y} name={box.name} fact={box.words} stub={box.stub} />
            </g>
          );
        })}
        <Box x={centre.x} y={centre.y} name={name} fact={fact} main />
      </svg>
      </div>
      <ul className="sr-only">
        {neighbours.map((one) => (
          <li key={one.key}>
            {one.side === "left" ? `${one.name}: ${one.words}` : `${one.words} of ${one.name}`}
            {one.stub ? " (by name only)" : ""}
          </li>
        ))}
      </ul>
      {left > 0 || boxes.some(({ stub }) => stub) ? (
        <figcaption className="num mt-2 text-12 text-subtle">
          {boxes.some(({ stub }) => stub) ? `${dashed} ` : ""}
          {left > 0 ? `And ${count(left)} more.` : ""}
        </figcaption>
      ) : null}
    </figure>
  );
}

function Box({ x, y, name, fact, stub = false, main = false }: { x: number; y: number; name: string; fact: string; stub?: boolean; main?: boolean }) {
  return (
    <g>
      <title>{`${name}: ${fact}`}</title>
      <rect x={x + 0.5} y={y + 0.5} width={BOX.width - 1} height={BOX.height - 1} rx={6} fill={main ? "var(--accent-soft)" : "var(--bg-surface)"} stroke={main ? "var(--accent)" : "var(--bd-strong)"} strokeDasharray={stub ? "4 3" : undefined} />
      <text x={x + 10} y={y + 18} fontSize={12} fontWeight={600} fill={main ? "var(--accent-soft-fg)" : "var(--fg)"}>
        {short(name)}
      </text>
      <text x={x + 10} y={y + 34} fontSize={11} fill={main ? "var(--accent-soft-fg)" : "var(--fg-muted)"}>
        {short(fact, 35)}
      </text>
    </g>
  );
}
