/** How large an organisation is, as far as it is known; sizes arrive while one looks. */
import type { Size } from "@/api/generated";
import { count, roughly } from "@/lib/format";
import { Pill } from "@/ui/Pill";
import { Spinner } from "@/ui/Spinner";

const WORDS = { small: "Small", medium: "Medium", large: "Large" } as const;

export function sizeInWords(size: Size): string {
  if (size.state === "checking") return "Checking size";
  if (size.state !== "known" || !size.band) return "";
  return `${WORDS[size.band]}${size.documents === null ? "" : ` ${roughly(size.documents)}`}`;
}

export function SizeCell({ size }: { size: Size }) {
  if (size.state === "checking") {
    return (
      <span className="inline-flex items-center gap-2 text-subtle">
        <Spinner /> Checking size
      </span>
    );
  }
  if (size.state === "failed") return <span className="text-subtle">Size not known</span>;
  if (size.state !== "known" || !size.band) return <span className="text-subtle">–</span>;
  const figure = size.documents === null ? null : (
    <span className="num text-muted" title={`${count(size.documents)} transactions`}>
      {roughly(size.documents)}
    </span>
  );
  return size.band === "large" ? (
    <>
      <Pill tone="warn">Large</Pill>
      {figure}
    </>
  ) : (
    <span className="text-muted">
      {WORDS[size.band]} {figure}
    </span>
  );
}
