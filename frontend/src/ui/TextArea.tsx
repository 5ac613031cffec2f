/** Several lines of text. Inside a `Field` it is labelled by it. */
import { Field as Kit } from "@base-ui/react/field";
import type { ComponentProps } from "react";

import { cx } from "@/lib/cx";

import { INPUT } from "./TextInput";

export function TextArea({ className, ...rest }: Omit<ComponentProps<"textarea">, "className" | "defaultValue" | "value"> & { className?: string; value?: string; defaultValue?: string }) {
  return <Kit.Control {...(rest as ComponentProps<typeof Kit.Control>)} render={<textarea rows={3} />} className={cx(INPUT, "px-3 py-2 text-14", className)} />;
}
