/** Says that no real Xero stands behind this page. */
export function SandboxBanner({ mailbox }: { mailbox: string | null }) {
  return (
    <aside aria-label="Sandbox" className="flex shrink-0 items-center gap-2 border-b border-line bg-xero-bg px-5 py-1.5 text-12 text-xero-fg">
      <strong className="font-semibold">Sandbox.</strong>
      <span>Organisations and figures are made up; nothing reaches Xero.</span>
      {mailbox ? (
        <a href={mailbox} target="_blank" rel="noreferrer" className="ml-auto font-medium text-xero-fg underline underline-offset-2">
          Open the mailbox
        </a>
      ) : null}
    </aside>
  );
}
