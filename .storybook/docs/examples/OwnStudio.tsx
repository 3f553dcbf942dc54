// A studio put together from parts: the list and the photos, without bar, dialogs and uploads.
import { useState } from "react";
import {
  PairGrid,
  ReviewToast,
  SkuList,
  StudioProvider,
  type StudioProviderProps,
  usePairs,
  useReview,
  useSkus,
} from "../../../components/index.ts";

const nothing: ReadonlySet<string> = new Set();

function Photos({ code }: { readonly code: string }) {
  const pairs = usePairs(code);
  const review = useReview();
  const [ticked, setTicked] = useState(nothing);
  return (
    <>
      <PairGrid
        pairs={pairs.nodes}
        list={pairs}
        ticked={ticked}
        onTickedChange={setTicked}
        onOpen={() => {}}
        onDecide={(decision, ids) =>
          review.decide(
            decision,
            pairs.nodes.filter((pair) => ids.includes(pair.id)),
          )
        }
      />
      <ReviewToast review={review} />
    </>
  );
}

function Layout() {
  const skus = useSkus();
  const [chosen, setChosen] = useState<string>();
  const [ticked, setTicked] = useState(nothing);
  const code = chosen ?? skus.nodes[0]?.code;
  return (
    <div style={{ display: "grid", gridTemplateColumns: "240px minmax(0, 1fr)", height: "100%" }}>
      <SkuList skus={skus} current={code} onChoose={setChosen} ticked={ticked} onTickedChange={setTicked} />
      <div className="studio-main">{code === undefined ? null : <Photos key={code} code={code} />}</div>
    </div>
  );
}

export function OwnStudio(props: StudioProviderProps) {
  return (
    <StudioProvider {...props}>
      <Layout />
    </StudioProvider>
  );
}
