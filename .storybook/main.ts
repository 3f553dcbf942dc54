// Storybook over the widget: its stories beside the parts, its pages for host developers here.
import type { StorybookConfig } from "@storybook/react-vite";
import remarkGfm from "remark-gfm";

/** Tables, which MDX does not know by itself. */
const docs = { name: "@storybook/addon-docs", options: { mdxPluginOptions: { mdxCompileOptions: { remarkPlugins: [remarkGfm] } } } };

const config: StorybookConfig = {
  stories: ["./docs/*.mdx", "./docs/*.stories.tsx", "../components/**/*.stories.tsx"],
  addons: [docs, "@storybook/addon-a11y", "@storybook/addon-vitest"],
  framework: "@storybook/react-vite",
  // A page of its own asks for /favicon.ico, which is not there.
  previewHead: (head) => `${head}<link rel="icon" href="data:,">`,
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  // Props are told by the types that developers see in their editors anyway; reading them for each story takes seconds.
  typescript: { reactDocgen: false },
};

export default config;
