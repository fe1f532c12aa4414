/**
 * The description of the routes as one page that loads nothing else.
 *
 * @module
 */

import type { Json, JsonObject } from "./openapi.ts";
import { digestSync } from "../hash/digest.ts";

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1, h2 { line-height: 1.2; }
h2 { margin: 2.5rem 0 .25rem; font-size: 1.15rem; overflow-wrap: anywhere; }
h2 b { font-weight: 600; color: light-dark(#0a5c2b, #6fdc98); }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0;
  border-bottom: 1px solid light-dark(#ddd, #444); }
pre { overflow-x: auto; padding: .75rem; border-radius: .3rem;
  background: light-dark(#f4f4f4, #222); }
code { font-family: ui-monospace, monospace; font-size: .9em; }
`;

/** The page, and the policy that lets it show. */
export interface DocsPage {
  readonly html: string;
  readonly policy: string;
}

/**
 * Makes the page.
 *
 * @param document The OpenAPI document.
 * @param origin Where the server was asked, for the examples.
 * @returns HTML in UTF-8 and its content security policy.
 */
export function docsPage(document: JsonObject, origin: string): DocsPage {
  const base = String(at(document, "servers", 0, "url")).replace(/\/$/, "");
  const sections = Object.entries(document.paths as JsonObject).flatMap(
    ([path, methods]) =>
      Object.entries(methods as JsonObject).map(([method, operation]) =>
        section(method, origin, base + path, operation as JsonObject)
      ),
  );
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>fastpath ${escape(String(at(document, "info", "version")))}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>fastpath over HTTP</h1>
<p>${escape(String(at(document, "info", "description")))} The same as
<a href="${base}/openapi.json">OpenAPI 3.1</a>.</p>
${sections.join("\n")}
</body>
</html>
`;
  const digest = digestSync(new TextEncoder().encode(STYLE), {
    encoding: "base64",
  });
  return {
    html,
    policy: `default-src 'none'; style-src 'sha256-${digest}'; ` +
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  };
}

function section(
  method: string,
  origin: string,
  path: string,
  operation: JsonObject,
): string {
  const parameters = (operation.parameters ?? []) as readonly JsonObject[];
  const content = at(operation, "requestBody", "content") as
    | JsonObject
    | undefined;
  const answers = at(operation, "responses", "200", "content") as JsonObject;
  return [
    `<h2><b>${method.toUpperCase()}</b> <code>${escape(path)}</code></h2>`,
    `<p>${escape(String(operation.summary))}.`,
    content === undefined ? "" : `Takes ${types(content)}.`,
    `Answers ${types(answers)}.</p>`,
    parameters.length === 0 ? "" : table(parameters),
    content === undefined ? "" : example(origin + path, content),
  ].filter((line) => line !== "").join("\n");
}

function types(content: JsonObject): string {
  return Object.keys(content).map((type) => `<code>${escape(type)}</code>`)
    .join(", ");
}

function table(parameters: readonly JsonObject[]): string {
  const rows = parameters.map(({ name, description, schema }) =>
    `<tr><td><code>${escape(String(name))}</code></td><td>${
      escape(String(description))
    }${choices(schema as JsonObject)}</td></tr>`
  );
  return `<table><tr><th>Query</th><th>Meaning</th></tr>\n${
    rows.join("\n")
  }\n</table>`;
}

function choices(schema: JsonObject): string {
  const values = (schema.enum ?? at(schema, "items", "enum")) as
    | readonly Json[]
    | undefined;
  if (values === undefined) return "";
  return `: ${
    values.map((one) => `<code>${escape(String(one))}</code>`).join(", ")
  }`;
}

/** A command that sends the first example there is. */
function example(url: string, content: JsonObject): string {
  for (const [type, media] of Object.entries(content)) {
    const { example } = media as JsonObject;
    if (example === undefined) continue;
    const body = typeof example === "string"
      ? example
      : JSON.stringify(example);
    const quoted = `'${body.replaceAll("'", `'\\''`)}'`;
    return `<pre><code>${
      escape(
        `curl -H 'content-type: ${type}' --data-binary ${quoted} ` +
          url,
      )
    }</code></pre>`;
  }
  return "";
}

function at(
  value: Json,
  ...path: readonly (string | number)[]
): Json | undefined {
  let found: Json | undefined = value;
  for (const key of path) {
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as Record<string | number, Json>)[key];
  }
  return found;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
