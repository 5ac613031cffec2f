/** How one figure became another: a row a part, each bar starting where the one before it ended. */
import type { ReactNode } from "react";

import { TONE_COLOUR } from "./tones";

export interface WaterfallPart {
  key: string;
  title: string;
  /** Signed. */
  points: number;
  says: string;
  /** What opens below the row. */
  more?: ReactNode;
}

export interface WaterfallEnd {
  label: string;
  value: number;
}

export interface Step extends WaterfallPart {
  from: number;
  to: number;
}

/** Where each part starts and ends. */
export function stepsOf(start: number, parts: readonly WaterfallPart[]): Step[] {
  let at = start;
  return parts.map((part) => {
    const from = at;
    at += part.points;
    return { ...part, from, to: at };
  });
}

/** The stretch of the scale that is drawn: all that is reached, and some air. */
export function reach(start: number, end: number, steps: readonly Step[]): [number, number] {
  const all = [start, end, ...steps.flatMap(({ from, to }) => [from, to])];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const air = Math.max(2, (high - low) * 0.08);
  return [low - air, high + air];
}

const SIGNED = new Intl.NumberFormat("en-NZ", { signDisplay: "exceptZero", maximumFractionDigits: 1 });
export const signed = (points: number) => SIGNED.format(points).replace("-", "\u2212");

const ROW = "grid grid-cols-[minmax(0,15rem)_minmax(8rem,1fr)_3.5rem] items-center gap-x-4 px-4 max-sm:grid-cols-[minmax(0,1fr)_3.5rem]";

function Track({ from, to, at }: { from: number; to: number; at: (value: number) => number }) {
  const left = Math.min(at(from), at(to));
  return (
    <span aria-hidden="true" className="relative block h-5 max-sm:hidden">
      <span className="absolute inset-y-0.5 rounded-sm" style={{ left: `${left}%`, width: `max(2px, ${Math.abs(at(to) - at(from))}%)`, background: TONE_COLOUR[to >= from ? "ok" : "bad"] }} />
      <span className="absolute -bottom-3 h-4 border-l border-line-strong" style={{ left: `${at(to)}%` }} />
    </span>
  );
}

function End({ label, value, at }: WaterfallEnd & { at: (value: number) => number }) {
  return (
    <li className={`${ROW} py-2.5`}>
      <span className="text-13 font-semibold">{label}</span>
      <span aria-hidden="true" className="relative block h-5 max-sm:hidden">
        <span className="absolute inset-y-0 w-1 -translate-x-1/2 rounded-sm bg-accent" style={{ left: `${at(value)}%` }} />
      </span>
      <strong className="num text-right text-16 font-semibold">{value}</strong>
    </li>
  );
}

function Part({ step, at }: { step: Step; at: (value: number) => number }) {
  const line = (
    <>
      <span className="min-w-0">
        <span className="flex items-center gap-1 text-13 font-medium">
          {step.title}
          {step.more && <span aria-hidden="true" className="chevron text-subtle group-open:rotate-180" />}
        </span>
        <span className="block text-12 text-muted">{step.says}</span>
      </span>
      <Track from={step.from} to={step.to} at={at} />
      <span className={`num text-right text-13 font-semibold ${step.points < 0 ? "text-bad-fg" : "text-ok-fg"}`}>{signed(step.points)}</span>
    </>
  );
  return (
    <li className="border-t border-line-subtle">
      {step.more ? (
        <details className="group">
          <summary className={`${ROW} list-none py-2 hover:bg-hover [&::-webkit-details-marker]:hidden`}>{line}</summary>
          <div className="border-t border-line-subtle bg-sunken px-4 py-2">{step.more}</div>
        </details>
      ) : (
        <div className={`${ROW} py-2`}>{line}</div>
      )}
    </li>
  );
}

export function Waterfall({ from, to, parts, label }: { from: WaterfallEnd; to: WaterfallEnd; parts: readonly WaterfallPart[]; label: string }) {
  const steps = stepsOf(from.value, parts);
  const [low, high] = reach(from.value, to.value, steps);
  const at = (value: number) => ((value - low) / (high - low)) * 100;
  return (
    <ul aria-label={label} className="m-0 list-none p-0">
      <End {...from} at={at} />
      {steps.map((step) => (
        <Part key={step.key} step={step} at={at} />
      ))}
      <li aria-hidden="true" className="border-t border-line" />
      <End {...to} at={at} />
    </ul>
  );
}
