/** Pause and resume, and cancelling what has not begun: the one thing here that asks first. */
import { Pause, Play } from "lucide-react";
import { useState } from "react";

import type { ImportRun } from "@/api/generated";
import { plural } from "@/lib/format";
import { AlertDialog } from "@/ui/AlertDialog";
import { Button } from "@/ui/Button";

import { tabCount } from "./progress";

export interface RunActionsProps {
  run: ImportRun;
  pause: () => void;
  resume: () => void;
  cancel: () => Promise<unknown>;
  pausing: boolean;
  cancelling: boolean;
}

export function RunActions({ run, pause, resume, cancel, pausing, cancelling }: RunActionsProps) {
  const [asking, setAsking] = useState(false);
  if (run.state === "finished") return null;
  const running = tabCount("importing", run.counts);
  const left = run.counts.queued + run.counts.waiting;
  return (
    <>
      {run.state === "paused" ? (
        <Button look="primary" busy={pausing} onClick={resume} icon={<Play size={15} aria-hidden />}>
          Resume import
        </Button>
      ) : (
        <Button busy={pausing} onClick={pause} icon={<Pause size={15} aria-hidden />}>
          Pause import
        </Button>
      )}
      <Button look="danger" onClick={() => setAsking(true)}>
        Cancel remaining
      </Button>
      <AlertDialog
        open={asking}
        onOpenChange={setAsking}
        title="Cancel remaining imports"
        description={`${running === 0 ? "Nothing is importing now" : `${running} in progress ${running === 1 ? "finishes" : "finish"}`}; ${plural(left, "waiting client")} ${left === 1 ? "is" : "are"} taken out. What is already imported stays.`}
        confirm="Cancel remaining"
        keep="Keep importing"
        busy={cancelling}
        onConfirm={() => void cancel().then(() => setAsking(false))}
      />
    </>
  );
}
