// Where the admin app starts in the browser.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "@image-studio/react/styles.css";
import { App } from "./App.tsx";
import "./host.css";
import "./product.css";
import "./shelf.css";

const root = document.getElementById("app");
if (root === null) throw new Error("index.html has no element #app");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
