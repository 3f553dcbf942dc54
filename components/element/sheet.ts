// The package's stylesheet as it stands in a shadow root: its custom properties are declared on the host element.
import sheet from "../styles/index.css?inline";

/**
 * `.studio {…}` and its themes, and only these: rules of the parts have `.studio` twice. On `:host` they yield to what the page
 * says of `image-studio`, so that a host sets `--studio-*` there like any other style.
 */
const tokenRules = /(?<![\w.\])])\.studio(?::where\(\[data-theme=["']?(light|dark|auto)["']?\]\))?(?=\s*\{)/g;

const frame = `
:host { display: block; height: 100%; min-height: 0; }
:host([hidden]) { display: none; }
.studio-mount { height: 100%; }
`;

/** As text, for one sheet that all elements of a page share. */
export const elementSheet = `${frame}${sheet.replace(tokenRules, (_rule, mode?: string) => (mode === undefined ? ":host" : `:host(:state(${mode}))`))}`;
