/** What somebody else says a balance is: reading it, entering it, taking it out. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { Figure, SetFigure } from "@/api/generated";
import { listBankAccountsOptions, listFiguresOptions, removeFigureMutation, setFigureMutation, uploadStatementMutation } from "@/api/generated/queries/figures.gen";
import { asProblem } from "@/api/problems";
import { day, money, plural } from "@/lib/format";
import { toast } from "@/ui/Toast";

const TOUCHED = ["listFigures", "listBankAccounts"];

export function useFigures(client_id: string) {
  const path = { client_id };
  return { banks: useQuery(listBankAccountsOptions({ path })), figures: useQuery(listFiguresOptions({ path })) };
}

/** The figure as it would be entered again. */
const again = ({ kind, account_id, date, amount, lines, earliest }: Figure): SetFigure => ({ kind, account_id, date, amount, lines, earliest });

export function useFigureVerbs(client_id: string) {
  const cache = useQueryClient();
  const path = { client_id };
  // The score follows by itself, and the stream says when it is there.
  const onSuccess = () => cache.invalidateQueries({ predicate: ({ queryKey }) => TOUCHED.includes((queryKey[0] as { _id?: string })?._id ?? "") });
  const setting = useMutation({ ...setFigureMutation(), onSuccess });
  const removing = useMutation({ ...removeFigureMutation(), onSuccess });
  const uploading = useMutation({ ...uploadStatementMutation(), onSuccess });
  const refused = (error: unknown) => toast(asProblem(error).title, { detail: asProblem(error).detail ?? undefined });
  return {
    set: (body: SetFigure) => setting.mutateAsync({ path, body }),
    /** The file goes as it is: the server knows the encodings banks use. */
    upload: async (account_id: string, currency: string | null, file: File) => {
      const figure = await uploading.mutateAsync({ path, query: { account_id }, body: file as unknown as string });
      toast(`${figure.account ?? "The account"}: ${money(figure.amount, currency)} on ${day(figure.date)}`, { detail: "The closing balance of the file is kept; the file is not." });
      return figure;
    },
    remove: (figure: Figure) =>
      removing.mutate({ path: { ...path, figure_id: figure.id } }, {
        onSuccess: () => toast("Figure removed", { action: { label: "Undo", run: () => setting.mutate({ path, body: again(figure) }, { onError: refused }) } }),
        onError: refused,
      }),
    saved: (n: number) => toast(`${plural(n, "balance")} saved`, { detail: "The score follows in a moment." }),
    removing: removing.isPending ? removing.variables.path.figure_id : null,
    uploading: uploading.isPending ? uploading.variables.query.account_id : null,
  };
}
