// A reviewer's page of one's own: the studio's hooks without its looks.
import { StudioProvider, type StudioProviderProps, usePairs, useReview, useSkus } from "../../../components/index.ts";

/** Within the studio's root nothing of a host's sheet shows but what is said by class or style. */
const button = { padding: "6px 12px", border: "1px solid", borderRadius: 6 };

function Waiting({ code }: { readonly code: string }) {
  const { nodes } = usePairs(code);
  const { decide, undo, notice } = useReview();
  const waiting = nodes.filter((pair) => pair.status === "READY");
  return (
    <section style={{ padding: 24, display: "grid", gap: 16, justifyItems: "start" }}>
      <h2>
        {code}: {waiting.length} to decide
      </h2>
      <ul>
        {waiting.map((pair) => (
          <li key={pair.id}>
            <img src={pair.result?.tile} alt={pair.source.name} style={{ width: 120, height: 120 }} />
            <button type="button" style={button} onClick={() => decide("approve", [pair])}>
              Take {pair.source.name}
            </button>
          </li>
        ))}
      </ul>
      <p role="status">{notice?.text}</p>
      <button type="button" style={button} onClick={undo}>
        Take back
      </button>
    </section>
  );
}

function Products() {
  const { nodes, total } = useSkus({ tab: "review" });
  const [first] = nodes;
  if (first === undefined) return <p>{total === 0 ? "Nothing waits for you." : "One moment."}</p>;
  return <Waiting code={first.code} />;
}

export function OwnReview(props: StudioProviderProps) {
  return (
    <StudioProvider {...props}>
      <Products />
    </StudioProvider>
  );
}
