// The admin app's addresses, known to its browser part and to its backend alike.

export type Route =
  | { readonly page: "photos"; readonly code: string | undefined }
  | { readonly page: "listings" }
  | { readonly page: "product"; readonly code: string }
  | { readonly page: "orders" }
  | { readonly page: "shelf" };

/** The page behind a URL's path, or undefined where there is none. `/` is the photo studio. */
export function routeOf(pathname: string): Route | undefined {
  if (pathname === "/" || pathname === "/photos") return { page: "photos", code: undefined };
  if (pathname === "/listings") return { page: "listings" };
  if (pathname === "/orders") return { page: "orders" };
  if (pathname === "/shelf") return { page: "shelf" };
  const [, section, segment] = /^\/(photos|products)\/([^/]+)$/.exec(pathname) ?? [];
  const code = decoded(segment);
  if (code === undefined) return undefined;
  return section === "products" ? { page: "product", code } : { page: "photos", code };
}

/** The path of a route; a code may hold any character. */
export function pathOf(route: Route): string {
  if (route.page === "product") return `/products/${encodeURIComponent(route.code)}`;
  if (route.page !== "photos") return `/${route.page}`;
  return route.code === undefined ? "/photos" : `/photos/${encodeURIComponent(route.code)}`;
}

function decoded(segment: string | undefined): string | undefined {
  if (segment === undefined) return undefined;
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined; // a broken percent escape names no product
  }
}
