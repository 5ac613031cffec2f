import type { Import } from "@/api/generated";
import { Pill } from "@/ui/Pill";

import { statusWords } from "./progress";
import { STATUS_LOOK } from "./status";

export function StatusPill({ one }: { one: Pick<Import, "state" | "waiting_until" | "problem"> }) {
  const { icon: Icon, tone } = STATUS_LOOK[one.state];
  return (
    <Pill tone={tone} icon={<Icon size={13} aria-hidden />}>
      {statusWords(one)}
    </Pill>
  );
}
