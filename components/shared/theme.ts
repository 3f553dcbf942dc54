// The host's theme: light, dark, or the system's; and any of the widget's custom properties.

export const themeModes = ["light", "dark", "auto"] as const;
export type ThemeMode = (typeof themeModes)[number];
export type ThemeVariable = `--studio-${string}`;
/** A mode, or custom properties with a mode beside them (`auto` where it is left out). */
export type Theme = ThemeMode | ({ readonly mode?: ThemeMode } & Readonly<Partial<Record<ThemeVariable, string>>>);

export function readTheme(theme: Theme): { mode: ThemeMode; variables: Record<string, string> } {
  if (typeof theme === "string") return { mode: theme, variables: {} };
  const { mode = "auto", ...variables } = theme;
  const given = Object.entries(variables).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return { mode, variables: Object.fromEntries(given) };
}
