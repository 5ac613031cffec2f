import { createFileRoute } from "@tanstack/react-router";
import { History } from "lucide-react";

import { ActivityList } from "@/features/activity/ActivityList";
import { PageHeader } from "@/ui/PageHeader";

export const Route = createFileRoute("/_app/configure/activity")({
  staticData: { title: "Activity", nav: { label: "Activity", icon: History, order: 50, group: "configure" } },
  component: Activity,
});

function Activity() {
  return (
    <div className="flex flex-col gap-3 px-5 pt-4 pb-6">
      <PageHeader title="Activity" fact="Who did what, the newest first." />
      <ActivityList />
    </div>
  );
}
