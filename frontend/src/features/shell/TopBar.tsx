/** Search, theme and oneself. */
import { useMutation } from "@tanstack/react-query";
import { Keyboard, LogOut, Monitor, Moon, Search, Sun } from "lucide-react";

import { signOutMutation } from "@/api/generated/queries/me.gen";
import { useMe } from "@/api/me";
import { useStream } from "@/api/stream";
import { setTheme, useTheme, type Theme } from "@/lib/theme";
import { Avatar } from "@/ui/Avatar";
import { Kbd } from "@/ui/Kbd";
import { Menu, MenuItem, MenuRadioGroup, MenuSeparator } from "@/ui/Menu";

const THEMES = [
  { value: "light", label: "Light", icon: <Sun size={16} aria-hidden /> },
  { value: "dark", label: "Dark", icon: <Moon size={16} aria-hidden /> },
  { value: "system", label: "As the system", icon: <Monitor size={16} aria-hidden /> },
] as const satisfies readonly { value: Theme; label: string; icon: React.ReactNode }[];

const ROUND = "inline-flex size-9 items-center justify-center rounded-md text-fg hover:bg-active coarse:size-11";

export function TopBar({ onSearch, onHelp }: { onSearch: () => void; onHelp: () => void }) {
  const me = useMe();
  const theme = useTheme();
  const stream = useStream();
  const signOut = useMutation({
    ...signOutMutation(),
    onSettled: () => window.location.assign("/login"),
  });
  const ThemeIcon = theme === "light" ? Sun : theme === "dark" ? Moon : Monitor;
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b border-line bg-surface px-5">
      <span role="status" className="text-12 text-subtle">
        {stream === "reconnecting" ? "Reconnecting" : ""}
      </span>
      <span className="flex-1" />
      <button
        type="button"
        onClick={onSearch}
        className="mr-1 inline-flex h-8 items-center gap-2 rounded-md border border-line bg-surface pr-1.5 pl-3 text-13 font-medium hover:bg-hover coarse:h-11"
      >
        <Search size={15} aria-hidden />
        <span className="max-sm:sr-only">Search or jump to</span>
        <span className="max-sm:hidden">
          <Kbd>Ctrl K</Kbd>
        </span>
      </button>
      <button type="button" className={`${ROUND} max-sm:hidden`} aria-label="Keyboard shortcuts" title="Keyboard shortcuts (?)" onClick={onHelp}>
        <Keyboard size={18} strokeWidth={1.75} aria-hidden />
      </button>
      <Menu
        trigger={
          <button type="button" className={ROUND} aria-label={`Theme: ${THEMES.find((item) => item.value === theme)?.label ?? ""}`} title="Theme">
            <ThemeIcon size={18} strokeWidth={1.75} aria-hidden />
          </button>
        }
      >
        <MenuRadioGroup label="Theme" value={theme} options={THEMES} onChange={setTheme} />
      </Menu>
      <Menu
        trigger={
          <button type="button" className={ROUND} title={me.user.name}>
            <Avatar id={me.user.id} name={me.user.name} size="md" />
            <span className="sr-only">Signed in as {me.user.name}</span>
          </button>
        }
      >
        <div className="px-2 py-1.5">
          <div className="text-13 font-semibold">{me.user.name}</div>
          <div className="text-12 text-subtle">{me.user.email}</div>
        </div>
        <MenuSeparator />
        <MenuItem icon={<LogOut size={16} aria-hidden />} onSelect={() => signOut.mutate({})}>
          Sign out
        </MenuItem>
      </Menu>
    </header>
  );
}
