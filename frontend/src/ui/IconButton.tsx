/** A button that is only an icon: it has a name, and shows it. */
import type { ComponentProps, ReactNode } from "react";

import { cx } from "@/lib/cx";

import { Tooltip } from "./Tooltip";

const SIZES = { sm: "size-7", md: "size-9" };

export interface IconButtonProps extends Omit<ComponentProps<"button">, "children" | "aria-label"> {
  label: string;
  icon: ReactNode;
  size?: keyof typeof SIZES;
  outlined?: boolean;
}

export function IconButton({ label, icon, size = "md", outlined = false, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip words={label}>
      <button
        type="button"
        aria-label={label}
        {...rest}
        className={cx(
          "inline-flex shrink-0 items-center justify-center rounded-md border text-fg hover:bg-active coarse:size-11 disabled:opacity-50",
          outlined ? "border-line bg-surface" : "border-transparent",
          SIZES[size],
          className,
        )}
      >
        {icon}
      </button>
    </Tooltip>
  );
}
