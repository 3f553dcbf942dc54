// The admin app's frame: rail, header with its tabs, language and theme, and the page of the present address.
import { useEffect } from "react";
import { pathOf, type Route } from "../routes.ts";
import { BoxIcon, TruckIcon } from "./icons.tsx";
import { Link } from "./Link.tsx";
import { ListingsPage } from "./pages/ListingsPage.tsx";
import { MissingPage } from "./pages/MissingPage.tsx";
import { OrdersPage } from "./pages/OrdersPage.tsx";
import { PhotosPage } from "./pages/PhotosPage.tsx";
import { ProductPage } from "./pages/ProductPage.tsx";
import { ShelfPage } from "./pages/ShelfPage.tsx";
import { useNotice } from "./useNotice.ts";
import { type Locale, locales, type Theme, themes, usePreferences } from "./usePreferences.ts";
import { useRoute } from "./useRoute.ts";
import { words } from "./words.ts";

export function App() {
  const { locale, theme, setLocale, setTheme } = usePreferences();
  const { route, go } = useRoute();
  const say = words[locale];
  const { notice, dismiss, told } = useNotice(say);

  // The document's own attributes lie outside what React renders.
  useEffect(() => {
    document.documentElement.lang = locale;
    document.documentElement.dataset["hostTheme"] = theme;
  }, [locale, theme]);
  useEffect(() => {
    document.title = `${titleOf(route, say)} – Nordlager`;
  }, [route, say]);

  const link = (target: Route) => ({ href: pathOf(target), isCurrent: route?.page === target.page, onFollow: () => go(target) });
  // While a product is open, its tab leads to where one is.
  const photos: Route = route?.page === "photos" ? route : { page: "photos", code: undefined };
  return (
    <div className="host">
      <nav className="host-rail" aria-label={say.sections}>
        <b aria-hidden="true">N</b>
        <Link {...link({ page: "listings" })} isCurrent={route !== undefined && route.page !== "orders"} aria-label={say.products}>
          <BoxIcon />
        </Link>
        <Link {...link({ page: "orders" })} aria-label={say.shipping}>
          <TruckIcon />
        </Link>
      </nav>
      <header className="host-bar">
        <h1>Nordlager</h1>
        <nav aria-label={say.pages}>
          <Link {...link({ page: "listings" })} isCurrent={route?.page === "listings" || route?.page === "product"}>
            {say.listings}
          </Link>
          <Link {...link(photos)}>{say.photos}</Link>
          <Link {...link({ page: "shelf" })}>{say.shelf}</Link>
          <Link {...link({ page: "orders" })}>{say.orders}</Link>
          <a href="/plain.html">{say.plain}</a>
        </nav>
        <span className="host-grow" />
        <select aria-label={say.language} value={locale} onChange={(event) => setLocale(event.target.value as Locale)}>
          {locales.map((name) => (
            <option key={name} value={name}>
              {words[name].ownName}
            </option>
          ))}
        </select>
        <select aria-label={say.theme} value={theme} onChange={(event) => setTheme(event.target.value as Theme)}>
          {themes.map((name) => (
            <option key={name} value={name}>
              {say.themes[name]}
            </option>
          ))}
        </select>
      </header>
      <main className="host-main">
        {route === undefined && <MissingPage say={say} />}
        {route?.page === "photos" && (
          <PhotosPage code={route.code} onCodeChange={(code) => go({ page: "photos", code })} locale={locale} theme={theme} told={told} />
        )}
        {route?.page === "listings" && <ListingsPage locale={locale} onOpen={(code) => go({ page: "product", code })} />}
        {route?.page === "product" && (
          <ProductPage code={route.code} locale={locale} theme={theme} told={told} onList={() => go({ page: "listings" })} />
        )}
        {route?.page === "shelf" && <ShelfPage locale={locale} />}
        {route?.page === "orders" && <OrdersPage locale={locale} />}
      </main>
      <div className="host-notices" role="status">
        {notice === undefined ? null : (
          <p className="host-notice">
            {notice}
            <button type="button" aria-label={say.dismiss} onClick={dismiss}>
              ×
            </button>
          </p>
        )}
      </div>
    </div>
  );
}

function titleOf(route: Route | undefined, say: (typeof words)[Locale]): string {
  if (route === undefined) return say.missing;
  if (route.page === "product") return route.code;
  return route.page === "photos" ? (route.code ?? say.photos) : say[route.page];
}
