// What buyers see on the marketplace beside the app: each product with its pictures, the main one large.
import { titleIn } from "../titles.ts";
import type { Locale } from "../usePreferences.ts";
import { type ShelfProduct, useShelf } from "../useShelf.ts";
import { words } from "../words.ts";

export function ShelfPage({ locale }: { locale: Locale }) {
  const { state, shelf } = useShelf();
  const say = words[locale];
  return (
    <section className="host-page" aria-busy={state === "reading"}>
      <h2>
        {say.shelf} {shelf !== undefined && <small>{shelf.title}</small>}
      </h2>
      {state === "reading" && <p className="host-note">{say.loading}</p>}
      {state === "none" && <p className="host-note">{say.shelfNone}</p>}
      {state === "failed" && (
        <p className="host-note" role="alert">
          {say.shelfFailed}
        </p>
      )}
      {shelf !== undefined && (
        <>
          <p className="host-note">{say.shelfNote.replace("{market}", shelf.title)}</p>
          <ul className="host-shelf">
            {shelf.products.map((product) => (
              <OnShelf key={product.code} product={product} locale={locale} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function OnShelf({ product, locale }: { product: ShelfProduct; locale: Locale }) {
  const { code, name, pictures, changedAt } = product;
  const say = words[locale];
  const title = titleIn(locale, code, name);
  const [main, ...others] = pictures;
  const when =
    changedAt === null ? null : new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(changedAt));
  return (
    <li aria-label={code}>
      {main === undefined ? <span className="host-shelf-main" /> : <img className="host-shelf-main" src={main} alt={title} />}
      <div className="host-shelf-others">
        {others.map((url, index) => (
          <img key={url} src={url} alt={`${title}, ${index + 2}`} />
        ))}
      </div>
      <b>{title}</b>
      <span className="host-shelf-facts">
        {code} · {say.shelfPictures.replace("{n}", String(pictures.length))}
      </span>
      <span className="host-state" data-state={when === null ? "waits" : "approved"}>
        {when === null ? say.shelfUntouched : say.shelfChanged.replace("{when}", when)}
      </span>
    </li>
  );
}
