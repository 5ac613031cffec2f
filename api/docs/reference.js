/* Draws openapi.json as a page to read. Everything is set as text, so nothing in the description can act. */

const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
};

const named = (schema) => {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf) return schema.anyOf.map(named).join(" | ");
  if (schema.enum) return schema.enum.map((word) => JSON.stringify(word)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.type === "array") return `${named(schema.items)}[]`;
  return schema.format ? `${schema.type} (${schema.format})` : (schema.type ?? "any");
};

const paragraphs = (text) =>
  (text ?? "").split(/\n\s*\n/).filter(Boolean).map((part) => make("p", {}, part.replace(/\*\*|`/g, "").trim()));

const table = (head, rows) =>
  make("table", {},
    make("thead", {}, make("tr", {}, ...head.map((word) => make("th", { scope: "col" }, word)))),
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((cell) => make("td", {}, cell))))));

const fields = (schema, components) => {
  const target = schema?.$ref ? components[schema.$ref.split("/").pop()] : schema;
  if (!target?.properties) return null;
  const needed = new Set(target.required ?? []);
  return table(["Field", "Type", "Meaning"], Object.entries(target.properties).map(([name, field]) => [
    make("code", {}, name + (needed.has(name) ? "" : "?")), named(field), field.description ?? "",
  ]));
};

/* What a page holds, so that a list shows its rows' fields and not only that it has rows. */
const itemOf = (schema, components) =>
  schema?.$ref?.includes("/Page_") ? components[schema.$ref.split("/").pop()].properties.items.items : undefined;

const shape = (content, components) => {
  const [media, said] = Object.entries(content ?? {})[0] ?? [];
  if (!media) return [];
  const example = said.example ?? null;
  return [
    make("p", { class: "type" }, `${media} · ${named(said.schema)}`),
    fields(said.schema, components),
    fields(itemOf(said.schema, components), components),
    example === null ? null
      : make("pre", { tabindex: "0" }, typeof example === "string" ? example : JSON.stringify(example, null, 2)),
  ];
};

const curl = (method, path, operation) => {
  const lines = [`curl -X ${method.toUpperCase()} "$BASE${path}"`];
  if (operation.security?.length) lines.push(`  -H "Authorization: Bearer $KEY"`);
  const body = operation.requestBody?.content?.["application/json"]?.example;
  if (body) lines.push(`  -H "Content-Type: application/json"`, `  -d '${JSON.stringify(body)}'`);
  return lines.join(" \\\n");
};

const drawn = (path, method, operation, components) => {
  const parameters = operation.parameters ?? [];
  const problems = Object.entries(operation.responses).flatMap(([status, response]) =>
    Object.entries(response.content?.["application/problem+json"]?.examples ?? {}).map(([slug, example]) => [
      status, make("a", { href: `/problems/${slug}` }, slug), example.summary ?? "",
    ]));
  const fine = Object.entries(operation.responses).filter(([status]) => status.startsWith("2"));
  return make("section", { id: operation.operationId, "data-words": `${method} ${path} ${operation.operationId} ${operation.summary}`.toLowerCase() },
    make("h3", {}, make("span", { class: `method ${method}` }, method.toUpperCase()), " ", make("code", {}, path)),
    make("h4", {}, operation.summary ?? operation.operationId),
    ...paragraphs(operation.description),
    make("pre", { tabindex: "0" }, curl(method, path, operation)),
    parameters.length
      ? table(["Parameter", "In", "Type", "Meaning"], parameters.map((each) => [
          make("code", {}, each.name + (each.required ? "" : "?")), each.in, named(each.schema), each.description ?? "",
        ]))
      : null,
    operation.requestBody ? make("h5", {}, "Body") : null,
    ...(operation.requestBody ? shape(operation.requestBody.content, components) : []),
    ...fine.flatMap(([status, response]) => [make("h5", {}, `Answer ${status}`), ...shape(response.content, components)]),
    problems.length ? make("details", {}, make("summary", {}, `Problems (${problems.length})`), table(["Status", "Problem", "Title"], problems)) : null);
};

const draw = (description) => {
  const components = description.components.schemas;
  const groups = new Map();
  for (const [path, methods] of Object.entries(description.paths))
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? "other";
      groups.set(tag, [...(groups.get(tag) ?? []), [path, method, operation]]);
    }
  const reference = document.getElementById("reference");
  const contents = document.getElementById("contents");
  reference.replaceChildren(make("div", {}, ...paragraphs(description.info.description)));
  for (const [tag, operations] of groups) {
    contents.append(make("h2", {}, tag), make("ul", {}, ...operations.map(([, , operation]) =>
      make("li", {}, make("a", { href: `#${operation.operationId}` }, operation.summary ?? operation.operationId)))));
    reference.append(make("h2", {}, tag), ...operations.map(([path, method, operation]) => drawn(path, method, operation, components)));
  }
  document.getElementById("find").addEventListener("input", (event) => {
    const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const section of reference.querySelectorAll("section"))
      section.hidden = !words.every((word) => section.dataset.words.includes(word));
  });
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
};

try {
  const answer = await fetch("/openapi.json");
  if (!answer.ok) throw new Error(`The description answered ${answer.status}.`);
  draw(await answer.json());
} catch (error) {
  document.getElementById("reference").replaceChildren(make("p", { role: "alert" }, `It could not be shown: ${error.message}`));
}
