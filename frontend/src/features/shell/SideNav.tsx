/** The side navigation, made of what the screens say about themselves in `staticData.nav`. */
import { Link, useRouter } from "@tanstack/react-router";

import { useMe } from "@/api/me";
import { cx } from "@/lib/cx";
import { count } from "@/lib/format";

import { Logo } from "@/ui/Logo";

export function SideNav() {
  const me = useMe();
  const router = useRouter();
  const entries = Object.values(router.routesById)
    .flatMap((route) => {
      const nav = route.options.staticData?.nav;
      return nav ? [{ ...nav, to: route.to }] : [];
    })
    .toSorted((a, b) => a.order - b.order);
  const main = entries.filter((entry) => entry.group !== "configure");
  const configure = entries.filter((entry) => entry.group === "configure");

  const item = (entry: (typeof entries)[number]) => {
    const figure = entry.count ? me.counts[entry.count] : undefined;
    const Icon = entry.icon;
    return (
      <li key={entry.to}>
        <Link
          to={entry.to}
          activeOptions={{ exact: entry.to === "/" }}
          title={entry.label}
          className={cx(
            "flex h-8 items-center gap-2.5 rounded-md px-2 text-13 font-medium text-muted no-underline hover:bg-active hover:text-fg coarse:h-11",
            "max-lg:size-11 max-lg:justify-center max-lg:px-0",
            "aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent-soft-fg",
          )}
        >
          <Icon size={18} strokeWidth={1.75} aria-hidden className="shrink-0" />
          <span className="max-lg:sr-only">{entry.label}</span>
          {figure ? (
            <span className="num ml-auto text-12 max-lg:sr-only">
              {count(figure)}
              <span className="sr-only"> {entry.count === "imports_running" ? "running" : ""}</span>
            </span>
          ) : null}
        </Link>
      </li>
    );
  };

  return (
    <nav aria-label="Main" className="relative flex min-h-0 flex-col overflow-x-hidden overflow-y-auto border-r border-line bg-sunken px-2 py-3 max-lg:items-center max-lg:px-1.5">
      <div className="flex items-center gap-2 px-2 pt-1 pb-3 font-semibold" title={me.firm?.name}>
        <Logo />
        <span className="truncate max-lg:sr-only">{me.firm?.name}</span>
      </div>
      <ul className="m-0 flex list-none flex-col gap-0.5 p-0">{main.map(item)}</ul>
      {configure.length > 0 ? (
        <>
          <h2 className="m-0 px-2 pt-4 pb-1 text-11 font-semibold text-subtle max-lg:sr-only">Configure</h2>
          <hr className="my-2.5 hidden w-7 border-line max-lg:block" />
          <ul className="m-0 flex list-none flex-col gap-0.5 p-0">{configure.map(item)}</ul>
        </>
      ) : null}
    </nav>
  );
}
