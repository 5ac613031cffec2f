/** One primary button a view. A busy button keeps its words and its width, and answers no second press. */
import { useRender } from "@base-ui/react/use-render";
import type { ComponentProps, ReactElement, ReactNode } from "react";

import { cx } from "@/lib/cx";

import { Spinner } from "./Spinner";

export type ButtonLook = "primary" | "outline" | "ghost" | "danger" | "danger-solid";

const LOOKS: Record<ButtonLook, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover border-transparent",
  outline: "bg-surface text-fg border-line hover:bg-hover",
  ghost: "text-fg border-transparent hover:bg-active",
  danger: "bg-surface text-bad-fg border-line hover:bg-bad-bg",
  "danger-solid": "bg-bad-button text-on-accent border-transparent hover:bg-bad-hover",
};

const SIZES = {
  sm: "h-7.5 px-2.5 text-13 gap-1.5",
  md: "h-9 px-3.5 text-14 gap-2",
};

export interface ButtonProps extends Omit<ComponentProps<"button">, "children"> {
  look?: ButtonLook;
  size?: keyof typeof SIZES;
  busy?: boolean;
  icon?: ReactNode;
  children: ReactNode;
  /** Another element in the button's clothes, such as a router link. */
  render?: ReactElement;
}

export function Button({ look = "outline", size = "md", busy = false, icon, children, className, render, onClick, ...rest }: ButtonProps) {
  return useRender({
    defaultTagName: "button",
    render,
    props: {
      ...(render ? {} : { type: "button" as const }),
      ...rest,
      "aria-busy": busy || undefined,
      onClick: busy ? (event: React.MouseEvent<HTMLButtonElement>) => event.preventDefault() : onClick,
      className: cx(
        "inline-flex shrink-0 items-center justify-center rounded-md border font-medium whitespace-nowrap no-underline select-none",
        "coarse:min-h-11 disabled:opacity-50 aria-disabled:opacity-50 transition-colors duration-100",
        LOOKS[look],
        SIZES[size],
        className,
      ),
      children: (
        <>
          {busy ? <Spinner /> : icon}
          {children}
        </>
      ),
    },
  });
}
