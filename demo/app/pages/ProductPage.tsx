// One product of the shop: what the shop knows of it, and its photos in the studio, without the studio's own list.
import { type Features, ImageStudio } from "@image-studio/react";
import { pathOf } from "../../routes.ts";
import { Link } from "../Link.tsx";
import { productOf } from "../products.ts";
import { getToken } from "../studio-api.ts";
import { titleIn } from "../titles.ts";
import { useListing } from "../useListing.ts";
import type { Told } from "../useNotice.ts";
import type { Locale, Theme } from "../usePreferences.ts";
import { words } from "../words.ts";

interface ProductPageProps {
  code: string;
  locale: Locale;
  theme: Theme;
  onList: () => void;
  /** What the app does about decisions and runs, besides what this page does. */
  told: Told;
}

/** The shop has its own list of products and its own choice of the language, and others come from the gallery on the page of all photos. */
const features: Features = { list: false, language: false, gallery: false };

export function ProductPage({ code, locale, theme, onList, told }: ProductPageProps) {
  const { listing, refresh } = useListing(code);
  return (
    <section className="host-product">
      <ProductHead code={code} locale={locale} counts={listing?.counts} stored={listing?.title ?? null} onList={onList} />
      <div className="host-studio">
        <ImageStudio
          endpoint="/graphql"
          getToken={getToken}
          sku={code}
          features={features}
          locale={locale}
          theme={theme}
          onReview={(review) => {
            refresh();
            told.onReview(review);
          }}
          onJobFinished={(job) => {
            refresh();
            told.onJobFinished(job);
          }}
        />
      </div>
    </section>
  );
}

interface ProductHeadProps {
  code: string;
  locale: Locale;
  counts: { readonly total: number; readonly approved: number } | undefined;
  stored: string | null;
  onList: () => void;
}

function ProductHead({ code, locale, counts, stored, onList }: ProductHeadProps) {
  const say = words[locale];
  const product = productOf(code);
  const money = new Intl.NumberFormat(locale, { style: "currency", currency: "EUR" });
  const isReady = counts !== undefined && counts.approved > 0;
  return (
    <header className="host-product-head">
      <div className="host-product-name">
        <Link href={pathOf({ page: "listings" })} onFollow={onList}>
          {say.listings}
        </Link>
        <div>
          <h2>{titleIn(locale, code, stored) || code}</h2>
          <span className="host-state" data-state={isReady ? "approved" : "review"}>
            {isReady ? say.offerReady : say.offerWaits}
          </span>
        </div>
      </div>
      <dl>
        <div>
          <dt>{say.article}</dt>
          <dd>{code}</dd>
        </div>
        {product === undefined ? null : (
          <>
            <div>
              <dt>{say.price}</dt>
              <dd>{money.format(product.priceEuro)}</dd>
            </div>
            <div>
              <dt>{say.stock}</dt>
              <dd>{product.stock}</dd>
            </div>
          </>
        )}
        <div>
          <dt>{say.photosApproved}</dt>
          <dd>{counts === undefined ? "–" : `${counts.approved} / ${counts.total}`}</dd>
        </div>
      </dl>
    </header>
  );
}
