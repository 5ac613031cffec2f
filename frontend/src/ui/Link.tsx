/** The look of a link, for the router's `Link` and for plain ones. */
export const LINK = "rounded-sm font-medium text-link no-underline hover:underline underline-offset-2";

/** A link out of the product: it opens beside this page and says so. */
export function OutLink({ href, children }: { href: string; children: React.ReactNode }) {
  return (
    <a href={href} target="_blank" rel="noreferrer" className={LINK}>
      {children}
      <span className="sr-only"> (opens in a new tab)</span>
      <span aria-hidden> ↗</span>
    </a>
  );
}
