/** A label, its control, a hint and what is wrong with it, tied together for screen readers. */
import { Field as Kit } from "@base-ui/react/field";
import type { ReactNode } from "react";

export interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  /** For the server's 422 and for forms that read `FormData`. */
  name?: string;
  children: ReactNode;
  className?: string;
}

export function Field({ label, hint, error, name, children, className = "" }: FieldProps) {
  return (
    <Kit.Root name={name} invalid={Boolean(error)} className={`flex flex-col gap-1 ${className}`}>
      <Kit.Label className="text-13 font-medium">{label}</Kit.Label>
      {children}
      {error ? (
        <Kit.Error match className="text-12 font-medium text-bad-fg">
          {error}
        </Kit.Error>
      ) : null}
      {hint ? <Kit.Description className="m-0 text-12 text-subtle">{hint}</Kit.Description> : null}
    </Kit.Root>
  );
}
