/** One line of text. Inside a `Field` it is labelled by it. */
import { Input } from "@base-ui/react/input";
import type { ComponentProps } from "react";

import { cx } from "@/lib/cx";

export const INPUT = "w-full min-w-0 rounded-md border border-line-strong bg-surface text-fg coarse:min-h-11 disabled:opacity-50 data-invalid:border-bad-solid aria-invalid:border-bad-solid";

const SIZES = { sm: "h-7.5 px-2.5 text-13", md: "h-9 px-3 text-14" };

export interface TextInputProps extends Omit<ComponentProps<typeof Input>, "size" | "className"> {
  size?: keyof typeof SIZES;
  className?: string;
}

export function TextInput({ size = "md", className, ...rest }: TextInputProps) {
  return <Input {...rest} className={cx(INPUT, SIZES[size], className)} />;
}
