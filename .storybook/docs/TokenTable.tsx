// Every variable of the stylesheet with its two values, read from the stylesheet itself.
import css from "../../components/styles/tokens.css?raw";

interface Token {
  readonly name: string;
  readonly light: string;
  /** Where the dark theme has another. */
  readonly dark: string | undefined;
}

interface Group {
  readonly title: string;
  readonly tokens: readonly Token[];
}

function declarations(block: string): ReadonlyMap<string, string> {
  return new Map([...block.matchAll(/(--studio-[\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name ?? "", value ?? ""]));
}

/** The stylesheet's own comments head its groups. */
function readGroups(): readonly Group[] {
  const blocks = css.split(/^(?=\.studio|@media)/m);
  const light = blocks.find((block) => block.startsWith(".studio {")) ?? "";
  const dark = declarations(blocks.find((block) => block.startsWith('.studio[data-theme="dark"]')) ?? "");
  return light.split("/*").flatMap((part) => {
    const [title, body] = part.split("*/");
    if (title === undefined || body === undefined) return [];
    return [
      { title: title.trim(), tokens: [...declarations(body)].map(([name, value]) => ({ name, light: value, dark: dark.get(name) })) },
    ];
  });
}

const groups = readGroups();

function Value({ value }: { readonly value: string | undefined }) {
  if (value === undefined) return <>the same</>;
  return (
    <>
      {value.startsWith("#") ? (
        <span
          style={{
            display: "inline-block",
            inlineSize: 14,
            blockSize: 14,
            marginInlineEnd: 6,
            verticalAlign: "middle",
            boxShadow: "0 0 0 1px #80808080",
            background: value,
          }}
        />
      ) : null}
      <code>{value}</code>
    </>
  );
}

export function TokenTable() {
  return groups.map(({ title, tokens }) => (
    <section key={title}>
      <h3>{title}</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">Variable</th>
            <th scope="col">Light</th>
            <th scope="col">Dark</th>
          </tr>
        </thead>
        <tbody>
          {tokens.map(({ name, light, dark }) => (
            <tr key={name}>
              <td>
                <code>{name}</code>
              </td>
              <td>
                <Value value={light} />
              </td>
              <td>
                <Value value={dark} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  ));
}
