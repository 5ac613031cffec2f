/** The browser's own checkbox with our face; cheap enough for a thousand rows. */
import type { ComponentProps, ReactNode } from "react";

export interface CheckboxProps extends Omit<ComponentProps<"input">, "type" | "children"> {
  indeterminate?: boolean;
  /** Without words it needs an `aria-label`. */
  children?: ReactNode;
}

export function Checkbox({ indeterminate = false, children, className = "", ...rest }: CheckboxProps) {
  const box = (
    <input
      {...rest}
      type="checkbox"
      className={`cbx ${className}`}
      ref={(node) => {
        if (node) node.indeterminate = indeterminate;
      }}
    />
  );
  if (children === undefined) return box;
  return (
    <label className="inline-flex items-center gap-2 text-13 coarse:min-h-11">
      {box}
      <span>{children}</span>
    </label>
  );
}
