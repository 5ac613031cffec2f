/** The mark: frames of a hull, held by one deck. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden className="shrink-0">
      <rect width="24" height="24" rx="6" className="fill-accent" />
      <path d="M7 6v12M12 6v12M17 6v12M5 12h14" className="stroke-on-accent" strokeWidth="2" strokeLinecap="round" fill="none" />
    </svg>
  );
}
