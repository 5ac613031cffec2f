export function Kbd({ children }: { children: string }) {
  return (
    <kbd className="inline-block rounded-sm border border-b-2 border-line bg-surface px-1.5 font-sans text-11 font-medium whitespace-nowrap text-muted">{children}</kbd>
  );
}
