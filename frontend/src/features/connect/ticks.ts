/** Which organisations are ticked, and what that means for the bundle. Pure, so that it can be tried without a page. */
import type { Bundle, Tenant } from "@/api/generated";

export type Touched = ReadonlyMap<string, boolean>;

/** Only these can become clients. */
export function choosable(tenant: Pick<Tenant, "standing">): boolean {
  return tenant.standing === "new" || tenant.standing === "draft" || tenant.standing === "demo";
}

export function whyNot(tenant: Pick<Tenant, "standing">): string | undefined {
  if (tenant.standing === "client") return "Already a client";
  if (tenant.standing === "disconnected") return "Disconnected in Xero";
  return undefined;
}

/** Ticked from the start: what this consent brought, and what was chosen before. A demo company is only added on purpose. */
export function tickedFromStart(tenant: Pick<Tenant, "standing" | "in_latest_consent">): boolean {
  return tenant.standing === "draft" || (tenant.standing === "new" && tenant.in_latest_consent);
}

export function tickedIds(tenants: readonly Tenant[], touched: Touched): Set<string> {
  return new Set(tenants.filter((tenant) => choosable(tenant) && (touched.get(tenant.id) ?? tickedFromStart(tenant))).map((tenant) => tenant.id));
}

export interface Room {
  /** Clients in the bundle once this is saved. */
  after: number;
  /** How many too many; zero when it fits. */
  over: number;
}

export function room(tenants: readonly Tenant[], ticked: ReadonlySet<string>, bundle: Bundle): Room {
  const drafts = tenants.filter((tenant) => tenant.standing === "draft");
  const added = tenants.filter((tenant) => tenant.standing !== "draft" && ticked.has(tenant.id)).length;
  const removed = drafts.filter((tenant) => !ticked.has(tenant.id)).length;
  const after = bundle.used + added - removed;
  return { after, over: Math.max(0, after - bundle.limit) };
}

/** The last `n` ticked ones in the order on screen. */
export function lastTicked(tenants: readonly Tenant[], ticked: ReadonlySet<string>, n: number): string[] {
  return tenants.filter((tenant) => ticked.has(tenant.id)).slice(-n).map((tenant) => tenant.id);
}
