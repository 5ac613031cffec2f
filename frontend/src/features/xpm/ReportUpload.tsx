/** For practices without access to XPM's interface: the same wizard from a report that was saved there. */
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { FileUp } from "lucide-react";
import { useRef, useState } from "react";

import type { XpmReport } from "@/api/generated";
import { readReportColumns, startReportImport } from "@/api/generated/calls/xpm.gen";
import { count, listed, plural } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { InlineError } from "@/ui/InlineError";
import { Select } from "@/ui/Select";

import { missing, REPORT_FIELDS, twice } from "./reportFields";
import { useTakeImport } from "./useImport";

const NONE = "\u0000none";

export function ReportUpload({ blocked }: { blocked: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const read = useMutation({ mutationFn: async (chosen: File) => (await readReportColumns({ body: chosen, query: { name: chosen.name } })).data });
  const choose = (chosen: File | undefined) => {
    if (!chosen) return;
    setFile(chosen);
    read.mutate(chosen);
  };
  return (
    <section aria-labelledby="report" className="rounded-xl border border-line bg-surface p-4">
      <h2 id="report" className="m-0 text-14 font-semibold">From a report</h2>
      <p className="m-0 mt-0.5 mb-3 text-13 text-muted">Without access to Xero Practice Manager for apps: save a client report there as CSV or XLSX and bring it here. Staff and relationships are not in it.</p>
      {read.error ? <InlineError error={read.error} onRetry={() => file && read.mutate(file)} className="mb-3" /> : null}
      <input ref={input} type="file" hidden aria-label="Report" accept=".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        onChange={({ currentTarget }) => {
          choose(currentTarget.files?.[0]);
          currentTarget.value = "";
        }} />
      <Button size="sm" busy={read.isPending} disabled={blocked} icon={<FileUp size={14} aria-hidden />} onClick={() => input.current?.click()}>
        Choose a report
      </Button>
      {blocked ? <p className="m-0 mt-2 text-12 text-subtle">An import is under way. Finish or discard it first.</p> : null}
      {file && read.data ? <Columns key={`${file.name}${file.lastModified}`} file={file} report={read.data} onClose={() => read.reset()} /> : null}
    </section>
  );
}

function Columns({ file, report, onClose }: { file: File; report: XpmReport; onClose: () => void }) {
  const take = useTakeImport();
  const navigate = useNavigate();
  const [columns, setColumns] = useState<Record<string, string>>(report.columns);
  const [complaint, setComplaint] = useState<string | null>(null);
  const start = useMutation({
    mutationFn: async () => (await startReportImport({ body: file, query: { name: file.name, columns: JSON.stringify(columns) } })).data,
    onSuccess: async (made) => {
      take(made);
      onClose();
      await navigate({ to: "/configure/integrations/xpm/imports/$importId", params: { importId: made.id } });
    },
  });
  const go = () => {
    const again = twice(columns);
    const why = missing(columns) ?? (again.length > 0 ? `${listed(again)}: one column can be one field only.` : null);
    setComplaint(why);
    if (!why) start.mutate();
  };
  const sampleOf = (header: string | undefined) => {
    const at = header === undefined ? -1 : report.headers.indexOf(header);
    return at < 0 ? "" : report.sample.map((row) => row[at] ?? "").filter(Boolean).slice(0, 2).join(" · ");
  };
  const options = [{ value: NONE, label: "Not in the report" }, ...report.headers.filter(Boolean).map((header) => ({ value: header, label: header }))];
  return (
    <Dialog open width="lg" onOpenChange={(open) => !open && onClose()} title="Which column is what"
      description={`${file.name}: ${plural(report.rows, "row")}, ${plural(report.headers.length, "column")}. ${report.remembered ? "As it was said last time." : "Our guess; look it over. It is remembered for the same report."}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={start.isPending} onClick={go}>Read {plural(report.rows, "row")}</Button>
        </>
      }>
      {complaint ? <p role="alert" className="m-0 mb-2 text-13 font-medium text-bad-fg">{complaint}</p> : null}
      {start.error ? <InlineError error={start.error} className="mb-2" /> : null}
      <div className="grid gap-x-4 gap-y-2 text-13">
        {REPORT_FIELDS.map(([field, label]) => (
          <div key={field} className="grid grid-cols-[8.5rem_minmax(0,1fr)] items-center gap-x-3 sm:grid-cols-[9rem_13rem_minmax(0,1fr)]">
            <span>{label}</span>
            <Select size="sm" label={`Column of ${label.toLowerCase()}`} value={columns[field] ?? NONE} options={options} className="w-full"
              onChange={(value) => setColumns((before) => (value === NONE ? Object.fromEntries(Object.entries(before).filter(([key]) => key !== field)) : { ...before, [field]: value }))} />
            <span className="truncate text-12 text-subtle max-sm:hidden" title={sampleOf(columns[field])}>{sampleOf(columns[field])}</span>
          </div>
        ))}
      </div>
      <p className="num m-0 mt-3 text-12 text-subtle">{count(Object.keys(columns).length)} of {count(report.headers.length)} columns are used.</p>
    </Dialog>
  );
}
