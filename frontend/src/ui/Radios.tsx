/** One of a few, all in sight, each with what it means. The browser's own radio buttons. */
import { useId, type ReactNode } from "react";

export interface RadiosProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly { value: Value; label: ReactNode; detail?: ReactNode; disabled?: boolean }[];
  onChange: (value: Value) => void;
}

export function Radios<Value extends string>({ label, value, options, onChange }: RadiosProps<Value>) {
  const name = useId();
  return (
    <fieldset className="m-0 grid gap-1 border-0 p-0">
      <legend className="mb-1 p-0 text-13 font-medium">{label}</legend>
      {options.map((option) => (
        <label key={option.value} className="flex items-start gap-2.5 rounded-md px-2 py-1.5 text-13 hover:bg-hover has-disabled:opacity-50 coarse:min-h-11">
          <input type="radio" name={name} className="mt-0.5 size-4 flex-none accent-accent" checked={option.value === value} disabled={option.disabled} onChange={() => onChange(option.value)} />
          <span>
            {option.label}
            {option.detail ? <span className="block text-12 text-subtle">{option.detail}</span> : null}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
