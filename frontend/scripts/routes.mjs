/** Writes `src/app/routeTree.gen.ts` from the files in `src/routes`, as the dev server does; needed before types can be checked. */
import { Generator, getConfig } from "@tanstack/router-generator";

const root = process.cwd();
const config = getConfig({ target: "react", autoCodeSplitting: true, routesDirectory: "./src/routes", generatedRouteTree: "./src/app/routeTree.gen.ts", routeFileIgnorePattern: "\\.test\\.tsx$", disableLogging: true }, root);
await new Generator({ config, root }).run();
